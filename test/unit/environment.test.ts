// An environment of Node may end whatever is under way in it: what is thrown then must reach nobody.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { type Layout, processTable, serviceTable } from '../../native/index.ts';

const addon = createRequire(import.meta.url).resolve(`#addon/${process.platform}`);

/** Asks again as soon as it is answered, for as long as it may. */
const forever = (ask: string) => `(async () => { for (;;) await ${ask}; })();`;

const all = (table: Layout) => forever(`reader.read(Int32Array.of(${table.index}, -1, 1, 0))`);

/** What is under way, by how it comes back to the event loop. */
const UNDERWAY: Record<string, string> = {
  'a read': all(processTable),
  'a read on a thread of its own': all(serviceTable),
  'a call with one answer': forever(`reader.mountAt('/', true)`) + forever('reader.trimHeap()'),
  'a call on a thread of its own': forever(`reader.serviceKeys(['none.service'])`),
  'an action': forever(`reader.act(process.pid, 1, 0, 'CONT', new Float64Array())`),
  'a wait': forever('reader.wait(Int32Array.of(process.pid), Float64Array.of(1), 1, 1).promise'),
  listening: `reader.events(() => undefined, 0);${forever('new Promise((next) => setTimeout(next, 1))')}`,
};

test.each(Object.entries(UNDERWAY))('%s is survived by the end of its environment', async (_, underway) => {
  const text = `
    const { Reader } = require(${JSON.stringify(addon)});
    const reader = new Reader('/proc', '/sys', 0);
    for (let i = 0; i < 4; i++) { ${underway} }
    require('node:worker_threads').parentPort.postMessage('ready');`;
  for (let time = 0; time < 20; time++) {
    const worker = new Worker(text, { eval: true });
    await once(worker, 'message');
    // At another moment each time.
    await new Promise((resolve) => setTimeout(resolve, time % 5));
    expect(await worker.terminate()).toBe(1);
  }
});

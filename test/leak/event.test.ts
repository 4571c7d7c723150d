import { expect, test } from 'vitest';
import { CancelledError, openLocal } from '../../native/index.ts';
import { comesBackTo, held } from '../support/held.ts';
import { readProcesses } from '../support/reading.ts';

const TIMES = 1_000;
const source = await openLocal();

async function leavesNothing(once: () => Promise<void>): Promise<void> {
  // The first makes what is kept.
  for (let time = 0; time < 10; time++) await once();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = held();
  for (let time = 0; time < TIMES; time++) await once();
  await comesBackTo(before);
}

test(`listening ${TIMES} times leaves no descriptor and no thread`, () =>
  leavesNothing(async () => {
    const opened = source.events!(() => undefined);
    if ('close' in opened) {
      opened.close();
      opened.close();
    }
  }));

test(`waiting ${TIMES} times leaves no descriptor and no thread`, async () => {
  const [self] = await readProcesses(source, ['stat'], { keys: [process.pid] });
  const target = { pid: process.pid, startTicks: self!.startTicks! };
  await leavesNothing(async () => {
    expect((await source.wait!([target, target], { timeoutMs: 0 })).length).toBe(2);
    const leaving = new AbortController();
    const waiting = source.wait!([target], { timeoutMs: 60_000 }, leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toThrow(CancelledError);
  });
});

test('who listens and who waits in a thread that is ended leaves nothing either', async () => {
  const { Worker } = await import('node:worker_threads');
  const addon = new URL('../../native/build/Release/sysgraph.node', import.meta.url).pathname;
  const text = `
    const { Reader } = require(${JSON.stringify(addon)});
    const reader = new Reader('/proc', '/sys', 0);
    reader.events(() => undefined, 0);
    const stat = require('node:fs').readFileSync('/proc/self/stat', 'utf8');
    const ticks = Number(stat.replace(/.*\\) /s, '').split(' ')[19]);
    reader.wait(Int32Array.of(process.pid), Float64Array.of(ticks), 60000, 100);
    require('node:worker_threads').parentPort.postMessage('ready');`;
  const once = async () => {
    const worker = new Worker(text, { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
  };
  for (let time = 0; time < 3; time++) await once();
  const before = held();
  for (let time = 0; time < 20; time++) await once();
  await comesBackTo(before);
});

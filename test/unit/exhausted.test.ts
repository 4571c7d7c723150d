// Where no thread can be had: nothing of that ends the gateway, and afterwards all goes on.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { processTable, ResourceKindValues, STATUSES } from '../../native/index.ts';
import { needs } from '../support/needs.ts';

const isRoot = needs('root', () => process.getuid?.() === 0, 'run as root');

/** What is answered to a user who may have no more threads, and of which type that is once there are some again. */
function answers(ask: string): string[] {
  const addon = createRequire(import.meta.url).resolve(`#addon/${process.platform}`);
  const text = `
    const { Reader } = require(${JSON.stringify(addon)});
    process.setgid(54321);
    process.setuid(54321);
    const reader = new Reader('/proc', '/sys', 0);
    const all = ({ index, mask }) => reader.read(Int32Array.of(index, mask, 0, 1, process.pid));
    const stat = require('node:fs').readFileSync('/proc/self/stat', 'utf8');
    const ticks = Number(stat.replace(/.*\\) /s, '').split(' ')[19]);
    const may = (threads) => reader.act(process.pid, ticks, 4, '',
      Float64Array.of(${ResourceKindValues.indexOf('NPROC')}, threads, NaN));
    const waiting = () => reader.wait(Int32Array.of(process.pid), Float64Array.of(1), 10, 1);
    const told = async (ask) => { try { return await ask(); } catch (error) { return error.message; } };
    (async () => {
      const answers = [];
      await may(1);
      answers.push(String(await told(async () => ${ask})));
      await may(1000);
      answers.push(typeof await (${ask}));
      console.log(JSON.stringify(answers));
      process.exit();
    })();`;
  return JSON.parse(execFileSync(process.execPath, ['-e', text], { encoding: 'utf8', timeout: 20_000 }));
}

const commandLine = { index: processTable.index, mask: 1 << processTable.sources.indexOf('cmdline') };

const unavailable = 'Resource temporarily unavailable';

test.runIf(isRoot)('who waits is told so', () =>
  expect(answers('(await waiting().promise)[0]')).toEqual([unavailable, 'object']),
);
test.runIf(isRoot)('who listens hears that it failed', () =>
  expect(answers('reader.events(() => undefined, 0)')).toEqual([String(STATUSES.indexOf('FAILED')), 'function']),
);
test.runIf(isRoot)('what has a thread of its own is not done', () =>
  expect(answers("reader.serviceKeys(['a.service'])")).toEqual([unavailable, 'object']),
);
test.runIf(isRoot)('what may hang is not read', () =>
  expect(answers(`all(${JSON.stringify(commandLine)})`)).toEqual(['there is no thread to be had', 'object']),
);

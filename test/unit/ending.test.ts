// How a process that is watched ended: it is waited for beside being read.
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLocal, type Source, type Waited } from '../../native/index.ts';
import { systemClock } from '../../subscriptions/clock.ts';
import { processDelta } from '../../subscriptions/process.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { StillClock, settled } from '../support/clock.ts';
import { happen } from '../support/happen.ts';
import { readProcesses } from '../support/reading.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

const cat: ScriptedRow = { key: 7, startTicks: 70, comm: 'cat', status: 'SLEEPING' };
const killed = { exitCode: null, signal: 'SIGKILL' };

/** A host of one process, whose end is told when the test says so. */
function host() {
  const rows = { process: [cat] };
  const clock = new StillClock();
  const waits: { startTicks: number; signal: AbortSignal; end: (waited: Waited) => void }[] = [];
  const source: Source = {
    ...scripted(rows),
    wait: (targets, _, signal) =>
      new Promise((resolve) => {
        waits.push({ startTicks: targets[0]!.startTicks, signal: signal!, end: (waited) => resolve([waited]) });
      }),
  };
  const stream = new Watch(source, clock).process({ pid: 7, startTicks: null }, 0, 1000);
  const next = async () => processDelta((await stream.next()).value!, null).exit;
  return { rows, clock, waits, stream, next };
}

const end: Waited = { effect: 'DONE', hasEnded: true, exit: killed };

test('is told with the event that it is gone, though the kernel tells a moment later', async () => {
  const { rows, clock, waits, next } = host();
  expect(await next()).toBe(null);
  const second = next();
  await clock.pass(1000);
  expect(await second).toBe(null);
  rows.process = [];
  const third = next();
  await clock.pass(1000);
  waits[0]!.end(end);
  expect(await third).toEqual(killed);
  await settled();
  expect(waits.map(({ startTicks, signal }) => [startTicks, signal.aborted])).toEqual([[70, true]]);
});

test('is told of the one that was watched, where another has its pid', async () => {
  const { rows, clock, waits, next } = host();
  await next();
  waits[0]!.end(end);
  rows.process = [{ ...cat, startTicks: 99 }];
  const second = next();
  await clock.pass(1000);
  expect(await second).toEqual(killed);
  await settled();
  // The stream is over: the other one is not waited for any more.
  expect(waits.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

test('is not waited for once nobody watches', async () => {
  const { clock, waits, stream, next } = host();
  await next();
  await stream.return();
  expect([waits.length, waits[0]!.signal.aborted, clock.waiting]).toEqual([1, true, 0]);
});

test('is told of a real process', async () => {
  const source = await openLocal();
  // Long enough to be found.
  const done = happen('leader', 1000);
  const child = async () => {
    const rows = await readProcesses(source, ['stat', 'state', 'parent']);
    const parent = rows.find(({ ppid, comm }) => ppid === process.pid && comm?.startsWith('happen'));
    return rows.find(({ ppid }) => parent && ppid === parent.pid);
  };
  let row = await child();
  for (; !row; row = await child()) await setTimeout(1);
  const stream = new Watch(source, systemClock).process({ pid: row.pid, startTicks: row.startTicks }, 0, 100);
  const exits = [];
  for await (const event of stream) exits.push(processDelta(event, row.startTicks).exit);
  await done;
  // Before Linux 6.15 only its parent is told. Its last thread counts, and not its first.
  expect([
    { exitCode: 6, signal: null },
    { exitCode: null, signal: null },
  ]).toContainEqual(exits.at(-1));
  expect(exits.slice(0, -1)).toEqual(exits.slice(0, -1).map(() => null));
});

// What happens to processes, on a host and a clock that move only when told to.
import { expect, test } from 'vitest';
import type { Source, Status } from '../../native/index.ts';
import { type Happened, ProcessEvents } from '../../subscriptions/event.ts';
import { StillClock, settled } from '../support/clock.ts';
import { kernel } from '../support/kernel.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

/** A host of these processes; its kernel tells what a test has it tell. */
function host(processes: ScriptedRow[], refused?: Status) {
  const rows = { process: processes };
  const clock = new StillClock();
  const { held, events: hear, tell } = kernel(clock.date, refused);
  let reads = 0;
  let hold = Promise.resolve();
  const of = scripted(rows);
  const source: Source = {
    ...of,
    async read(...args) {
      reads++;
      const batch = of.read(...args);
      await hold;
      return batch;
    },
    events: hear,
  };
  const events = new ProcessEvents(source, clock);
  const told: Happened[] = [];
  const failures: unknown[] = [];
  const listen = (everyMs = 1000) =>
    events.listen({ everyMs, tell: (happened) => told.push(happened), fail: (cause) => failures.push(cause) });
  /** What is read from now on is read as it is now, and comes when the test says so. */
  const holdReads = () => {
    let release = () => undefined as undefined;
    hold = new Promise((resolve) => {
      release = () => void resolve();
    });
    return () => release();
  };
  const lines = () =>
    told
      .splice(0)
      .flatMap(({ source: from, lost, events: all }) => [
        `${from}${lost ? ' lost' : ''}`,
        ...all.map(({ kind, pid, startTicks, name, exit }) =>
          [kind, pid, startTicks, name, exit?.exitCode, exit?.signal].filter((part) => part !== undefined).join(' '),
        ),
      ]);
  return { rows, clock, held, events, told, failures, listen, tell, holdReads, lines, reads: () => reads };
}

const init: ScriptedRow = { key: 1, startTicks: 5, ppid: 0, comm: 'init', status: 'SLEEPING', numThreads: 1 };
const cat: ScriptedRow = { key: 7, startTicks: 50, ppid: 1, comm: 'cat', status: 'SLEEPING', numThreads: 1 };

test('what the kernel tells is told with what is known of it', async () => {
  const { listen, tell, lines, events, reads } = host([init]);
  listen();
  await settled();
  tell([
    { key: 7, kind: 'STARTED', ppid: 1, startTicks: 99, name: 'init' },
    { key: 7, kind: 'EXECED', ppid: 1, startTicks: 99, name: 'cat' },
  ]);
  tell([{ key: 7, kind: 'EXITED', exitCode: 3 }]);
  tell([{ key: 1, kind: 'EXITED', signal: 'SIGKILL' }]);
  expect(lines()).toEqual([
    ...['KERNEL', 'STARTED 7 99 init', 'EXECED 7 99 cat'],
    ...['KERNEL', 'EXITED 7 99 cat 3 '],
    ...['KERNEL', 'EXITED 1 5 init  SIGKILL'],
  ]);
  expect(events.table.size).toBe(0);
  expect(reads()).toBe(1);
});

test('one that is gone before anybody looks is told all the same, without what would be made up', async () => {
  const { listen, tell, lines } = host([init]);
  listen();
  await settled();
  tell([
    { key: 7, kind: 'STARTED', ppid: 1 },
    { key: 7, kind: 'EXECED' },
    { key: 7, kind: 'EXITED', exitCode: 0 },
  ]);
  expect(lines()).toEqual(['KERNEL', 'STARTED 7  init', 'EXECED 7  ', 'EXITED 7   0 ']);
});

test('what was lost is found by comparing, and said to be', async () => {
  const { rows, listen, tell, lines, events } = host([init, cat, { ...cat, key: 8 }]);
  listen();
  await settled();
  // 7 is another one now, 8 is gone, 9 is new.
  rows.process = [init, { ...cat, startTicks: 90, comm: 'dog' }, { ...cat, key: 9, startTicks: 91 }];
  tell([{ key: 10, kind: 'STARTED', ppid: 1, startTicks: 92, name: 'init' }], true);
  await settled();
  expect(lines()).toEqual([
    ...['KERNEL', 'STARTED 10 92 init'],
    ...['KERNEL lost', 'EXITED 7 50 cat', 'EXITED 8 50 cat', 'EXITED 10 92 init'],
    ...['STARTED 7 90 dog', 'STARTED 9 91 cat'],
  ]);
  expect([...events.table.keys()].sort()).toEqual([1, 7, 9]);
});

test('that something was lost is told even where comparing finds nothing', async () => {
  const { listen, tell, told } = host([init]);
  listen();
  await settled();
  tell([], true);
  await settled();
  expect(told).toEqual([{ source: 'KERNEL', lost: true, events: [] }]);
});

test('what is told while lists are compared is told after it, and once', async () => {
  const { rows, listen, tell, lines, holdReads, events } = host([init, cat]);
  listen();
  await settled();
  rows.process = [init, { ...cat, key: 9, startTicks: 90 }];
  const release = holdReads();
  tell([], true);
  tell([
    // In the list already, and out of it already.
    { key: 9, kind: 'STARTED', ppid: 1, startTicks: 90, name: 'init' },
    { key: 7, kind: 'EXITED', exitCode: 0 },
    // After the list.
    { key: 11, kind: 'STARTED', ppid: 1, startTicks: 95, name: 'init' },
    { key: 9, kind: 'EXITED', exitCode: 2 },
  ]);
  expect(lines()).toEqual([]);
  release();
  await settled();
  expect(lines()).toEqual([
    ...['KERNEL lost', 'EXITED 7 50 cat', 'STARTED 9 90 cat'],
    ...['KERNEL', 'STARTED 11 95 init', 'EXITED 9 90 cat 2 '],
  ]);
  expect([...events.table.keys()]).toEqual([1, 11]);
});

test('what is lost while lists are compared has them compared again', async () => {
  const { listen, tell, told, holdReads, reads } = host([init]);
  listen();
  await settled();
  const release = holdReads();
  tell([], true);
  tell([], true);
  release();
  await settled();
  expect([told.length, reads()]).toEqual([2, 1 + 2]);
});

test('an end or a program of an earlier process of the pid changes nothing', async () => {
  const { listen, tell, lines, events } = host([{ ...cat, startTicks: 200 }]);
  listen();
  await settled();
  tell([
    { key: 7, kind: 'EXITED', exitCode: 0, ticks: 199 },
    { key: 7, kind: 'EXECED', name: 'x', ticks: 199 },
  ]);
  expect(lines()).toEqual([]);
  expect(events.table.get(7)?.name).toBe('cat');
});

test('a start of a pid that was not told to have ended tells of that end too', async () => {
  const { listen, tell, lines } = host([cat]);
  listen();
  await settled();
  tell([{ key: 7, kind: 'STARTED', ppid: 1, startTicks: 99, name: 'new' }]);
  expect(lines()).toEqual(['KERNEL', 'EXITED 7 50 cat', 'STARTED 7 99 new']);
});

test('where the kernel does not tell, lists are compared at the pace of the most eager', async () => {
  const { rows, clock, listen, lines, events, reads } = host([init], 'DENIED');
  listen(1000);
  const leave = listen(250);
  await clock.pass(0);
  expect(events.refused).toBe('DENIED');
  rows.process = [init, cat];
  await clock.pass(250);
  expect(lines()).toEqual(['COMPARED', 'STARTED 7 50 cat', 'COMPARED', 'STARTED 7 50 cat']);
  leave();
  // A zombie has ended; one whose first thread alone has ended has not.
  rows.process = [
    { ...init, hasEnded: true, numThreads: 2 },
    { ...cat, hasEnded: true },
  ];
  await clock.pass(250);
  expect(lines()).toEqual(['COMPARED', 'EXITED 7 50 cat']);
  await clock.pass(499);
  expect(reads()).toBe(3);
  await clock.pass(1);
  expect(reads()).toBe(4);
});

test('an eager one does not wait for one who has time', async () => {
  const { clock, listen, reads } = host([init], 'UNSUPPORTED');
  listen(3_600_000);
  await settled();
  listen(250);
  await clock.pass(250);
  expect([reads(), clock.waiting]).toEqual([2, 1]);
});

test('nobody listening costs nothing, and leaves nothing', async () => {
  const { clock, held, events, listen, reads } = host([init, cat]);
  const leave = listen();
  const leaveToo = listen();
  await settled();
  leave();
  leave();
  expect(held.map(({ open }) => open)).toEqual([true]);
  leaveToo();
  expect([held.map(({ open }) => open), events.table.size, clock.waiting, reads()]).toEqual([[false], 0, 0, 1]);
  listen();
  await settled();
  expect([held.map(({ open }) => open), events.table.size]).toEqual([[false, true], 2]);
});

test('who leaves while the first list is read hears nothing', async () => {
  const { clock, listen, told, holdReads, events } = host([init], 'UNSUPPORTED');
  const release = holdReads();
  const leave = listen();
  leave();
  release();
  await settled();
  expect([told, events.table.size, clock.waiting]).toEqual([[], 0, 0]);
});

test('a list that cannot be read ends it for all who listen', async () => {
  const { rows, held, listen, tell, failures } = host([init]);
  listen();
  listen();
  await settled();
  Object.defineProperty(rows, 'process', {
    get: () => {
      throw new Error('no list');
    },
  });
  tell([], true);
  await settled();
  expect(failures).toEqual([new Error('no list'), new Error('no list')]);
  expect(held.map(({ open }) => open)).toEqual([false]);
});

test('what is held while a list is read is bounded', async () => {
  const { listen, tell, told, holdReads, reads } = host([init]);
  const release = holdReads();
  listen();
  const many = Array.from({ length: 1000 }, () => ({ key: 9, kind: 'EXITED' }));
  for (let at = 0; at < 66; at++) tell(many);
  release();
  await settled();
  expect(told.filter(({ lost }) => lost)).toHaveLength(1);
  expect(reads()).toBe(2);
});

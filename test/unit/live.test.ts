// What streams tell.
import { expect, test } from 'vitest';
import { hostKeys, processId } from '../../resolvers/id.ts';
import type { Stream } from '../../server/live.ts';
import { settled } from '../support/clock.ts';
import { somewhere } from '../support/operation.ts';
import type { ScriptedRow } from '../support/scripted.ts';
import { host, refusals } from '../support/stream.ts';

const cpuRow = (ticks: number): ScriptedRow => ({
  key: 0,
  cpuTimesUser: 100 + 0.5 * ticks,
  cpuTimesSystem: 50 + 0.2 * ticks,
  cpuTimesIdle: 1000 + 1.2 * ticks,
  cpuTimesNice: 3,
  cpuTimesIowait: 7 + 0.1 * ticks,
  cpuTimesGuest: 40 + 0.4 * ticks,
  cpuStatsCtxSwitches: 1000 * (ticks + 1),
  cpuStatsInterrupts: 5,
  loadAverageOne: 0.5,
  loadAverageFive: 0.4,
  loadAverageFifteen: 0.3,
});

test('cpu tells what was done in the interval', async () => {
  const rows = { system: [cpuRow(0)] };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow(`subscription { cpu { at elapsed folded percent loadAverage { one }
    times { user idle guest steal } timesPercent { user system idle nice iowait guest steal }
    stats { ctxSwitches interrupts syscalls: softInterrupts } } }`);
  await settled();
  rows.system = [cpuRow(1)];
  await clock.pass(1000);
  expect(answers()).toEqual([
    {
      data: {
        cpu: {
          at: '2020-01-01T12:00:00.000Z',
          elapsed: 0,
          folded: 0,
          percent: null,
          loadAverage: { one: 0.5 },
          times: null,
          timesPercent: null,
          stats: null,
        },
      },
    },
    {
      data: {
        cpu: {
          at: '2020-01-01T12:00:01.000Z',
          elapsed: 1,
          folded: 0,
          percent: 35,
          loadAverage: { one: 0.5 },
          times: { user: 0.5, idle: 1.2, guest: 0.4, steal: null },
          timesPercent: { user: 25, system: 10, idle: 60, nice: 0, iowait: 5, guest: 20, steal: null },
          stats: { ctxSwitches: 1000, interrupts: 0, syscalls: null },
        },
      },
    },
  ]);
  expect(calls).toEqual(['system stat+loadavg', 'system stat+loadavg']);
});

test('cpu clamps what runs backwards, and makes up nothing where no time has passed', async () => {
  const rows = { system: [cpuRow(5)] };
  const { clock, follow } = host(rows);
  const { answers } = follow('subscription { cpu { percent times { user idle } timesPercent { idle } } }');
  await settled();
  await clock.pass(1000);
  rows.system = [{ ...cpuRow(6), cpuTimesUser: 0, cpuTimesIowait: 0 }];
  await clock.pass(1000);
  rows.system = [{ ...cpuRow(7), faults: { stat: 'DENIED' } }];
  await clock.pass(1000);
  rows.system = [{ ...cpuRow(8), cpuTimesIdle: null }];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.cpu)).toEqual([
    { percent: null, times: null, timesPercent: null },
    { percent: null, times: { user: 0, idle: 0 }, timesPercent: null },
    { percent: 14.3, times: { user: 0, idle: 1.2 }, timesPercent: { idle: 85.7 } },
    { percent: null, times: null, timesPercent: null },
    { percent: null, times: null, timesPercent: null },
  ]);
});

test('only what is selected is read', async () => {
  const { clock, follow, calls } = host({ system: [cpuRow(0)] });
  follow('subscription { cpu(everyMs: 100) { loadAverage { one } } }');
  follow('subscription { cpu(everyMs: 200) { percent at } }');
  follow('subscription { memory(everyMs: 500) { change { used } } }');
  follow('subscription { memory(everyMs: 500) { at } }');
  await clock.pass(500);
  expect(calls.filter((call) => call === 'system loadavg').length).toBe(6);
  expect(calls.filter((call) => call === 'system stat').length).toBe(3);
  expect(calls.filter((call) => call === 'system meminfo').length).toBe(2);
  expect(calls.filter((call) => call === 'system nothing').length).toBe(2);
  expect(calls.length).toBe(13);
});

const memoryRow = (used: number): ScriptedRow => ({
  key: 0,
  memoryTotal: 1000,
  memoryAvailable: 1000 - used,
  memoryUsed: used,
  memoryFree: 10,
  memoryPercent: used / 10,
  memoryCached: 2 * used,
});

test('memory tells what it is and what became of it', async () => {
  const rows = { system: [memoryRow(300)] };
  const { clock, follow } = host(rows);
  const { answers } = follow(
    'subscription { memory { elapsed memory { used percent } change { available used free cached buffers } } }',
  );
  await settled();
  rows.system = [memoryRow(250)];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.memory)).toEqual([
    { elapsed: 0, memory: { used: 300, percent: 30 }, change: null },
    {
      elapsed: 1,
      memory: { used: 250, percent: 25 },
      change: { available: 50, used: -50, free: 0, cached: -100, buffers: null },
    },
  ]);
});

test('cpu tells of each CPU by its number, whichever others are on', async () => {
  const cpu = (number: number, user: number, idle: number) => ({
    ...{ key: 0, number, timesUser: user, timesSystem: 0, timesIdle: idle },
  });
  const rows = { system: [cpuRow(0)], cpu: [cpu(0, 5, 5), cpu(1, 7, 7), cpu(3, 9, 9)] };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow('subscription { cpu { logicalCpus { number percent timesPercent { user steal } } } }');
  await settled();
  rows.cpu = [cpu(0, 5, 6), cpu(2, 1, 1), cpu(3, 9.75, 9.25)];
  await clock.pass(1000);
  const none = { percent: null, timesPercent: null };
  expect(answers().map(({ data }) => data.cpu.logicalCpus)).toEqual([
    [0, 1, 3].map((number) => ({ number, ...none })),
    [
      { number: 0, percent: 0, timesPercent: { user: 0, steal: null } },
      { number: 2, ...none },
      { number: 3, percent: 75, timesPercent: { user: 75, steal: null } },
    ],
  ]);
  expect(calls).toEqual(['system nothing', 'cpu cpuTimes 0', 'system nothing', 'cpu cpuTimes 0']);
});

test('memory tells of swap, and what went in and out of it', async () => {
  const swapRow = (used: number, more: object = {}) => ({
    ...{ ...memoryRow(300), swapTotal: 500, swapUsed: used, swapFree: 500 - used, swapPercent: used / 5 },
    ...{ swapSwappedIn: 10 * used, swapSwappedOut: 100, ...more },
  });
  const rows = { system: [swapRow(50)] };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow(`subscription { memory {
    swap { used percent } change { used swapUsed swappedIn swappedOut } } }`);
  await settled();
  rows.system = [swapRow(40)];
  await clock.pass(1000);
  rows.system = [swapRow(60, { faults: { swap: 'UNSUPPORTED', vmstat: 'UNSUPPORTED' } })];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.memory)).toEqual([
    { swap: { used: 50, percent: 10 }, change: null },
    { swap: { used: 40, percent: 8 }, change: { used: 0, swapUsed: -10, swappedIn: 0, swappedOut: 0 } },
    { swap: null, change: { used: 0, swapUsed: 0, swappedIn: null, swappedOut: null } },
  ]);
  expect(calls[0]).toBe('system meminfo+swap+vmstat');
});

test('what a process does a second is told of the time that the event covers, whoever else asks', async () => {
  const seen = (seconds: number, bytes: number) =>
    processRow(7, { cpuTimesUser: seconds, cpuTimesSystem: 1, ioReadBytes: bytes, ioReadCount: 1, ioWriteCount: 1 });
  const rows = { process: [seen(5, 0)] };
  const { clock, follow, calls } = host(rows);
  const each = (everyMs: number) =>
    follow(`subscription { process(pid: 7, everyMs: ${everyMs}) {
      elapsed process { cpuPercent ioRate { readBytes reads } } } }`);
  const [often, seldom] = [each(500), each(1000)];
  await settled();
  for (const time of [1, 2]) {
    rows.process = [seen(5 + time, 1000 * time)];
    await clock.pass(500);
  }
  const rates = (cpuPercent: number, readBytes: number) => ({ cpuPercent, ioRate: { readBytes, reads: 0 } });
  const first = { elapsed: 0, process: { cpuPercent: null, ioRate: null } };
  expect(often.answers().map(({ data }) => data.process)).toEqual([
    first,
    { elapsed: 0.5, process: rates(200, 2000) },
    { elapsed: 0.5, process: rates(200, 2000) },
  ]);
  expect(seldom.answers().map(({ data }) => data.process)).toEqual([first, { elapsed: 1, process: rates(200, 2000) }]);
  expect(new Set(calls)).toEqual(new Set(['process stat+io 7']));
});

test('what the threads of a process do a second is told of the time that the event covers too', async () => {
  const thread = (seconds: number) => [{ key: 7, tid: 7, startTicks: 70, cpuTimesUser: seconds, cpuTimesSystem: 0 }];
  const rows: Record<string, ScriptedRow[]> = { process: [processRow(7)], thread: thread(1) };
  const { clock, follow } = host(rows);
  const { answers } = follow('subscription { process(pid: 7) { process { threads { tid cpuPercent } } } }');
  await clock.pass(200);
  rows.thread = thread(1.4);
  await clock.pass(800);
  expect(answers().map(({ data }) => data.process.process.threads[0].cpuPercent)).toEqual([null, 40]);
});

test('the same for many is read once, run once and written once', async () => {
  const { clock, follow, calls } = host({ system: [cpuRow(0)] });
  const query = 'subscription ($ms: Int!) { cpu(everyMs: $ms) { percent } }';
  const variables = { ms: 1000 };
  const readers = [1, 2, 3].map(() => follow(query, { variables }));
  const other = follow(query, { variables, access: ['READ'] });
  await clock.pass(3000);
  expect(calls.length).toBe(4);
  expect(readers.map(({ finished }) => finished.length)).toEqual([4, 4, 4]);
  expect(other.answers()).toEqual(readers[0]!.answers());
  const written = (reader: typeof other) => new Set([...readers, reader].flatMap(({ finished }) => finished));
  expect([written(readers[0]!).size, written(other).size]).toEqual([4, 8]);
});

test.each([
  ['cpu(everyMs: 99) { at }', 'everyMs is 99; it must be from 100 to 3600000'],
  ['memory(everyMs: 3600001) { at }', 'everyMs is 3600001; it must be from 100 to 3600000'],
  ['process(pid: 1, everyMs: -1) { at }', 'everyMs is -1; it must be from 100 to 3600000'],
  ['process { at }', 'give exactly one of id and pid'],
  ['process(pid: 1, id: "x") { at }', 'give exactly one of id and pid'],
  ['process(pid: -1) { at }', 'pid is -1; a process id is 0 or more'],
  ['process(id: "x") { at }', 'this is not an id: ids are what the field id of an object gave'],
])('%s is refused', async (field, message) => {
  const { open, calls, watch, clock } = host({});
  expect(await refusals(open(`subscription { ${field} }`))).toEqual([message]);
  expect([calls.length, watch.size, clock.waiting]).toEqual([0, 0, 0]);
});

test.each([100, 3_600_000])('everyMs may be %i', async (everyMs) => {
  const { clock, follow } = host({ system: [cpuRow(0)] });
  const { answers } = follow(`subscription { cpu(everyMs: ${everyMs}) { elapsed } }`);
  await clock.pass(everyMs);
  expect(answers().map(({ data }) => data.cpu.elapsed)).toEqual([0, everyMs / 1000]);
});

const keys = hostKeys(somewhere);
const processRow = (pid: number, more: object = {}): ScriptedRow => ({
  key: pid,
  startTicks: 70,
  comm: 'cat',
  ppid: 1,
  status: 'SLEEPING',
  memoryRss: 4096,
  memoryVms: 8192,
  ...more,
});

const PROCESS = `subscription ($pid: Int, $id: ID) { process(pid: $pid, id: $id) {
  elapsed rssChange exit { exitCode signal }
  process { pid name status isRunning cmdline memory { rss } gaps { field reason } } } }`;

test('process tells what became of it, and ends with it', async () => {
  const rows = { process: [processRow(7, { cmdline: ['cat'] })] };
  const { clock, follow, calls, watch } = host(rows);
  const { answers, state } = follow(PROCESS, { variables: { pid: 7 } });
  await settled();
  rows.process = [processRow(7, { memoryRss: 1024, cmdline: ['cat'] })];
  await clock.pass(1000);
  rows.process = [];
  await clock.pass(1000);
  const cat = { pid: 7, name: 'cat', status: 'SLEEPING', isRunning: true, cmdline: ['cat'], gaps: [] };
  expect(answers().map(({ data }) => data.process)).toEqual([
    { elapsed: 0, rssChange: null, exit: null, process: { ...cat, memory: { rss: 4096 } } },
    { elapsed: 1, rssChange: -3072, exit: null, process: { ...cat, memory: { rss: 1024 } } },
    {
      elapsed: 1,
      rssChange: null,
      exit: { exitCode: null, signal: null },
      process: { ...cat, memory: { rss: 1024 }, isRunning: false },
    },
  ]);
  expect(calls).toEqual(Array(3).fill('process stat+state+statm+cmdline 7'));
  expect([state.ended, watch.size, clock.waiting]).toEqual([true, 0, 0]);
});

test('a pid that somebody else got is not the process any more', async () => {
  const rows = { process: [processRow(7)] };
  const { clock, follow } = host(rows);
  const { answers, state } = follow('subscription { process(pid: 7) { exit { signal } process { id isRunning } } }');
  await settled();
  rows.process = [processRow(7, { startTicks: 99 })];
  await clock.pass(1000);
  const id = `Process:${keys.host}:${keys.boot}:7:70`;
  expect(answers().map(({ data }) => data.process)).toEqual([
    { exit: null, process: { id, isRunning: true } },
    { exit: { signal: null }, process: { id, isRunning: false } },
  ]);
  expect(state.ended).toBe(true);
});

test('what was not read before the process ended has a gap', async () => {
  const rows = { process: [processRow(7, { faults: { cmdline: 'DENIED' } })] };
  const { clock, follow } = host(rows);
  const { answers } = follow('subscription { process(pid: 7) { process { cmdline gaps { field reason } } } }');
  await settled();
  rows.process = [];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.process.process.gaps)).toEqual([
    [{ field: 'cmdline', reason: 'ACCESS_DENIED' }],
    [{ field: 'cmdline', reason: 'GONE' }],
  ]);
});

test.each([
  ['a pid that nobody has', { pid: 8 }],
  ['an id whose pid somebody else has', { id: processId(keys, { key: 7, startTicks: 1 } as never) }],
  ['an id of before the last boot', { id: `Process:${keys.host}:${'x'.repeat(12)}:7:70` }],
])('%s is null, once', async (_, variables) => {
  const { clock, follow } = host({ process: [processRow(7)] });
  const { answers, state } = follow(PROCESS, { variables });
  await clock.pass(3000);
  expect(answers().map(({ data }) => data.process)).toEqual([
    { elapsed: 0, rssChange: null, exit: null, process: null },
  ]);
  expect([state.ended, clock.waiting]).toEqual([true, 0]);
});

test('an id finds its process, and what hangs on it is read anew for each event', async () => {
  const rows = { process: [processRow(1, { ppid: 0, comm: 'init' }), processRow(7)] };
  const { clock, follow, calls } = host(rows);
  const variables = { id: processId(keys, { key: 7, startTicks: 70 } as never) };
  const { answers } = follow('subscription ($id: ID) { process(id: $id) { process { parent { name } } } }', {
    variables,
  });
  await settled();
  rows.process = [processRow(1, { ppid: 0, comm: 'systemd' }), processRow(7)];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.process.process.parent.name)).toEqual(['init', 'systemd']);
  const each = ['process stat+parent 7', 'process stat+parent 1'];
  expect(calls).toEqual([...each, ...each]);
});

test('a list is read for each event, and not for whom it is not', async () => {
  const { clock, follow, calls } = host({ process: [processRow(7)], limit: [{ key: 7, resource: 'NOFILE', soft: 9 }] });
  const query = 'subscription { process(pid: 7) { process { limits { soft } gaps { reason } } } }';
  const owner = follow(query);
  await clock.pass(1000);
  expect(calls).toEqual(['process stat 7', 'limit limits 7', 'process stat 7', 'limit limits 7']);
  const stranger = follow(query, { access: ['READ'] });
  await clock.pass(1000);
  expect(calls.slice(4)).toEqual(['process stat 7', 'process stat 7', 'limit limits 7']);
  expect(owner.answers()[0].data.process.process).toEqual({ limits: [{ soft: 9 }], gaps: [] });
  expect(stranger.answers()[0].data.process.process).toEqual({ limits: null, gaps: [{ reason: 'NOT_AUTHORIZED' }] });
});

test('system tells anything of the host, and its disks', async () => {
  const rows: Record<string, ScriptedRow[]> = {
    system: [{ ...cpuRow(0), hostname: 'here' }],
    disk: [{ key: 8, name: 'sda', kind: 'DISK', size: 5 }],
  };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow(
    'subscription { system { elapsed system { id loadAverage { one } processCounts { total } } disks { name size } } }',
  );
  await settled();
  rows.system = [{ ...cpuRow(1), loadAverageOne: 2 }];
  rows.disk = [{ key: 8, name: 'sda', kind: 'DISK', size: 6 }];
  await clock.pass(1000);
  const event = (elapsed: number, one: number, size: number) => ({
    elapsed,
    system: { id: `System:${keys.host}`, loadAverage: { one }, processCounts: { total: 0 } },
    disks: [{ name: 'sda', size }],
  });
  expect(answers().map(({ data }) => data.system)).toEqual([event(0, 0.5, 5), event(1, 2, 6)]);
  expect(calls.filter((call) => call.startsWith('system'))).toEqual(['system loadavg', 'system loadavg']);
});

test('a stream that is left before its first event has read nothing', async () => {
  const { open, calls, clock } = host({ system: [cpuRow(0)] });
  const stream = (await open('subscription { cpu { at } }')) as Stream;
  stream.leave();
  let ended = false;
  stream.ask({
    take: expect.unreachable,
    end: () => {
      ended = true;
    },
  } as never);
  expect(ended).toBe(true);
  expect([calls.length, clock.waiting]).toEqual([0, 0]);
});

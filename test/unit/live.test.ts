// Streams as a server opens them, on a host and a clock that move only when told to.
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Source } from '../../native/index.ts';
import type { Access } from '../../native/spec/define.ts';
import { hostKeys, processId } from '../../resolvers/id.ts';
import { schema } from '../../schema/index.ts';
import { masked } from '../../server/errors.ts';
import { createLive, type Finished, type Stream } from '../../server/live.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { StillClock, settled } from '../support/clock.ts';
import { type Answer, contextOf, recording, somewhere } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';
import { optionsWith } from '../support/serving.ts';

interface Asking {
  readonly variables?: Record<string, unknown>;
  readonly access?: readonly Access[];
}

function host(rows: Record<string, ScriptedRow[]>) {
  const clock = new StillClock();
  const { source, calls } = recording(scripted(rows));
  const watch = new Watch(source, clock);
  const live = createLive({ schema, mask: (error) => masked(error, optionsWith({})), hideSuggestions: false });
  const open = (query: string, { variables = {}, access = ['READ', 'SHOWN', 'OWNER'] }: Asking = {}) =>
    live({
      document: documentOf(query),
      variableValues: variables,
      context: () => contextOf(source as Source, access, watch),
      audience: access.join(),
    });
  return { clock, calls, watch, open, follow: (query: string, asking?: Asking) => follow(open(query, asking)) };
}

const documents = new Map<string, ReturnType<typeof parse>>();

/** As a server remembers them. */
function documentOf(query: string) {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  return document;
}

/** Reads a stream to its end, as fast as it comes. */
function follow(opening: ReturnType<ReturnType<typeof host>['open']>) {
  const finished: Finished[] = [];
  const state = { ended: false };
  const stream = opening.then((opened) => opened as Stream);
  void stream.then(async (answers) => {
    for await (const answer of answers) finished.push(answer);
    state.ended = true;
  });
  const answers = (): Answer[] => finished.map(({ text }) => JSON.parse(text));
  return { finished, state, answers, leave: async () => (await stream).return?.() };
}

const refusals = async (opening: ReturnType<ReturnType<typeof host>['open']>) =>
  ((await opening) as Error[]).map(({ message }) => message);

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
  expect(calls).toEqual(Array(3).fill('process stat+statm+cmdline 7'));
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
  expect(calls).toEqual(['process stat 7', 'process stat 1', 'process stat 7', 'process stat 1']);
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

test('a stream that is left before its first event has read nothing', async () => {
  const { open, calls, clock } = host({ system: [cpuRow(0)] });
  const stream = (await open('subscription { cpu { at } }')) as Stream;
  await stream.return?.();
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect([calls.length, clock.waiting]).toEqual([0, 0]);
});

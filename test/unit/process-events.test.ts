// What is told of what happens to processes, on a host, a kernel and a clock that do only what they are told to.
import { expect, test } from 'vitest';
import { processId } from '../../resolvers/id.ts';
import { createViews } from '../../server/views.ts';
import { settled } from '../support/clock.ts';
import { type Answer, contextOf } from '../support/operation.ts';
import type { ScriptedRow } from '../support/scripted.ts';
import { type Follower, host, refusals } from '../support/stream.ts';

const init: ScriptedRow = { key: 1, startTicks: 5, ppid: 0, comm: 'init', status: 'SLEEPING', username: 'root' };
const shell: ScriptedRow = { key: 7, startTicks: 50, ppid: 1, comm: 'sh', status: 'SLEEPING', username: 'ann' };
const started = (key: number, startTicks = 90, more = {}) => ({
  ...{ key, kind: 'STARTED', ppid: 7, startTicks, name: 'sh', ...more },
});
const execed = (key: number, name: string, startTicks = 90) => ({ key, kind: 'EXECED', ppid: 7, startTicks, name });
const exited = (key: number, more: object = { exitCode: 0 }) => ({ key, kind: 'EXITED', ...more });

const EVENTS = `subscription ($filter: ProcessFilter, $everyMs: Int! = 250) {
  processEvents(filter: $filter, everyMs: $everyMs) {
    at folded source lost events { kind at processId pid ppid name exit { exitCode signal } process { status } } } }`;

const lineOf = ({ kind, pid, name, exit }: Answer): string =>
  [kind, pid, name, ...(exit ? [exit.exitCode, exit.signal] : [])].filter((part) => part !== null).join(' ');

/** What came since it was last asked, less what is empty. */
function lines({ answers }: { answers: Answer[] }): string[] {
  return answers.flatMap(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data.processEvents.events.map(lineOf);
  });
}

test('the first event is empty, and later ones tell what happened', async () => {
  const rows = { process: [init, shell] };
  const { clock, follow, tell, source } = host(rows);
  const { answers } = follow(EVENTS);
  await settled();
  rows.process.push({ ...shell, key: 9, startTicks: 90 });
  tell([started(9)]);
  tell([execed(9, 'cat')]);
  await clock.pass(249);
  expect(answers().length).toBe(1);
  await clock.pass(1);
  tell([exited(7, { signal: 'SIGKILL' }), started(8, 0, { startTicks: null, name: null })]);
  await clock.pass(250);
  const keys = contextOf(source).host;
  const idOf = (key: number, startTicks: number) => processId(keys, { key, startTicks });
  const at = '2020-01-01T12:00:00.000Z';
  const later = '2020-01-01T12:00:00.250Z';
  const cat = { pid: 9, ppid: 7, at, processId: idOf(9, 90), exit: null, process: { status: 'SLEEPING' } };
  expect(answers().map(({ data }) => data.processEvents)).toEqual([
    { at, folded: 0, source: 'KERNEL', lost: false, events: [] },
    {
      ...{ at: later, folded: 0, source: 'KERNEL', lost: false },
      events: [
        { ...cat, kind: 'STARTED', name: 'sh' },
        { ...cat, kind: 'EXECED', name: 'cat' },
      ],
    },
    {
      ...{ at: '2020-01-01T12:00:00.500Z', folded: 0, source: 'KERNEL', lost: false },
      events: [
        {
          ...{ kind: 'EXITED', at: later, processId: idOf(7, 50), pid: 7, ppid: 1, name: 'sh' },
          ...{ exit: { exitCode: null, signal: 'SIGKILL' }, process: { status: 'SLEEPING' } },
        },
        {
          ...{ kind: 'STARTED', at: later, processId: null, pid: 8, ppid: 7, name: null },
          ...{ exit: null, process: null },
        },
      ],
    },
  ]);
});

test('a process is that very one, and no later one of its pid', async () => {
  const rows = { process: [init, shell] };
  const { clock, follow, tell } = host(rows);
  const { answers } = follow(EVENTS);
  await settled();
  tell([exited(7)]);
  rows.process = [init, { ...shell, startTicks: 99 }];
  await clock.pass(250);
  expect(answers()[1].data.processEvents.events[0].process).toBeNull();
});

test('nothing is sent where nothing happened, and no timer waits for it', async () => {
  const { clock, follow, tell, calls } = host({ process: [init, shell] });
  const { finished } = follow(EVENTS);
  await clock.pass(0);
  expect([finished.length, clock.waiting]).toEqual([0, 0]);
  const { answers } = follow(EVENTS);
  await clock.pass(60_000);
  expect([answers().length, clock.waiting, calls]).toEqual([1, 0, ['process stat+parent all']]);
  tell([], true);
  await clock.pass(250);
  expect(answers()[1].data.processEvents).toMatchObject({ lost: true, events: [] });
});

test('twenty who watch at different paces cost one reading and one ear, and leave nothing', async () => {
  const { clock, connect, tell, calls, listening, watch } = host({ process: [init, shell] });
  const paces = [250, 500, 1000];
  const followers: Follower[] = [];
  for (let index = 0; index < 20; index++)
    followers.push(await connect(EVENTS, { variables: { everyMs: paces[index % 3]! } }));
  await settled();
  expect([listening(), watch.size, calls]).toEqual([1, 3, ['process stat+parent all']]);
  for (let time = 0; time < 8; time++) {
    tell([exited(100 + time)]);
    await clock.pass(125);
  }
  const counts = followers.map(({ answers }) => answers.length - 1);
  expect(counts).toEqual(followers.map((_, index) => 1000 / paces[index % 3]!));
  for (const follower of followers) expect(lines(follower).length).toBe(8);
  expect(new Set(followers.map(({ finished }) => finished[1])).size).toBe(3);
  for (const follower of followers) follower.leave();
  expect([listening(), watch.size, clock.waiting]).toEqual([0, 0, 0]);
});

test('a slow reader is told everything at once, and how many events that was', async () => {
  const { clock, connect, tell } = host({ process: [init] });
  const [fast, slow] = [await connect(EVENTS), await connect(EVENTS)];
  await settled();
  slow.stall();
  for (let time = 0; time < 5; time++) {
    tell([started(20 + time, 100 + time), ...(time === 3 ? [exited(20)] : [])], time === 2);
    await clock.pass(250);
  }
  slow.goOn();
  await settled();
  expect(lines(slow)).toEqual(lines(fast));
  const told = slow.answers.map(({ data }) => data.processEvents);
  expect(told.map(({ folded }) => folded)).toEqual([0, 0, 3]);
  expect(told.map(({ lost }) => lost)).toEqual([false, false, true]);
  expect(fast.answers.length).toBe(1 + 5);
});

test('a reader who is too far behind is given up, and no other', async () => {
  const { clock, connect, tell, watch } = host({ process: [init] });
  const [fast, slow] = [await connect(EVENTS), await connect(EVENTS)];
  await settled();
  slow.stall();
  const many = Array.from({ length: 4000 }, () => exited(9));
  for (let time = 0; time < 20; time++) {
    tell(many);
    await clock.pass(250);
  }
  slow.goOn();
  await settled();
  expect(slow.answers.at(-1).errors[0].extensions.code).toBe('TOO_SLOW');
  expect([slow.hasEnded, fast.hasEnded, watch.size]).toEqual([true, false, 1]);
  expect(lines(fast).length).toBe(80_000);
});

test('what is gathered is bounded, however long it is gathered', async () => {
  const { clock, follow, tell } = host({ process: [init] });
  const { answers } = follow(EVENTS, { variables: { everyMs: 3_600_000 } });
  await settled();
  for (let time = 0; time < 5; time++) tell(Array.from({ length: 1000 }, () => exited(9)));
  await settled();
  expect(answers().map(({ data }) => data.processEvents.events.length)).toEqual([0, 5000]);
  expect(clock.waiting).toBe(0);
});

test('where the kernel does not tell, lists are compared, and it is said so', async () => {
  const rows = { process: [init, shell] };
  const { clock, follow, calls } = host(rows, 'DENIED');
  const { answers } = follow(EVENTS);
  await settled();
  rows.process = [init, { ...shell, startTicks: 60 }];
  await clock.pass(250);
  await clock.pass(250);
  const [first, second, third] = answers().map(({ data }) => data.processEvents);
  expect([first.source, second.source, third]).toEqual(['COMPARED', 'COMPARED', undefined]);
  expect(second.lost).toBe(false);
  expect(second.events.map(lineOf)).toEqual(['EXITED 7 sh', 'STARTED 7 sh']);
  expect(calls.filter((call) => call === 'process stat+parent all').length).toBe(3);
});

/** Tells of ann's shell, and of one of root's, and of processes that are gone before anybody looks. */
async function filtered(filter: object) {
  const rows = { process: [init, shell] };
  const { clock, connect, tell, calls } = host(rows);
  const follower = await connect(EVENTS.replace('process { status }', ''), { variables: { filter } });
  await settled();
  const before = calls.length;
  rows.process = [
    init,
    shell,
    { ...shell, key: 8, startTicks: 80, comm: 'cat' },
    { ...shell, key: 9, startTicks: 90, comm: 'a-name-of-bytes', isCommCut: true, username: 'root' },
  ];
  rows.process[3] = { ...rows.process[3]!, cmdline: ['/bin/a-name-of-bytes-and-more'] };
  tell([started(8, 80), execed(8, 'cat', 80), started(9), execed(9, 'a-name-of-bytes'), started(10, 95), exited(10)]);
  await clock.pass(250);
  rows.process = [init];
  tell([exited(7), exited(8), exited(9, { exitCode: 3 })]);
  await clock.pass(250);
  return { lines: lines(follower), events: follower.answers.length, calls: calls.slice(before) };
}

test.each([
  [{ name: { eq: 'cat' } }, ['EXECED 8 cat', 'EXITED 8 cat 0']],
  [{ ppid: { eq: 7 }, pid: { gt: 9 } }, ['STARTED 10 sh', 'EXITED 10 sh 0']],
  [{ name: { endsWith: '-and-more' } }, ['EXECED 9 a-name-of-bytes', 'EXITED 9 a-name-of-bytes 3']],
  [{ username: { eq: 'ann' } }, ['STARTED 8 sh', 'EXECED 8 cat', 'EXITED 7 sh 0', 'EXITED 8 cat 0']],
  [{ username: { ne: 'ann' } }, ['STARTED 9 sh', 'EXECED 9 a-name-of-bytes', 'EXITED 9 a-name-of-bytes 3']],
  [
    { or: [{ name: { eq: 'cat' } }, { username: { eq: 'root' } }] },
    ['EXECED 8 cat', 'STARTED 9 sh', 'EXECED 9 a-name-of-bytes', 'EXITED 8 cat 0', 'EXITED 9 a-name-of-bytes 3'],
  ],
  [{ username: { eq: 'nobody' } }, []],
])('%j tells of these alone', async (filter, expected) => {
  const told = await filtered(filter);
  expect(told.lines).toEqual(expected);
  if (expected.length === 0) expect(told.events).toBe(1);
});

test('of each process is read what the filter needs, and once', async () => {
  const { calls } = await filtered({ username: { eq: 'ann' } });
  expect(calls).toEqual(['process stat+ids 8,9,10']);
  expect((await filtered({ pid: { eq: 8 } })).calls).toEqual([]);
});

test.each([
  ['processEvents(everyMs: 99) { at }', 'everyMs is 99; it must be from 100 to 3600000'],
  ['processEvents(filter: { name: { matches: "(" } }) { at }', expect.stringContaining('matches')],
])('%s is refused', async (field, message) => {
  const { open, calls, listening } = host({});
  expect(await refusals(open(`subscription { ${field} }`))).toEqual([message]);
  expect([calls, listening()]).toEqual([[], 0]);
});

test('a filter needs what its tests do', async () => {
  const { open } = host({});
  const query = 'subscription { processEvents(filter: { exe: { eq: "/bin/sh" } }) { at } }';
  expect(await refusals(open(query, { access: ['READ'] }))).toEqual([expect.stringContaining('exe')]);
});

test('who sees one user alone is told of no others, and those who see all share what is heard', async () => {
  const mine = { uidsReal: 5, uidsEffective: 5, uidsSaved: 5 };
  const rows = { process: [init, { ...shell, ...mine }] };
  const { clock, source, tell, listening } = host(rows);
  const views = createViews(source, clock, { onlyUser: '', showSecrets: false });
  const only = views.of({ name: 'a', scopes: ['READ'], onlyUser: '5' }).watch.events(250);
  const first = only.next();
  await settled();
  expect([(await first).value!.sample.value.source, listening()]).toEqual(['COMPARED', 0]);
  const all = [false, true].map((showSecrets) => views.of({ name: 'b', scopes: ['READ'], showSecrets }).watch);
  const others = all.map((watch) => watch.events(250));
  for (const one of others) void one.next();
  await settled();
  expect(listening()).toBe(1);
  const second = only.next();
  rows.process = [init, { ...shell, ...mine, key: 8 }, { ...shell, key: 9, startTicks: 90 }];
  tell([started(8), started(9), exited(1)]);
  await clock.pass(250);
  const { value } = await second;
  expect(value.sample.value.events.map(lineOf)).toEqual(['EXITED 7 sh', 'STARTED 8 sh']);
  for (const one of [only, ...others]) await one.return();
  expect([listening(), clock.waiting]).toEqual([0, 0]);
});

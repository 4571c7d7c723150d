// Waiting for processes over the graph, on a host whose processes end when the test says so.
import { expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { CancelledError, openLocal, type Source, type Target, type Waited } from '../../native/index.ts';
import { hostKeys, processId } from '../../resolvers/id.ts';
import { ask, execute, somewhere } from '../support/operation.ts';
import { readProcesses } from '../support/reading.ts';
import { scripted } from '../support/scripted.ts';

const keys = hostKeys(somewhere);
const idOf = (pid: number, startTicks = 70): string => processId(keys, { key: pid, startTicks } as never);

const QUERY = `query ($ids: [ID!]!, $timeoutMs: Int) { waitProcesses(ids: $ids, timeoutMs: $timeoutMs) {
  processId exited exit { exitCode signal } error { code message processId } } }`;

/** A host on which waiting comes to this, whoever is waited for. */
function host(outcome: (target: Target) => Waited) {
  const waits: { targets: readonly Target[]; timeoutMs: number }[] = [];
  const source: Source = {
    ...scripted({}),
    async wait(targets, { timeoutMs }) {
      waits.push({ targets, timeoutMs });
      return targets.map(outcome);
    },
  };
  return { source, waits };
}

const waiting: Waited = { effect: 'DONE', hasEnded: false, exit: null };

test('tells of each in the order of the ids, of one that comes twice too', async () => {
  const exits: Record<number, Waited> = {
    7: { effect: 'DONE', hasEnded: true, exit: { exitCode: 3, signal: null } },
    8: { effect: 'DONE', hasEnded: true, exit: { exitCode: null, signal: 'SIGKILL' } },
    9: waiting,
    10: { effect: 'DONE', hasEnded: true, exit: null },
  };
  const { source, waits } = host(({ pid }) => exits[pid]!);
  const ids = [9, 7, 8, 10, 7].map((pid) => idOf(pid));
  const { waitProcesses } = await ask(source, QUERY, { variables: { ids, timeoutMs: 100 } });
  const result = (pid: number, exited: boolean, exit: object | null) => ({
    ...{ processId: idOf(pid), exited, exit, error: null },
  });
  expect(waitProcesses).toEqual([
    result(9, false, null),
    result(7, true, { exitCode: 3, signal: null }),
    result(8, true, { exitCode: null, signal: 'SIGKILL' }),
    result(10, true, null),
    result(7, true, { exitCode: 3, signal: null }),
  ]);
  expect(waits[0]!.targets.map(({ pid, startTicks }) => [pid, startTicks])).toEqual(
    [9, 7, 8, 10].map((pid) => [pid, 70]),
  );
  expect(waits[0]!.timeoutMs).toBe(100);
});

test('one of before the last boot has ended, and nobody is asked', async () => {
  const { source, waits } = host(() => waiting);
  const id = `Process:${keys.host}:${'x'.repeat(12)}:7:70`;
  expect((await ask(source, QUERY, { variables: { ids: [id] } })).waitProcesses).toEqual([
    { processId: id, exited: true, exit: null, error: null },
  ]);
  expect((await ask(source, QUERY, { variables: { ids: [] } })).waitProcesses).toEqual([]);
  expect(waits).toEqual([]);
});

test.each([
  ['DENIED', 'ACCESS_DENIED'],
  ['UNSUPPORTED', 'NOT_SUPPORTED'],
  ['FAILED', 'FAILED'],
] as const)('what could not be waited for (%s) is an error of its own', async (effect, code) => {
  const { source } = host(() => ({ effect, hasEnded: false, exit: null }));
  const { waitProcesses } = await ask(source, QUERY, { variables: { ids: [idOf(7)] } });
  expect(waitProcesses).toMatchObject([{ exited: false, exit: null, error: { code, processId: idOf(7) } }]);
});

test('where nobody can wait that is said of each', async () => {
  const { waitProcesses } = await ask(scripted({}), QUERY, { variables: { ids: [idOf(7)] } });
  expect(waitProcesses).toMatchObject([{ exited: false, error: { code: 'NOT_SUPPORTED' } }]);
});

test.each([
  ['an id of something else', { ids: [`System:${keys.host}`] }, / is the id of a System, not of a Process$/],
  ['no id', { ids: ['7'] }, /^this is not an id/],
  ['an id of another host', { ids: [idOf(7).replace(keys.host, 'x'.repeat(12))] }, /^this id belongs to another host/],
  ['too many ids', { ids: Array(1_001).fill(idOf(7)) }, /^there are 1001 ids; at most 1000 can be waited for at once$/],
  ['no time', { ids: [], timeoutMs: -1 }, /^timeoutMs is -1; it must be from 0 to 60000$/],
  ['too much time', { ids: [], timeoutMs: 60_001 }, /^timeoutMs is 60001; it must be from 0 to 60000$/],
])('%s is refused', async (_, variables, message) => {
  const { source, waits } = host(() => waiting);
  const { errors } = await execute(source, QUERY, { variables });
  expect(errors![0]!.message).toMatch(message);
  expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  expect(waits).toEqual([]);
});

test('a wait ends when whoever asked goes away', async () => {
  const source = await openLocal();
  const [self] = await readProcesses(source, ['stat'], { keys: [process.pid] });
  const leaving = new AbortController();
  const { process: loader } = createLoaders(source, leaving.signal);
  const waited = loader.wait([{ pid: process.pid, startTicks: self!.startTicks! }], 60_000);
  const outcome = expect(waited).rejects.toThrow(CancelledError);
  leaving.abort();
  await outcome;
});

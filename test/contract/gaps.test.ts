import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { GraphQLFloat, GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString, graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Row, type Status } from '../../native/index.ts';
import { bitOf, number, property, source, table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import type { Context } from '../../resolvers/context.ts';
import { gapsOf } from '../../resolvers/gaps.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask, contextOf, execute, gapLines } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const EXECUTE = join(import.meta.dirname, '../support/execute.ts');

/** What every kernel has of every process. */
const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);
const plain = {
  ...required,
  comm: 'cat',
  ppid: 1,
  startTicks: 5,
  status: 'SLEEPING',
  username: 'me',
  cmdline: ['cat'],
};

const hostOf = (...rows: Partial<ScriptedRow>[]) =>
  scripted({ process: rows.map((row, index) => ({ ...plain, key: index + 7, ...row })) });
const withFaults = (faults: Record<string, Status>) => hostOf({ faults });

async function processOf(host: ReturnType<typeof hostOf>, selection: string): Promise<Answer> {
  return (await ask(host, `{ process(pid: 7) { ${selection} gaps { field reason message } } }`)).process;
}
const gapsIn = async (host: ReturnType<typeof hostOf>, selection: string): Promise<string[]> =>
  gapLines((await processOf(host, selection)).gaps);

describe('gaps', () => {
  const denied = withFaults({ ids: 'DENIED', status: 'DENIED', cmdline: 'MALFORMED' });

  test('are none where everything was read', async () =>
    expect(await gapsIn(hostOf({}), 'name username cmdline memory { rss swap } parent { pid }')).toEqual([]));
  test('are for the fields that were selected, and for no others', async () => {
    expect(await gapsIn(denied, 'name')).toEqual([]);
    expect(await gapsIn(denied, 'name username')).toEqual(['username ACCESS_DENIED']);
    expect(await gapsIn(denied, 'username cmdline')).toEqual(['username ACCESS_DENIED', 'cmdline MALFORMED']);
  });
  test('say what would help', async () => {
    const { gaps } = await processOf(denied, 'username');
    expect(gaps[0].message).toMatch(/does not let the gateway read \/proc\/PID\/status or PIDFD_GET_INFO; run it as/);
  });
  test('name the field, never its alias, and each field once', async () =>
    expect(await gapsIn(denied, 'owner: username again: username')).toEqual(['username ACCESS_DENIED']));
  test('are not for what was skipped', async () =>
    expect(await gapsIn(denied, 'username @skip(if: true) ... @include(if: false) { cmdline }')).toEqual([]));

  test('name a field inside a group by its path', async () => {
    const { memory, gaps } = await processOf(denied, 'memory { rss swap }');
    expect(memory).toEqual({ rss: 1, swap: null });
    expect(gapLines(gaps)).toEqual(['memory.swap ACCESS_DENIED']);
  });
  test('are for the group, and nothing inside it, where the group itself is null', async () => {
    const { memory, gaps } = await processOf(withFaults({ statm: 'DENIED', status: 'DENIED' }), 'memory { rss swap }');
    expect(memory).toBeNull();
    expect(gapLines(gaps)).toEqual(['memory ACCESS_DENIED']);
  });
  test('are for the group if one of two selections makes it null', async () =>
    expect(await gapsIn(withFaults({ statm: 'DENIED' }), 'memory { swap } ... on Process { memory { rss } }')).toEqual([
      'memory ACCESS_DENIED',
    ]));
  test('let a group stand in which nothing non-null is missing', async () => {
    const { memory, gaps } = await processOf(withFaults({ statm: 'DENIED' }), 'memory { swap shared }');
    expect(memory).toEqual({ swap: null, shared: null });
    expect(gapLines(gaps)).toEqual(['memory.shared ACCESS_DENIED']);
  });
  test('are none where a kernel has read the source and has no such line', async () => {
    const { ctxSwitches, gaps } = await processOf(hostOf({ ctxSwitchesVoluntary: null }), 'ctxSwitches { voluntary }');
    expect([ctxSwitches, gaps]).toEqual([null, []]);
  });

  test('of a fragment used at two places are those of each place', async () => {
    const data = await ask(
      denied,
      `{ a: process(pid: 7) { username ...g } b: process(pid: 7) { cmdline ...g } c: processes { nodes { ...g } } }
       fragment g on Process { gaps { field reason } }`,
    );
    expect([gapLines(data.a.gaps), gapLines(data.b.gaps)]).toEqual([['username ACCESS_DENIED'], ['cmdline MALFORMED']]);
    expect(gapLines(data.c.nodes[0].gaps)).toEqual([]);
  });
  test('of children are the children’s own', async () => {
    const host = hostOf({}, { ppid: 7, startTicks: 9, faults: { ids: 'DENIED' } });
    const { children, gaps } = await processOf(host, 'username children { username gaps { field reason } }');
    expect([gapLines(gaps), gapLines(children[0].gaps)]).toEqual([[], ['username ACCESS_DENIED']]);
  });
  test.each<[Status, string]>([
    ['DENIED', 'ACCESS_DENIED'],
    ['UNSUPPORTED', 'NOT_SUPPORTED'],
    ['ABSENT', 'NOT_SUPPORTED'],
    ['MALFORMED', 'MALFORMED'],
    ['TIMED_OUT', 'TIMED_OUT'],
    ['FAILED', 'FAILED'],
  ])('say of %s that it is %s', async (status, reason) =>
    expect(await gapsIn(withFaults({ statm: status }), 'memory { rss }')).toEqual([`memory ${reason}`]),
  );
});

describe('zombies and threads of the kernel', () => {
  const zombie = { status: 'ZOMBIE', hasEnded: true, cmdline: [] };
  test('a zombie has no arguments any more', async () => {
    const { cmdline, gaps } = await processOf(hostOf(zombie), 'cmdline');
    expect([cmdline, gapLines(gaps)]).toEqual([null, ['cmdline ZOMBIE']]);
  });
  test('what a zombie lacks it lacks for being one', async () =>
    expect(await gapsIn(hostOf({ ...zombie, faults: { cmdline: 'ABSENT' } }), 'cmdline')).toEqual(['cmdline ZOMBIE']));
  test('a thread of the kernel never had any, which is no gap', async () => {
    const { cmdline, gaps } = await processOf(hostOf({ isKernelThread: true, cmdline: [] }), 'cmdline');
    expect([cmdline, gaps]).toEqual([[], []]);
  });
});

describe('without a source that something non-null needs', () => {
  const host = hostOf({}, { faults: { stat: 'DENIED' } }, { faults: { stat: 'MALFORMED' } });
  test('a process is dropped from its list', async () => {
    const { processes } = await ask(host, '{ processes { totalCount nodes { id pid } } }');
    expect(processes.nodes.map(({ pid }: Answer) => pid)).toEqual([7]);
    expect(processes.totalCount).toBe(1);
  });
  test('a process stands in its list as long as nothing needs it', async () => {
    const { processes } = await ask(host, '{ processes { nodes { pid name gaps { field reason } } } }');
    expect(processes.nodes.map(({ pid, gaps }: Answer) => [pid, ...gapLines(gaps)])).toEqual([
      [7],
      [8, 'name ACCESS_DENIED'],
      [9, 'name MALFORMED'],
    ]);
  });
  test('a process asked for by pid is null', async () =>
    expect(await ask(host, '{ process(pid: 8) { id } }')).toEqual({ process: null }));
  // That the kernel refuses is proof that it is there: null would say that it is not.
  test('pitfall 21: and with nothing that needs it, one asked for by pid is there, its start unknown', async () => {
    const { process } = await ask(host, '{ process(pid: 8) { pid name gaps { field reason } } }');
    expect({ ...process, gaps: gapLines(process.gaps) }).toEqual({ pid: 8, name: null, gaps: ['name ACCESS_DENIED'] });
  });
  test('a process that ended while it was read is in no list', async () => {
    const ended = hostOf({}, { faults: { statm: 'GONE' } });
    const { processes } = await ask(ended, '{ processes { nodes { pid memory { rss } } } }');
    expect(processes.nodes).toEqual([{ pid: 7, memory: { rss: 1 } }]);
  });
  test('and is counted where its page is not looked at', async () => {
    const ended = hostOf({}, { faults: { statm: 'GONE' } });
    const listed = async (first: number) =>
      (await ask(ended, `{ processes(first: ${first}) { totalCount nodes { pid memory { rss } } } }`)).processes;
    expect(await listed(1)).toEqual({ totalCount: 2, nodes: [{ pid: 7, memory: { rss: 1 } }] });
    expect(await listed(2)).toEqual({ totalCount: 1, nodes: [{ pid: 7, memory: { rss: 1 } }] });
  });
  test('a negative pid or page is refused, and says what would be right', async () => {
    const { errors } = await execute(host, '{ process(pid: -1) { pid } processes(first: -1) { totalCount } }');
    expect(errors?.map(({ message }) => message)).toEqual([
      'pid is -1; a process id is 0 or more',
      'first is -1; it must be 0 or more',
    ]);
  });
});

describe('without the scope', () => {
  // No table has a SENSITIVE source yet, so here is one that has: secret, beside one that anybody may read.
  const shape = table('box', {
    type: 'Box',
    description: 'A box.',
    key: 'pid',
    sources: { open: source({ LINUX: '/open' }), secret: source({ LINUX: '/secret' }, { access: 'SENSITIVE' }) },
    groups: {},
    columns: [number('size', 'open', 'Its size.'), number('content', 'secret', 'What is in it.')],
  });
  const costOf = (name: string) => ({ type: GraphQLFloat, extensions: { cost: { sources: bitOf(shape, name) } } });
  const Gap = new GraphQLObjectType({
    name: 'Gap',
    fields: { field: { type: GraphQLString }, reason: { type: GraphQLString } },
  });
  const Box = new GraphQLObjectType<Row, Context>({
    name: 'Box',
    fields: {
      size: costOf('open'),
      content: costOf('secret'),
      gaps: { type: new GraphQLList(Gap), resolve: (row, _, context, info) => gapsOf(shape, row, context, info) },
    },
  });
  const box = Object.assign(new Row(1), { size: 2, have: bitOf(shape, 'open') });
  const query = new GraphQLObjectType({ name: 'Query', fields: { box: { type: Box, resolve: () => box } } });
  const boxes = new GraphQLSchema({ query });

  test.each([
    ['READ', 'content NOT_AUTHORIZED'],
    ['SENSITIVE', 'content FAILED'],
  ] as const)('a caller with %s has the gap %s', async (scope, line) => {
    const contextValue = contextOf(hostOf(), ['READ', scope]);
    const { data } = await graphql({
      schema: boxes,
      source: '{ box { size content gaps { field reason } } }',
      contextValue,
    });
    expect(gapLines((data as Answer).box.gaps)).toEqual([line]);
  });

  test('nothing is read, and every gap says why', async () => {
    const { processes } = await ask(hostOf({}), '{ processes { nodes { pid name gaps { field reason } } } }', {
      access: [],
    });
    expect(processes.nodes).toEqual([{ pid: 7, name: null, gaps: [{ field: 'name', reason: 'NOT_AUTHORIZED' }] }]);
  });
});

const canHide = needs(
  'root and unshare',
  () => process.getuid?.() === 0 && runs('unshare', '-m', 'true'),
  'run as root with CAP_SYS_ADMIN',
);

describe.runIf(canHide)('an ordinary user on a host that hides processes', () => {
  const query = '{ processes { nodes { pid name gaps { field reason } } } process(pid: 1) { pid gaps { field } } }';
  const askAsNobody = (hidepid: number): Promise<Answer> =>
    withTree({}, (directory) => {
      const mount = `mount -t proc -o hidepid=${hidepid} proc "$1" && chmod 755 "$1"; shift && exec "$@"`;
      const program = ['--import', 'tsx', EXECUTE, '--nobody', '--proc', directory, query];
      const args = ['-m', '--propagation', 'private', 'sh', '-c', mount, 'sh', directory, process.execPath, ...program];
      return JSON.parse(execFileSync('unshare', args, { cwd: root, encoding: 'utf8' }));
    });

  // The kernel says EPERM there, and EACCES elsewhere: both mean that the process is there, and is not to be read.
  test('pitfall 13: has a list, with a gap for each process it may not read', async () => {
    const { processes, process: first } = await askAsNobody(1);
    const gaps = processes.nodes.map(({ gaps }: Answer) => gapLines(gaps).join());
    expect(new Set(gaps)).toEqual(new Set(['name ACCESS_DENIED', '']));
    expect(first).toEqual({ pid: 1, gaps: [] });
  });
  test('has a list of its own processes where the others are not to be seen', async () => {
    const { processes, process: first } = await askAsNobody(2);
    // Others may run as nobody beside this test: what counts is that of those it sees it sees everything.
    const gaps = new Set(processes.nodes.map(({ gaps }: Answer) => gapLines(gaps).join()));
    expect(gaps).toEqual(new Set(['']));
    expect(first).toBeNull();
  });
});

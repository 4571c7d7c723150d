import { type OperationDefinitionNode, parse, validate, validateExecutionArgs } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RowLoader } from '../../loaders/rows.ts';
import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { schema } from '../../schema/index.ts';
import { compile } from '../../server/compile.ts';
import { createExecutor } from '../../server/executor.ts';
import { flattened } from '../../server/flat.ts';
import { compiler } from '../support/agreement.ts';
import { HastyClock } from '../support/clock.ts';
import { contextOf, execute } from '../support/operation.ts';
import { question, randomFrom, VARIABLES } from '../support/questions.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

// execute() of test/support/operation.ts runs every operation of the suite by both executors; here are those nobody
// else has a reason to ask.

const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);
const rows: ScriptedRow[] = [
  { key: 1, ppid: 0, startTicks: 10, comm: 'init' },
  { key: 2, ppid: 1, startTicks: 20, comm: 'shell', faults: { status: 'DENIED' as const } },
  { key: 3, ppid: 2, startTicks: 30, comm: 'sleep', faults: { statm: 'GONE' as const } },
  { key: 4, ppid: 2, startTicks: 40, comm: 'gnome-keyring-d', isCommCut: true, cmdline: ['gnome-keyring-daemon'] },
].map((row) => ({ ...required, status: 'SLEEPING', isCommCut: false, isKernelThread: false, ...row }));
const system = { ...required, key: 0, platform: 'LINUX', faults: { meminfo: 'MALFORMED' as const } };
// Nobody waits for the second reading that a rate wants.
const clock = new HastyClock();
const host = scripted({ process: rows, system: [system] }, undefined, () => clock.now() / 1000);

/** Whether an operation was run as code, its answer being that of graphql-js. */
async function runsAsCode(query: string, variables: Record<string, unknown> = {}): Promise<boolean> {
  const before = compiler.counts.compiled;
  await execute(host, query, { variables, clock });
  return compiler.counts.compiled > before;
}

afterEach(() => vi.restoreAllMocks());

describe('as code and by graphql-js the same comes out', () => {
  test.each([
    '{ processes { nodes { pid name username gaps { field reason message } } } }',
    '{ processes { nodes { ...A ... on Node { id } } } } fragment A on Process { memory { rss swap } parent { name } }',
    '{ process(pid: 4) { parents { pid gaps { field } } children(recursive: true) { pid } } }',
    '{ process(pid: 2) { a: username b: uids { real } gaps { field } parent { username gaps { field } } } }',
    '{ process(pid: -1) { pid } processes(first: -2) { totalCount } system { hostname } }',
    '{ processes { nodes { children(first: -1) { pid } } } }',
    '{ system { __typename memory { total } gaps { field reason } } }',
    '{ process(pid: 9) { name } }',
    '{ processes { nodes { cpuPercent parent { cpuPercent ioRate { reads } } } } system { cpu { percent } } }',
    '{ system { hostname @skip(if: true) } }',
    '{ processes { nodes { pid @include(if: false) } } }',
    '{ class: process(pid: 1) { if: pid constructor: ppid } toString: system { valueOf: hostname } }',
  ])('%s', async (query) => expect(await runsAsCode(query)).toBe(true));

  test.each([
    ['a variable that is left out', 'query ($n: Int) { processes(first: $n) { totalCount } }', {}],
    ['a variable that is null', 'query ($n: Int) { processes(first: $n) { totalCount } }', { n: null }],
    ['a default', 'query ($n: Int = 2) { processes(first: $n) { nodes { pid } } }', {}],
    ['null in place of a default', 'query ($n: Int = 2) { processes(first: $n) { nodes { pid } } }', { n: null }],
    [
      'null where the argument has a default',
      'query ($r: Boolean = true) { process(pid: 1) { children(recursive: $r) { pid } } }',
      { r: null },
    ],
    ['an id', 'query ($id: ID!) { node(id: $id) { id } }', { id: 'System:' }],
    ['a number for an id', 'query ($id: ID!) { node(id: $id) { id } }', { id: 7 }],
    ['a switch', 'query ($on: Boolean!) { system { hostname @include(if: $on) uptime } }', { on: true }],
    [
      'a fragment met twice, skipped first',
      'query ($on: Boolean!) { system { ...F @include(if: $on) ...F } } fragment F on System { hostname }',
      { on: false },
    ],
  ])('with %s', async (_what, query, variables) => expect(await runsAsCode(query, variables)).toBe(true));

  test.each([
    ['wrong', 'query ($n: Int) { processes(first: $n) { totalCount } }', { n: 'x' }],
    ['missing', 'query ($id: ID!) { node(id: $id) { id } }', {}],
    ['a switch that is null', 'query ($on: Boolean = true) { system { hostname @include(if: $on) } }', { on: null }],
  ])('and no code is run where a variable is %s', async (_what, query, variables) =>
    expect(await runsAsCode(query, variables)).toBe(false),
  );

  test('for operations nobody would write', async () => {
    // The time of a page is asked for under any name.
    vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
    let valid = 0;
    let asCode = 0;
    for (let seed = 1; seed <= 800; seed++) {
      const query = question(schema, randomFrom(seed));
      if (validate(schema, parse(query)).length > 0) continue;
      valid++;
      if (await runsAsCode(query, VARIABLES)) asCode++;
    }
    expect(valid).toBeGreaterThan(150);
    expect(asCode).toBeGreaterThan(valid / 3);
  });
});

describe('an object or a list that is told in one piece', () => {
  const isFlat = (query: string): boolean => {
    const document = parse(query);
    return flattened(schema, document, document.definitions[0] as OperationDefinitionNode) !== schema.getQueryType();
  };
  test.each([
    ['has fields and groups of its rows', '{ processes { nodes { pid name memory { rss } cmdline __typename } } }'],
    ['has what belongs to them', '{ processes { nodes { parent { parent { gaps { field } } } } } }'],
    ['stands inside another one', '{ processes { nodes { children(first: 1) { pid } } } }'],
    ['is told by fragments', '{ processes { nodes { ...A } } } fragment A on Node { id ... on Process { pid } }'],
    ['is one object', '{ system { platform cpu { logicalCpus { number } } memory { total } gaps { field reason } } }'],
  ])('%s', async (_what, query) => {
    expect(isFlat(query)).toBe(true);
    expect(await runsAsCode(query)).toBe(true);
  });
  test.each([
    ['has fields twice', '{ processes { nodes { memory { rss } memory { vms } } } }'],
    ['is asked for twice', '{ processes { nodes { pid } } a: processes { nodes { name } } }'],
    ['stands in a fragment', '{ ...A } fragment A on Query { processes { nodes { pid } } }'],
    ['is there once more in a fragment', '{ processes { nodes { pid } } ...A } fragment A on Query { disks { name } }'],
  ])('is not one that %s', async (_what, query) => {
    expect(isFlat(query)).toBe(false);
    expect(await runsAsCode(query)).toBe(true);
  });
  test('is told by each executor once, gaps too', async () => {
    const asked = vi.spyOn(RowLoader.prototype, 'at');
    expect(await runsAsCode('{ system { platform sensors { fans { rpm } gaps { field reason } } } }')).toBe(true);
    expect(asked).toHaveBeenCalledTimes(2);
  });
  test('is left to graphql-js while something is wrong with it, and no longer', async () => {
    const wrong: ScriptedRow = { ...rows[0]!, numThreads: 1.5 };
    const table = [wrong];
    const odd = scripted({ process: table });
    const query = '{ processes { nodes { pid numThreads } } }';
    const { errors, data } = await execute(odd, query);
    expect(errors?.[0]?.path).toEqual(['processes', 'nodes', 0, 'numThreads']);
    expect(data).toEqual({ processes: { nodes: [{ pid: 1, numThreads: null }] } });
    table[0] = rows[0]!;
    const before = compiler.counts.compiled;
    await execute(odd, query);
    expect(compiler.counts.compiled).toBe(before + 1);
  });
});

describe('what would be wrong as code', () => {
  const TEXT = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d0,globalThis.brokenOut=true';
  const refused: [what: string, query: string][] = [
    ['a text that breaks out of the quotes', `{ node(id: "${TEXT}") { id } }`],
    ['a block of text', '{ node(id: """x""") { id } }'],
    [
      'two paths of one name',
      '{ c_a: process(pid: 4) { b: parent { memory { rss } } } a: process(pid: 4) { b_c: parent { pid } } }',
    ],
    ['a key that is no key', '{ process(pid: 4) { __proto__: pid } }'],
    ['introspection', '{ __schema { queryType { name } } }'],
  ];
  test.each(refused)('is not compiled: %s', async (_what, query) => {
    expect(await runsAsCode(query)).toBe(false);
    expect('brokenOut' in globalThis).toBe(false);
  });

  // That the refusal is needed: the day graphql-jit mends these, they may be compiled.
  test.each([refused[2]!, refused[3]!])('is still wrong, or fails, where it is compiled: %s', async (_what, query) => {
    const document = parse(query);
    const args = validateExecutionArgs({ schema, document, contextValue: contextOf(host) });
    if (!('schema' in args)) throw new Error('not valid');
    const { data } = await execute(host, query);
    const code = compile(args);
    expect(JSON.stringify(code && (await code(args)).data)).not.toBe(JSON.stringify(data));
  });
  test('runs the text of a client, if it is let', () => {
    const args = validateExecutionArgs({ schema, document: parse(refused[0]![1]), contextValue: contextOf(host) });
    if (!('schema' in args)) throw new Error('not valid');
    compile(args)?.(args);
    expect('brokenOut' in globalThis).toBe(true);
    Reflect.deleteProperty(globalThis, 'brokenOut');
  });
});

describe('the operations that are kept', () => {
  const documentOf = (query: string) => parse(query);
  const ask = (
    executor: ReturnType<typeof createExecutor>,
    document = documentOf('{ system { hostname } }'),
    operationName?: string,
  ) =>
    executor.execute({ schema, document, contextValue: contextOf(host), ...(operationName ? { operationName } : {}) });

  test('are compiled on their second use', async () => {
    const executor = createExecutor();
    const document = documentOf('{ system { hostname } }');
    for (const compiled of [0, 1, 2]) {
      expect(await ask(executor, document)).toEqual({ data: { system: { hostname: expect.anything() } } });
      expect(executor.counts.compiled).toBe(compiled);
    }
  });
  test('are told apart by name in one document', async () => {
    const executor = createExecutor({ room: 100, from: 1 });
    const document = documentOf(
      'query A { ...F a: __typename } query B { ...F b: __typename } fragment F on Query { system { id } }',
    );
    const keys = async (name: string) => Object.keys((await ask(executor, document, name)).data ?? {});
    expect([await keys('A'), await keys('B'), await keys('A')]).toEqual([
      ['system', 'a'],
      ['system', 'b'],
      ['system', 'a'],
    ]);
    expect((await ask(executor, document)).errors?.[0]?.message).toMatch(/operation name/);
    expect((await ask(executor, document, 'C')).errors?.[0]?.message).toMatch(/Unknown operation/);
  });
  test('are so many at most, and the one not used for longest goes', async () => {
    // Two fields each, and ten for what every operation takes: three of them.
    const executor = createExecutor({ room: 40, from: 2 });
    const documents = Array.from({ length: 50 }, (_, index) => documentOf(`{ a${index}: system { hostname } }`));
    for (const document of documents) await ask(executor, document);
    expect(executor.counts).toMatchObject({ kept: 3, compiled: 0 });
    await ask(executor, documents[47]);
    await ask(executor, documents[0]);
    await ask(executor, documents[47]);
    await ask(executor, documents[48]);
    expect(executor.counts).toMatchObject({ kept: 3, compiled: 2 });
  });
  test('that fail as code are answered all the same, and not tried again', async () => {
    const executor = createExecutor({ room: 40, from: 1 });
    const document = documentOf('{ system { hostname } }');
    await ask(executor, document);
    expect(executor.counts.compiled).toBe(1);
    const broken = { ...contextOf(host) };
    Object.defineProperty(broken, 'loaders', {
      get: () => {
        throw new Error('no loaders');
      },
    });
    const { errors } = await executor.execute({ schema, document, contextValue: broken });
    expect(errors?.[0]).toMatchObject({ message: 'no loaders', path: ['system'] });
  });
});

import { afterAll, describe, expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { Tally } from '../../loaders/tally.ts';
import type { Source } from '../../native/index.ts';
import { openLocal } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { COST_HEADER } from '../../server/cost.ts';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import type { Options } from '../../server/options.ts';
import { ALL_ACCESS } from '../support/everything.ts';
import { contextOf, recording } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';
import { JSON_BODY, optionsWith, send } from '../support/serving.ts';

// What an operation may cost, and what it has cost: by a gateway as it is shipped, but for the host.

const gateways: Gateway[] = [];
afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
});

async function start(of: Source, some: Partial<Options> = {}) {
  const options = optionsWith(some);
  const { source, calls } = recording(of);
  const context = () => {
    const tally = new Tally();
    const made = contextOf(source, ALL_ACCESS, undefined, undefined, options);
    return { ...made, loaders: createLoaders(tally.watch(source)), tally };
  };
  const gateway = await startGateway({ schema, context, options });
  gateways.push(gateway);
  const { port } = new URL(gateway.url);
  return async (query: string, variables: object | string = {}, headers: object = {}) => {
    calls.length = 0;
    const where = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers: { ...JSON_BODY, ...headers } };
    const given = typeof variables === 'string' ? variables : JSON.stringify(variables);
    const { text } = await send(where, `{"query":${JSON.stringify(query)},"variables":${given}}`);
    return { ...JSON.parse(text), text, calls: [...calls] };
  };
}

/** Every process is the child of the one before: a line, in which everybody has everybody for a parent. */
const line = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ key: index + 1, ppid: index, startTicks: index, comm: `p${index}`, isCommCut: false, isKernelThread: false },
    ...{
      memoryRss: 1,
      memoryVms: 1,
      cmdline: ['x'.repeat(1000)],
      status: 'SLEEPING',
      cpuTimesUser: 1,
      cpuTimesSystem: 1,
    },
  }));

const TEN_CHEAP = `{ processes { nodes {
  nice memory { rss peakRss } username cmdline exe cwd io { readCount } numFds cgroupPath
} } }`;

describe('what an operation may cost at worst', () => {
  test('is known before it is run, and what is too dear is not', async () => {
    const ask = await start(scripted({ process: line(100) }), { maxCost: 50_000 });
    const { errors, data, calls } = await ask('{ processes { nodes { pid memoryMaps { rss } } } }');
    expect(errors[0].message).toBe(
      'This operation may cost 100800, and Process.memoryMaps, of 100 rows, is the dearest of it: ' +
        "the limit is 50000, and the gateway's flag --max-cost raises it.",
    );
    expect(errors[0].extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'maxCost', maximum: 50_000 });
    expect(data ?? null).toBe(null);
    expect(calls).toEqual(['process nothing all']);
  });

  test.each([
    ['{ processes(first: 9) { nodes { memoryMaps { rss } } } }', true],
    ['{ processes(first: 90) { nodes { memoryMaps { rss } } } }', false],
    ['query ($n: Int = 9) { processes(first: $n) { nodes { memoryMaps { rss } } } }', true],
    ['{ process(pid: 1) { memoryMaps { rss } children(first: 5) { memoryMaps { rss } } } }', true],
    ['{ process(pid: 1) { children { memoryMaps { rss } } } }', false],
    ['{ process(pid: 1) { parents { parent { memoryMaps { rss } } } } }', false],
    ['{ processes { nodes { memoryMaps { rss } @include(if: false) pid } } }', null],
    ['{ processes { nodes { pid ...F @skip(if: true) } } } fragment F on Process { memoryMaps { rss } }', true],
    ['{ processGroups(by: NAME, first: 1) { nodes { processes { memoryFootprint { uss } } } } }', true],
    ['{ processGroups(by: NAME) { nodes { processes { memoryMaps { rss } } } } }', false],
    // Once a process, however often it is asked for.
    ['{ a: processes { nodes { memoryFootprint { uss } } } b: processes { nodes { memoryFootprint { uss } } } }', true],
    ['{ connections { nodes { process { memoryMaps { rss } } } } }', false],
  ])('counts what is selected: %s', async (query, runs) => {
    const ask = await start(scripted({ process: line(60), connection: [] }), { maxCost: 60_000 });
    const { errors } = await ask(query);
    const code = errors?.[0]?.extensions?.code ?? null;
    expect(code === 'LIMIT_EXCEEDED').toBe(runs === false);
  });

  test('is that of these variables, however often it was run with others', async () => {
    const ask = await start(scripted({ process: line(60) }), { maxCost: 60_000 });
    const query = 'query ($n: Int) { processes(first: $n) { nodes { memoryMaps { rss } } } }';
    const limits: unknown[] = [];
    for (const n of [9, 90, 9, 90]) limits.push((await ask(query, { n })).errors?.[0].extensions.limit);
    expect(limits).toEqual([undefined, 'maxCost', undefined, 'maxCost']);
  });

  test('counts what a filter and an order read of everybody', async () => {
    const ask = await start(scripted({ process: line(300), owner: [] }), { maxCost: 10_000 });
    const listens =
      '{ processes(first: 1, filter: { not: { listeningPort: { eq: 1 } } }) { nodes { threads { tid } } } }';
    const sum = 'numFds: { gt: 1 }, exe: { ne: "" }, rss: { gt: 0 }, service: { ne: "" }, readBytes: { gt: 0 }';
    expect((await ask(listens)).errors).toBeUndefined();
    const dear = `{ processes(filter: { listeningPort: { eq: 1 }, ${sum} }) { nodes { threads { tid } } } }`;
    expect((await ask(dear)).errors[0].message).toMatch(/Process.threads, of 300 rows|filter or order, of 300 rows/);
  });

  test('of ten cheap sources is never too much, and nobody is counted for it', async () => {
    const ask = await start(scripted({ process: line(5000) }), { maxCost: 0, maxObjects: 1 });
    const { errors, data, calls } = await ask(TEN_CHEAP);
    expect(errors).toBeUndefined();
    expect(data.processes.nodes).toHaveLength(5000);
    expect(calls).toHaveLength(1);
  });
});

describe('what an answer may become', () => {
  const NEST = `{ processes { nodes { parents { children(recursive: true) { parents { pid } } } } } }`;

  test('is counted while it is made: a nest is stopped, with one error and nothing else', async () => {
    const ask = await start(scripted({ process: line(400) }), { maxObjects: 20_000 });
    const { errors, data, text } = await ask(NEST);
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: 'maxObjects', maximum: 20_000 });
    expect(errors[0].message).toContain('--max-objects raises it');
    expect(data).toBe(null);
    expect(text.length).toBeLessThan(1000);
  });
  test('and so by the second run of it, which is code', async () => {
    const ask = await start(scripted({ process: line(400) }), { maxObjects: 20_000 });
    for (let time = 0; time < 3; time++) expect((await ask(NEST)).errors[0].extensions.limit).toBe('maxObjects');
  });
  test('in text as well', async () => {
    const ask = await start(scripted({ process: line(100) }), { maxBytes: 150_000 });
    expect((await ask('{ processes { nodes { cmdline } } }')).errors).toBeUndefined();
    const { errors } = await ask('{ a: processes { nodes { cmdline } } b: processes { nodes { cmdline } } }');
    expect(errors[0].extensions.limit).toBe('maxBytes');
  });
  test('by the limits as they are, with ten thousand processes', async () => {
    const crowd = line(10_000).map((row) => ({ ...row, ppid: row.key >> 1 }));
    const ask = await start(scripted({ process: crowd }));
    expect((await ask(NEST)).errors[0].extensions.limit).toBe('maxObjects');
    expect((await ask('{ processes { nodes { pid parent { pid } } } }')).errors).toBeUndefined();
  });
});

describe('a filter that is too much', () => {
  const QUERY = 'query ($f: ProcessFilter) { processes(filter: $f) { totalCount } }';
  const deep = (levels: number) => `{"f":${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}}`;

  test('is refused, and never crashes', async () => {
    const ask = await start(scripted({ process: line(10) }));
    expect((await ask(QUERY, deep(7))).errors).toBeUndefined();
    expect((await ask(QUERY, deep(9))).errors[0].extensions.limit).toBe('maxFilterDepth');
    for (const levels of [1000, 8000]) expect((await ask(QUERY, deep(levels))).errors).toHaveLength(1);
    const many = { or: Array.from({ length: 3000 }, (_, pid) => ({ pid: { eq: pid } })) };
    expect((await ask(QUERY, { f: many })).errors[0].extensions.limit).toBe('maxFilterTests');
    expect((await ask(QUERY, { f: { pid: { in: many.or.map(({ pid }) => pid.eq) } } })).errors).toBeUndefined();
  });
});

test('with the header the answer tells what it has cost', async () => {
  const ask = await start(await openLocal());
  const query = '{ processes(first: 2, orderBy: { by: RSS, direction: DESC }) { totalCount nodes { cmdline } } }';
  expect((await ask(query)).extensions).toBeUndefined();
  const { data, extensions } = await ask(query, {}, { [COST_HEADER]: '1' });
  const { totalCount } = data.processes;
  const { reads, rows, nativeMs } = extensions.cost;
  expect(Math.abs(reads.process.statm - totalCount)).toBeLessThan(20);
  expect(reads.process).toMatchObject({ cmdline: 2, stat: 2 });
  expect(Object.keys(reads.process).sort()).toEqual(['cmdline', 'stat', 'statm']);
  expect(rows).toBeGreaterThanOrEqual(totalCount + 2);
  expect(nativeMs).toBeGreaterThan(0);
});

describe('what is wrong with a list inside of rows', () => {
  const host = () => scripted({ process: line(100) });
  const inside = [
    ...['children', 'threads', 'openFiles', 'memoryMaps', 'connections'].map((field) => [field, 'processes', 'nodes']),
    ['processes', 'processGroups(by: USERNAME)', 'nodes'],
  ];

  test.each(inside)('is told once of %s, and nothing is read', async (field, list, nodes) => {
    const ask = await start(host());
    const query = `query ($n: Int) { ${list} { ${nodes} { ${field}(first: $n) { __typename } } } }`;
    const { data, errors, calls } = await ask(query, { n: -1 });
    expect([data, errors, calls]).toEqual([
      undefined,
      [
        {
          message: 'first is -1; it must be 0 or more',
          locations: [{ line: 1, column: query.indexOf(`${field}(first`) + 1 }],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
      [],
    ]);
    expect((await ask(query, { n: 0 })).errors).toBe(undefined);
  });
  test('is told of one that is asked for by itself, or not at all, too', async () => {
    const ask = await start(host());
    const { errors } = await ask('{ process(pid: 999) { threads(first: -1) { id } } }');
    expect(errors).toMatchObject([{ message: 'first is -1; it must be 0 or more' }]);
  });
  test('is told once of another argument', async () => {
    const ask = await start(host());
    const query = 'query ($k: ConnectionKind) { processes { nodes { connections(kind: $k) { kind: __typename } } } }';
    const { errors, calls } = await ask(query, { k: null });
    expect([errors.length, errors[0].message, calls]).toEqual([1, expect.stringContaining('connections(kind:)'), []]);
  });
  test('is not told of what is skipped', async () => {
    const ask = await start(host());
    expect((await ask('{ processes { nodes { threads(first: -1) @skip(if: true) { id } pid } } }')).errors).toBe(
      undefined,
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { HostIdentity } from '../../native/index.ts';
import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { ALL_ACCESS } from '../support/everything.ts';
import { ask, execute, type Operation, recording, somewhere } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

// Filters, orders, pages and groups: what they mean, and what they read.

const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);
const plain = { ...required, status: 'SLEEPING', isCommCut: false, isKernelThread: false };
const rows: ScriptedRow[] = [
  { key: 1, comm: 'init', startTicks: 10, username: 'root', exe: '/sbin/init', cmdline: ['/sbin/init', 'splash'] },
  { key: 2, comm: 'Shell', startTicks: 20, username: 'ann', terminal: '/dev/pts/1', cmdline: ['sh'] },
  { key: 3, comm: 'gnome-keyring-d', startTicks: 30, isCommCut: true, cmdline: ['/bin/gnome-keyring-daemon'] },
  { key: 4, comm: 'kthreadd', startTicks: 5, isKernelThread: true, cmdline: [], faults: { exe: 'ABSENT' as const } },
  { key: 5, comm: 'secret', startTicks: 50, exe: '/bin/secret', faults: { exe: 'DENIED' as const } },
].map((row) => ({
  ...plain,
  ppid: 1,
  memoryRss: row.key * 100,
  systemdUnit: row.key > 3 ? null : 'a.service',
  ...row,
}));
const sockets: ScriptedRow[] = [
  { key: 0, family: 'INET', type: 'STREAM', status: 'LISTEN', localAddress: '::', localPort: 22, inode: 7 },
  {
    key: 1,
    family: 'INET6',
    type: 'STREAM',
    status: 'ESTABLISHED',
    localPort: 22,
    remotePort: 50,
    localAddress: '::',
    inode: 11,
  },
  { key: 2, family: 'INET', type: 'DGRAM', status: 'NONE', localAddress: '::', localPort: 53, inode: 8 },
  {
    key: 3,
    family: 'INET6',
    type: 'DGRAM',
    status: 'NONE',
    localAddress: '::',
    localPort: 99,
    remotePort: 53,
    inode: 9,
  },
].map((row, index) => ({ space: 1, cookieHigh: 0, cookieLow: index, ...row }));
const owners: ScriptedRow[] = [
  { key: 1, pid: 1, inode: 7 },
  { key: 2, pid: 2, inode: 8 },
  { key: 3, pid: 3, inode: 9 },
  { key: 4, faults: { socketFds: 'DENIED' as const } },
  { key: 5, pid: 5, inode: 10 },
];

const files: ScriptedRow[] = [
  { key: 1, fd: 3, path: '/var/log/a', deleted: false },
  { key: 1, fd: 4, path: '/var/log/b', deleted: true },
  { key: 2, fd: 3, path: '/home/a', deleted: false },
  { key: 5, faults: { files: 'DENIED' as const } },
];

const host = recording(scripted({ process: rows, owner: owners, connection: sockets, openFile: files }));

async function pidsOf(args: string, operation?: Operation): Promise<number[]> {
  const { processes } = await ask(host.source, `{ processes(${args}) { totalCount nodes { pid } } }`, operation);
  expect(processes.totalCount).toBe(processes.nodes.length);
  return processes.nodes.map(({ pid }: { pid: number }) => pid);
}

const errorOf = async (args: string, operation?: Operation) =>
  (await execute(host.source, `{ processes(${args}) { totalCount } }`, operation)).errors?.[0];

describe('a filter', () => {
  test.each([
    ['{}', [1, 2, 3, 4, 5]],
    ['{ name: {} }', [1, 2, 3, 4, 5]],
    ['{ name: { eq: null } }', [1, 2, 3, 4, 5]],
    ['{ name: null and: null }', [1, 2, 3, 4, 5]],
    ['{ pid: { eq: 2 } }', [2]],
    ['{ pid: { ne: 2 } }', [1, 3, 4, 5]],
    ['{ pid: { in: [2, 9] } }', [2]],
    ['{ pid: { in: [] } }', []],
    ['{ pid: { gt: 1 lte: 3 } }', [2, 3]],
    ['{ pid: { gt: 3, lt: 3 } }', []],
    ['{ rss: { gte: 300 } }', [3, 4, 5]],
    ['{ status: [] }', []],
    ['{ status: SLEEPING }', [1, 2, 3, 4, 5]],
    ['{ status: [RUNNING, ZOMBIE] }', []],
    ['{ isKernelThread: true }', [4]],
    ['{ isKernelThread: false, ppid: { eq: 1 } }', [1, 2, 3, 5]],
    ['{ name: { eq: "shell" } }', []],
    ['{ name: { eq: "shell" ignoreCase: true } }', [2]],
    ['{ name: { in: ["SHELL"] ignoreCase: true } }', [2]],
    ['{ name: { matches: "^S\\\\S+$" } }', [2]],
    ['{ name: { matches: "^s\\\\S+$" ignoreCase: true } }', [2, 5]],
    ['{ name: { eq: "gnome-keyring-daemon" } }', [3]],
    ['{ name: { startsWith: "s" endsWith: "t" contains: "cre" } }', [5]],
    ['{ cmdline: { contains: "init splash" } }', [1]],
    ['{ cmdline: { eq: "" } }', [4]],
    ['{ service: { ne: "a.service" } }', [4, 5]],
    ['{ and: [] }', [1, 2, 3, 4, 5]],
    ['{ or: [] }', []],
    ['{ or: [{ pid: { eq: 1 } }, { pid: { eq: 5 } }] }', [1, 5]],
    ['{ and: [{ pid: { gt: 1 } }, { pid: { lt: 3 } }] }', [2]],
    ['{ not: {} }', []],
    ['{ not: { pid: { eq: 1 } or: [{ pid: { lt: 4 } }] } }', [2, 3, 4, 5]],
    ['{ listeningPort: { eq: 22 } }', [1]],
    ['{ listeningPort: { gte: 50, lt: 60 } }', [2]],
    ['{ listeningPort: { eq: 99 } }', []],
    ['{ createTime: { gt: "2020-01-01T00:00:00Z" } }', []],
  ])('%s', async (filter, pids) => expect(await pidsOf(`filter: ${filter}`)).toEqual(pids));

  test.each([
    ['{ terminal: { eq: "/dev/pts/1" } }', [2]],
    ['{ not: { terminal: { eq: "/dev/pts/1" } } }', [1, 3, 4, 5]],
    ['{ terminal: { ne: "/dev/pts/1" } }', [1, 3, 4, 5]],
    ['{ not: { terminal: { ne: "/dev/pts/1" } } }', [2]],
    ['{ terminal: { ne: "x" contains: "" } }', [2]],
  ])('knows what there is none of: %s', async (filter, pids) =>
    expect(await pidsOf(`filter: ${filter}`)).toEqual(pids),
  );

  test.each([
    ['{ exe: { startsWith: "/" } }', [1]],
    // 2 and 3 have none, 4 never had one, and what 5 has is not known.
    ['{ not: { exe: { startsWith: "/" } } }', [2, 3, 4]],
    ['{ exe: { ne: "/sbin/init" } }', [2, 3, 4]],
    ['{ not: { not: { exe: { startsWith: "/" } } } }', [1]],
    ['{ or: [{ exe: { eq: "x" } }, { pid: { eq: 5 } }] }', [5]],
    ['{ not: { exe: { eq: "x" } pid: { eq: 9 } } }', [1, 2, 3, 4, 5]],
    ['{ not: { or: [{ exe: { eq: "x" } }, { pid: { eq: 9 } }] } }', [1, 2, 3, 4]],
    ['{ not: { listeningPort: { gt: 0 } } }', [3, 5]],
  ])('lets nothing pass that is not known: %s', async (filter, pids) =>
    expect(await pidsOf(`filter: ${filter}`)).toEqual(pids),
  );

  test.each([
    ['{ openFile: { startsWith: "/var/" } }', [1]],
    ['{ openFile: { endsWith: "/a" } }', [1, 2]],
    ['{ hasDeletedFiles: true }', [1]],
    ['{ hasDeletedFiles: false }', [2]],
    ['{ not: { openFile: { startsWith: "/var/" } } }', [2]],
  ])('looks at open files: %s', async (filter, pids) => {
    expect(await pidsOf(`filter: ${filter}`, { access: ALL_ACCESS })).toEqual(pids);
    expect((await errorOf(`filter: ${filter}`))?.extensions).toMatchObject({ code: 'NOT_AUTHORIZED' });
  });

  test.each([
    ['{ not: { status: [LISTEN] } }', [22, 53, 99]],
    ['{ or: [{ localPort: { eq: 99 } }, { remotePort: { eq: 50 } }] }', [22, 99]],
    ['{ and: [{ localPort: { eq: 22 } }, { not: { status: [ESTABLISHED] } }] }', [22]],
  ])('of sockets combines as one of processes does: %s', async (filter, ports) => {
    const { connections } = await ask(
      host.source,
      `{ connections(filter: ${filter}, orderBy: { by: LOCAL_PORT }) { nodes { local { port } } } }`,
    );
    expect(connections.nodes.map(({ local }: { local: { port: number } }) => local.port)).toEqual(ports);
  });

  test('knows of nobody that he listens, or does not, where not all sockets can be read', async () => {
    const some = [...sockets.slice(1), { key: 0, faults: { sockets: 'FAILED' as const } }];
    const partly = scripted({ process: rows, owner: owners, connection: some });
    for (const filter of ['{ listeningPort: { gt: 0 } }', '{ not: { listeningPort: { gt: 0 } } }'])
      expect((await ask(partly, `{ processes(filter: ${filter}) { totalCount } }`)).processes.totalCount).toBe(0);
  });

  test('tests nobody whose sources the caller may not have read', async () => {
    const error = await errorOf('filter: { not: { or: { exe: { eq: "x" } } } }', { access: ['READ'] });
    expect(error?.message).toContain('by exe needs the scope SENSITIVE');
    expect(error?.extensions).toEqual({ code: 'NOT_AUTHORIZED', field: 'exe', scope: 'SENSITIVE' });
    expect((await errorOf('orderBy: { by: NUM_FDS }', { access: ['READ'] }))?.extensions.code).toBe('NOT_AUTHORIZED');
    const groups = await execute(host.source, '{ processGroups(by: EXE) { totalCount } }', { access: ['READ'] });
    expect(groups.errors?.[0]?.extensions.code).toBe('NOT_AUTHORIZED');
    expect(await pidsOf('filter: { exe: {} }', { access: ['READ'] })).toHaveLength(5);
  });

  test.each([
    ['maxFilterDepth', '{ not: { not: { pid: { eq: 1 } } } }', 3],
    ['maxFilterTests', '{ pid: { gt: 1, lt: 2 } or: [{ ppid: { eq: 1 } }] }', 4],
  ] as const)('has its limit: %s', async (limit, filter, size) => {
    expect(await errorOf(`filter: ${filter}`, { limits: { [limit]: size } })).toBeUndefined();
    const error = await errorOf(`filter: ${filter}`, { limits: { [limit]: size - 1 } });
    expect(error?.extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit, maximum: size - 1 });
    expect(error?.message).toMatch(/--max-filter-(depth|tests) raises it/);
  });
});

describe('what is read', () => {
  async function callsOf(query: string): Promise<string[]> {
    host.calls.length = 0;
    await ask(host.source, query);
    return [...host.calls];
  }
  test.each([
    ['filter: { rss: { gt: 200 }, username: { eq: "ann" } }', 'pid', ['process statm all', 'process ids 3,4,5']],
    [
      'filter: { cmdline: { eq: "sh" } ppid: { eq: 1 } }',
      'name',
      ['process parent all', 'process stat+cmdline 1,2,3,4,5'],
    ],
    ['filter: { pid: { gt: 4 } service: { eq: "x" } }', 'pid', ['process nothing all', 'process cgroup 5']],
    ['filter: { numFds: { gte: 0 } and: [{ rss: { gt: 400 } }] }', 'pid', ['process statm all', 'process fds 5']],
    [
      'first: 2, orderBy: { by: RSS, direction: DESC }',
      'pid cmdline',
      ['process statm all', 'process stat+cmdline 5,4'],
    ],
    ['first: 1, orderBy: { by: NAME }', 'pid', ['process stat all', 'process cmdline 3']],
    ['filter: { pid: { lt: 3 } } orderBy: { by: RSS }', 'memory { rss }', ['process nothing all', 'process statm 1,2']],
    ['orderBy: { by: RSS }', 'nice', ['process state+statm all']],
    ['filter: { or: { pid: { eq: 1 } username: { eq: "x" } } }', 'pid', ['process ids all']],
    [
      'filter: { listeningPort: { eq: 22 } pid: { lt: 3 } }',
      'pid',
      ['process nothing all', 'connection sockets+details+peers 0,1,2,3', 'owner socketFds 1,2'],
    ],
  ])('processes(%s) { %s }', async (args, selection, calls) =>
    expect(await callsOf(`{ processes(${args}) { totalCount nodes { ${selection} } } }`)).toEqual(calls),
  );
  test('groups read what adds up of those on the page', async () =>
    expect(
      await callsOf('{ processGroups(by: SERVICE, first: 1) { nodes { key rss processes(first: 1) { username } } } }'),
    ).toEqual(['process cgroup all', 'process statm 1,2,3', 'process ids 1']));
  test('the holders of sockets are looked for only if they are tested', async () => {
    const listed = 'connection sockets+details+peers 0,1,2,3';
    expect(await callsOf('{ connections(filter: { localPort: { eq: 22 } }) { totalCount } }')).toEqual([listed]);
    expect(await callsOf('{ connections(filter: { pid: { eq: 1 } }) { totalCount } }')).toEqual([
      listed,
      'owner socketFds all',
    ]);
  });
  test('ten command lines of 10,000 processes', async () => {
    const crowd = Array.from({ length: 10_000 }, (_, index) => ({ ...rows[1]!, key: index + 1, memoryRss: index }));
    const many = recording(scripted({ process: crowd }));
    const query = '{ processes(first: 10, orderBy: { by: RSS, direction: DESC }) { totalCount nodes { cmdline } } }';
    expect((await ask(many.source, query)).processes.totalCount).toBe(10_000);
    expect(many.pairs.filter((pair) => pair.startsWith('process cmdline'))).toHaveLength(10);
  });
});

describe('an order', () => {
  test.each([
    ['{ by: PID, direction: DESC }', [5, 4, 3, 2, 1]],
    ['[{ by: STATUS }, { by: RSS, direction: DESC }]', [5, 4, 3, 2, 1]],
    ['{ by: NAME }', [2, 3, 1, 4, 5]],
    ['{ by: NAME, direction: DESC }', [5, 4, 1, 3, 2]],
    ['{ by: CREATE_TIME }', [4, 1, 2, 3, 5]],
    ['{ by: USERNAME }', [2, 1, 3, 4, 5]],
    ['{ by: USERNAME, direction: DESC }', [1, 2, 3, 4, 5]],
    ['[]', [1, 2, 3, 4, 5]],
  ])('%s', async (order, pids) => expect(await pidsOf(`orderBy: ${order}`)).toEqual(pids));
});

describe('a page', () => {
  const PAGE = `query ($after: String, $first: Int, $min: BigInt) {
    processes(first: $first, after: $after, filter: { rss: { gte: $min } }, orderBy: [{ by: USERNAME }]) {
      totalCount nodes { pid } pageInfo { hasNextPage endCursor }
    }
  }`;
  const pageOf = async (variables: object, source = host.source) =>
    (await ask(source, PAGE, { variables: { ...variables } })).processes;

  test('after the other gives everything once', async () => {
    const seen: number[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { totalCount, nodes, pageInfo } = await pageOf({ first: 2, after });
      expect(totalCount).toBe(5);
      seen.push(...nodes.map(({ pid }: { pid: number }) => pid));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(seen).toEqual([2, 1, 3, 4, 5]);
    expect(await pageOf({ after })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: after } });
  });
  test('of none has a count, and of too many what there is', async () => {
    expect(await pageOf({ first: 0 })).toMatchObject({
      ...{ totalCount: 5, nodes: [], pageInfo: { hasNextPage: true, endCursor: null } },
    });
    expect((await pageOf({ first: 99 })).pageInfo.hasNextPage).toBe(false);
    expect((await errorOf('first: -1'))?.message).toContain('it must be 0 or more');
  });
  test('goes on where its last row stood, whatever has become of it', async () => {
    const { pageInfo } = await pageOf({ first: 2 });
    const later = scripted({ process: rows.filter(({ key }) => key !== 1 && key !== 3) });
    expect((await pageOf({ after: pageInfo.endCursor }, later)).nodes).toEqual([{ pid: 4 }, { pid: 5 }]);
  });
  test('is for the question it was made for, on this boot of this host', async () => {
    const { pageInfo } = await pageOf({ first: 2 });
    const foreign = (identity: HostIdentity) =>
      pageOf({ after: pageInfo.endCursor }, scripted({ process: rows }, identity));
    await expect(pageOf({ after: pageInfo.endCursor, min: 1 })).rejects.toThrow('a cursor of another question');
    await expect(foreign({ ...somewhere, bootId: 'later' })).rejects.toThrow('a cursor of another question');
    expect((await errorOf(`after: "${pageInfo.endCursor}"`))?.message).toContain('a cursor of another question');
  });
  test('takes no cursor that was written by hand', async () => {
    const { pageInfo } = await pageOf({ first: 2 });
    const [seal, mark, ...keys] = JSON.parse(Buffer.from(pageInfo.endCursor, 'base64url').toString());
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(made([seal, mark, ...keys])).toBe(pageInfo.endCursor);
    const bad = [
      '',
      '!',
      'null',
      made(null),
      made({}),
      made([]),
      made('text'),
      made([1, 2]),
      made([seal, mark]),
      made([mark, ...keys]),
      made([seal, mark, ...keys, 1]),
      // Of the right types, and of others than it would have.
      ...[
        ['', 1],
        [7, 'x'],
        [null, null],
        [{}, 1],
      ].map((other) => made([seal, mark, ...other])),
      pageInfo.endCursor.slice(1),
      pageInfo.endCursor.slice(0, -1),
      `${pageInfo.endCursor}AAAA`,
    ];
    for (const after of bad) await expect(pageOf({ after }), after).rejects.toThrow('after is not a cursor');
  });
  test('of sockets and of groups goes on as well', async () => {
    const ports = async (args: string) =>
      (await ask(host.source, `{ connections(${args}) { nodes { local { port } } pageInfo { endCursor } } }`))
        .connections;
    const first = await ports('first: 1, orderBy: { by: LOCAL_PORT, direction: DESC }');
    expect(first.nodes).toEqual([{ local: { port: 99 } }]);
    const next = await ports(`after: "${first.pageInfo.endCursor}", orderBy: { by: LOCAL_PORT, direction: DESC }`);
    expect(next.nodes).toEqual([{ local: { port: 53 } }, { local: { port: 22 } }, { local: { port: 22 } }]);
    const keys = async (args: string) =>
      (await ask(host.source, `{ processGroups(by: USERNAME ${args}) { nodes { key } pageInfo { endCursor } } }`))
        .processGroups;
    const { nodes, pageInfo } = await keys('first: 1');
    expect(nodes).toEqual([{ key: 'ann' }]);
    expect((await keys(`after: "${pageInfo.endCursor}"`)).nodes).toEqual([{ key: 'root' }, { key: null }]);
  });
});

describe('groups', () => {
  test.each([
    ['NAME', ['Shell', 'gnome-keyring-daemon', 'init', 'kthreadd', 'secret']],
    ['USERNAME', ['ann', 'root', null]],
    ['STATUS', ['SLEEPING']],
    ['SERVICE', ['a.service', null]],
    ['CGROUP', [null]],
    ['CONTAINER', [null]],
    ['EXE', ['/sbin/init', null]],
  ])('by %s', async (by, keys) => {
    const { processGroups } = await ask(host.source, `{ processGroups(by: ${by}) { totalCount nodes { key } } }`);
    expect(processGroups.nodes.map(({ key }: { key: string | null }) => key)).toEqual(keys);
    expect(processGroups.totalCount).toBe(keys.length);
  });
  test('add up, and are sorted by what they add up to', async () => {
    const query = `{ processGroups(by: SERVICE, filter: { pid: { gt: 1 } }, orderBy: { by: RSS, direction: DESC }) {
      nodes { key count rss numThreads processes { pid } }
    } }`;
    expect((await ask(host.source, query)).processGroups.nodes).toEqual([
      { key: null, count: 2, rss: 900, numThreads: null, processes: [{ pid: 4 }, { pid: 5 }] },
      { key: 'a.service', count: 2, rss: 500, numThreads: null, processes: [{ pid: 2 }, { pid: 3 }] },
    ]);
  });
  test('of which one is not known have no sum, and are last', async () => {
    const some = rows.map((row) => (row.key === 5 ? { ...row, faults: { statm: 'DENIED' as const } } : row));
    const query = `{ processGroups(by: SERVICE, orderBy: { by: RSS, direction: DESC }) { nodes { key rss } } }`;
    expect((await ask(scripted({ process: some }), query)).processGroups.nodes).toEqual([
      { key: 'a.service', rss: 600 },
      { key: null, rss: null },
    ]);
  });
  test('of which all have ended meanwhile are neither shown nor counted', async () => {
    const some = rows.map((row) => (row.key > 3 ? { ...row, faults: { statm: 'GONE' as const } } : row));
    for (const first of ['', ', first: 9']) {
      const { processGroups } = await ask(
        scripted({ process: some }),
        `{ processGroups(by: SERVICE${first}) { totalCount nodes { key rss } } }`,
      );
      expect(processGroups).toEqual({ totalCount: 1, nodes: [{ key: 'a.service', rss: 600 }] });
    }
  });
});

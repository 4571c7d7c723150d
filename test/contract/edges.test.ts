import { isObjectType } from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { schema } from '../../schema/index.ts';
import { HastyClock } from '../support/clock.ts';
import { type Answer, ask, execute, type Recording, recording, repeated, somewhere } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

// Every edge from one object to another: what crosses it, and that thousands cross it together.

const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);

const DISK = 8 << 20;
let rows: Record<string, ScriptedRow[]>;
let host: Recording;
let clock: HastyClock;

const process = (key: number, ppid: number, more: object = {}): ScriptedRow => ({
  ...{ ...required, key, ppid, startTicks: key, comm: 'cat', status: 'SLEEPING', isKernelThread: false },
  ...{ isCommCut: false, containerId: `c${key % 2}`, ...more },
});
const thread = (key: number, tid: number): ScriptedRow => ({ ...required, key, tid, startTicks: tid, name: 'main' });
const socket = (inode: number, localPort: number, remotePort: number): ScriptedRow => ({
  ...{
    key: 0,
    inode,
    space: 1,
    family: 'INET',
    type: 'STREAM',
    status: 'ESTABLISHED',
    cookieHigh: 0,
    cookieLow: inode,
  },
  ...{ localAddress: '127.0.0.1', localPort, remoteAddress: '127.0.0.1', remotePort },
});
const held = (key: number, inode: number, fd: number): ScriptedRow => ({ key, pid: key, inode, fd });

beforeEach(() => {
  rows = {
    process: [process(1, 0), process(2, 1), process(3, 1)],
    thread: [thread(1, 1), thread(2, 2), thread(2, 9), thread(3, 3)],
    owner: [held(2, 70, 5), held(3, 70, 6), held(3, 71, 7)],
    connection: [socket(70, 80, 4000), socket(71, 4000, 80)],
    openFile: [{ key: 2, path: '/etc/passwd', fd: 3, deleted: false }],
    disk: [
      { key: DISK, name: 'sda', kind: 'DISK', size: 1, sequence: 1, childNumbers: [`${DISK + 1}`], parentNumbers: [] },
      { key: DISK + 1, name: 'sda1', kind: 'PARTITION', size: 1, parentNumbers: [`${DISK}`], childNumbers: [] },
    ],
    mount: [
      { key: 30, device: '/dev/sda1', mountpoint: '/', fstype: 'ext4', options: ['rw'], deviceNumber: DISK + 1 },
    ].map((row) => ({ ...row, isReal: true, isDuplicate: false, isReachable: true })),
    network: [{ key: 1, name: 'lo', flags: [] }],
  };
  clock = new HastyClock();
  host = recording(scripted(rows, somewhere, () => clock.now() / 1000));
});

const access = ['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] as const;
const answer = (query: string, variables = {}): Promise<Answer> =>
  ask(host.source, query, { variables, access, clock });

async function callsOf(query: string): Promise<string[]> {
  host.calls.length = host.pairs.length = 0;
  await answer(query);
  return [...host.calls];
}

describe('an edge leads where it should', () => {
  test.each([
    ['process(pid: 2) { parent { pid } }', { parent: { pid: 1 } }],
    ['process(pid: 2) { parents { pid } }', { parents: [{ pid: 1 }] }],
    ['process(pid: 1) { children { pid } }', { children: [{ pid: 2 }, { pid: 3 }] }],
    ['process(pid: 2) { threads { tid process { pid } } }', [2, 9].map((tid) => ({ tid, process: { pid: 2 } }))],
    ['process(pid: 2) { openFiles { path } }', { openFiles: [{ path: '/etc/passwd' }] }],
    ['process(pid: 2) { openFiles(deleted: true) { path } }', { openFiles: [] }],
    ['process(pid: 2) { openFiles(deleted: false) { path } }', { openFiles: [{ path: '/etc/passwd' }] }],
    ['process(pid: 2) { container { containerId } }', { container: { containerId: 'c0' } }],
    ['process(pid: 2) { connections { local { port } } }', { connections: [{ local: { port: 80 } }] }],
  ])('%s', async (query, expected) => {
    const found = (await answer(`{ ${query} }`)).process;
    expect(found).toEqual(Array.isArray(expected) ? { threads: expected } : expected);
  });
  test('connections { owners pid process peer }', async () => {
    const query = '{ connections { nodes { owners { pid fd process { pid } } pid process { pid } peer { pid } } } }';
    expect((await answer(query)).connections.nodes).toEqual([
      {
        owners: [
          { pid: 2, fd: 5, process: { pid: 2 } },
          { pid: 3, fd: 6, process: { pid: 3 } },
        ],
        ...{ pid: 2, process: { pid: 2 }, peer: { pid: 3 } },
      },
      { owners: [{ pid: 3, fd: 7, process: { pid: 3 } }], pid: 3, process: { pid: 3 }, peer: { pid: 2 } },
    ]);
  });
  test('disks { parents children mounts }, mounts { disks }', async () => {
    const query = `{ disks(all: true) { name parents { name } children { name } mounts { mountpoint } }
      mounts { disks { name parents { name } } } }`;
    expect(await answer(query)).toEqual({
      disks: [
        { name: 'sda', parents: [], children: [{ name: 'sda1' }], mounts: [] },
        { name: 'sda1', parents: [{ name: 'sda' }], children: [], mounts: [{ mountpoint: '/' }] },
      ],
      mounts: [{ disks: [{ name: 'sda1', parents: [{ name: 'sda' }] }] }],
    });
  });
});

/** So many processes, each with a thread, a socket and a container. */
function populate(count: number): void {
  for (let key = 4; key <= count; key++) {
    rows.process!.push(process(key, key >> 1));
    rows.thread!.push(thread(key, key));
    rows.owner!.push(held(key, 1000 + key, 3));
    rows.connection!.push(socket(1000 + key, key, 9));
  }
}

describe('the holder of a socket', () => {
  const QUERY = '{ connections(kind: TCP4) { nodes { pid process { pid } owners { pid } gaps { field reason } } } }';
  const NONE = '{ connections(kind: TCP4, filter: { pid: { ne: 2 } }) { nodes { local { port } } } }';
  beforeEach(() => rows.connection!.push(socket(72, 22, 9), { ...socket(0, 23, 9), cookieLow: 5 }));

  test('is none where everybody was looked at, and nobody has it', async () => {
    const { nodes } = (await answer(QUERY)).connections;
    expect(nodes[2]).toMatchObject({ pid: null, process: null, owners: [], gaps: [] });
    expect((await answer(NONE)).connections.nodes).toHaveLength(3);
  });
  test('is not known where nobody is found, and somebody may not be looked at', async () => {
    rows.owner!.push({ key: 4, faults: { socketFds: 'GONE' } }, { key: 5, faults: { socketFds: 'DENIED' } });
    const [first, , third, fourth] = (await answer(QUERY)).connections.nodes;
    expect(first).toMatchObject({ pid: 2, owners: [{ pid: 2 }, { pid: 3 }], gaps: [] });
    const gaps = ['pid', 'process', 'owners'].map((field) => ({ field, reason: 'ACCESS_DENIED' }));
    expect(third).toMatchObject({ pid: null, process: null, owners: null, gaps });
    // No descriptor can be of this one.
    expect(fourth).toMatchObject({ pid: null, owners: [], gaps: [] });
    expect((await answer(NONE)).connections.nodes.map(({ local }: Answer) => local.port)).toEqual([4000, 23]);
  });
});

describe('what 5,000 cross together is one native call', () => {
  beforeEach(() => populate(5_000));
  /** What a call read: of sockets always the same. */
  const table = (call: string) => call.replace(/^(connection) .*|^(\S+ \S+) .*/, '$1$2');

  test.each([
    ['threads { tid }', ['process nothing', 'thread task']],
    ['threads { tid process { ppid } }', ['process nothing', 'thread task', 'process stat+parent']],
    ['connections { status }', ['process nothing', 'owner socketFds', 'connection']],
    ['container { containerId }', ['process cgroup']],
    ['parent { pid username }', ['process stat+parent', 'process ids']],
    ['children { pid username }', ['process stat+parent', 'process ids']],
    ['openFiles { path }', ['process nothing', 'openFile files']],
    ['parent { cpuPercent }', ['process stat+parent', 'process stat']],
    ['cpuPercent threads { cpuPercent }', ['process stat', 'thread task', 'process stat', 'thread task']],
  ])('{ %s }', async (selection, expected) => {
    const calls = await callsOf(`{ processes { nodes { pid ${selection} } } }`);
    expect(calls.map(table)).toEqual(expected);
  });

  test('threads, connections and service, at most 12 for all', async () => {
    const choices = { manager: 'SYSTEMD', status: 'RUNNING', startType: 'AUTOMATIC' };
    const service = ['a.service', 'b.service'].map((name, index) => ({ ...choices, key: index + 1, name }));
    rows.process = rows.process!.map((row) => ({ ...row, serviceNames: [`${row.key % 2 ? 'a' : 'b'}.service`] }));
    let lookUps = 0;
    const serviceKeys = async (names: readonly string[]) => {
      lookUps++;
      return names.map((name) => service.find((row) => row.name === name)?.key ?? null);
    };
    host = recording({ ...scripted({ ...rows, service }, somewhere), serviceKeys });
    const calls = await callsOf(
      '{ processes(first: 2000) { nodes { pid threads { tid } connections(kind: ALL) { status } service { name } } } }',
    );
    expect(calls.map(table)).toContain('service units');
    // Each look-up is a call as well, and both executors made theirs.
    expect(calls.length + lookUps / 2).toBeLessThanOrEqual(12);
    expect(repeated(calls)).toEqual([]);
  });

  test('the holders of all sockets', async () => {
    const calls = await callsOf('{ connections { nodes { owners { pid } process { ppid } peer { pid } } } }');
    expect(calls.map(table)).toEqual(['connection', 'owner socketFds', 'process stat+parent']);
  });
});

/** What has an id that is good for nothing but to tell it from others. */
const listed = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && 'id' in type.getFields() && type.getInterfaces().length === 0)
  .map(({ name }) => name);

describe('nodes', () => {
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Process { pid } } }';
  const IDS = `{ system { id networkInterfaces { id } } disks { id } mounts { id } connections { nodes { id } }
    process(pid: 2) { id threads { id } container { id } } }`;
  async function allIds(): Promise<string[]> {
    const { system, disks, mounts, connections, process: one } = await answer(IDS);
    const listed = [
      system,
      ...system.networkInterfaces,
      ...disks,
      ...mounts,
      ...connections.nodes,
      one,
      ...one.threads,
    ];
    return [...listed, one.container].map(({ id }) => id);
  }

  test('are what they were asked by, in their order, twice too', async () => {
    rows.system = [{ ...required, key: 0, platform: 'LINUX' }];
    const ids = await allIds();
    const asked = [...ids, ...ids.slice(0, 3)].reverse();
    const { nodes } = await answer(NODES, { ids: asked });
    expect(nodes.map(({ id }: Answer) => id)).toEqual(asked);
    expect(new Set(nodes.map((node: Answer) => node.__typename))).toEqual(
      new Set(['System', 'NetworkInterface', 'Disk', 'Mount', 'Connection', 'Process', 'Thread', 'Container']),
    );
  });
  test('that are gone are null, and the others stand', async () => {
    rows.system = [{ ...required, key: 0, platform: 'LINUX' }];
    const ids = await allIds();
    const [root] = ids;
    // Every one is another by the same name.
    rows.process!.splice(1, 1, process(2, 1, { startTicks: 99, containerId: null }));
    rows.thread!.splice(1, 2, { ...thread(2, 2), startTicks: 99 }, { ...thread(2, 9), startTicks: 99 });
    rows.disk!.splice(0, 1, { ...rows.disk![0]!, sequence: 2 });
    rows.mount!.splice(0, 1, { ...rows.mount![0]!, mountpoint: '/mnt' });
    rows.connection!.splice(0, 2);
    rows.network!.splice(0, 1);
    const { nodes } = await answer(NODES, { ids });
    expect(nodes.map((node: Answer) => node?.id ?? null)).toEqual(ids.map((id) => (id === root ? root : null)));
  });
  test('are read together', async () => {
    populate(1_000);
    const { processes } = await answer('{ processes { nodes { id } } }');
    const ids = processes.nodes.map(({ id }: Answer) => id);
    host.calls.length = 0;
    await answer('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Process { name memory { rss } } } }', { ids });
    expect(host.calls).toEqual([expect.stringMatching(/^process stat\+statm 1,2,3(,\d+){997}$/)]);
  });
  test.each(listed)('of a %s, which is no node, say so', async (type) => {
    const { errors } = await execute(host.source, NODES, { variables: { ids: [`${type}:x`] } });
    expect(errors?.[0]?.message).toBe(`this is the id of a ${type}, which is no Node: ask for the list it stands in`);
  });
  test('that are no ids are an error that says so', async () => {
    const { data, errors } = await execute(host.source, NODES, { variables: { ids: ['Process:x'] } });
    expect([data, errors?.[0]?.message]).toEqual([
      null,
      'this is not an id: ids are what the field id of an object gave',
    ]);
    expect(host.calls).toEqual([]);
  });
});

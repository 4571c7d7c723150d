import { describe, expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { pidColumns, viewOf } from '../../loaders/view.ts';
import { connectionTable, ownerTable, processTable, rowsOf, serviceTable } from '../../native/index.ts';
import { tables } from '../../native/spec/index.ts';
import { required } from '../support/host.ts';
import { ask } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

const ids = (uid: number, more: object = {}) => ({
  uidsReal: uid,
  uidsEffective: uid,
  uidsSaved: uid,
  gidsReal: uid,
  gidsEffective: uid,
  gidsSaved: uid,
  ...more,
});
const process = (key: number, ppid: number, uid: number, more: object = {}): ScriptedRow => ({
  ...required,
  key,
  ppid,
  comm: `p${key}`,
  startTicks: key,
  status: 'SLEEPING',
  isKernelThread: false,
  isCommCut: false,
  ...ids(uid),
  ...more,
});

const rows = {
  process: [
    process(1, 0, 0),
    process(10, 1, 1000, { cmdline: ['app', '--password=hunter2'] }),
    process(11, 10, 1000),
    process(12, 10, 1001, { cmdline: ['sh', 'x'] }),
    process(13, 12, 1000),
    process(14, 10, 1000, { uidsEffective: 0 }),
    process(15, 10, 1000, { faults: { ids: 'DENIED' } }),
  ],
  owner: [
    { key: 12, pid: 12, fd: 3, inode: 5 },
    { key: 11, pid: 11, fd: 4, inode: 6 },
  ],
  connection: [5, 6].map((inode) => ({
    ...required,
    key: 0,
    inode,
    cookieHigh: 0,
    cookieLow: inode,
    family: 'INET',
    type: 'STREAM',
    status: 'LISTEN',
  })),
  environment: [
    { key: 10, name: 'TOKEN', value: 'hunter2' },
    { key: 12, name: 'A', value: 'b' },
  ],
};
const host = scripted(rows);
const own = viewOf(host, { onlyUid: 1000, showSecrets: false });
const ALL = ['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] as const;

describe('whose processes alone are seen', () => {
  const pids = async (query: string) => JSON.stringify(await ask(own, query, { access: ALL }));

  test('all of whose ids are theirs, are in lists, and counted', async () =>
    expect(await ask(own, '{ processes { totalCount nodes { pid } } }')).toEqual({
      processes: { totalCount: 3, nodes: [{ pid: 10 }, { pid: 11 }, { pid: 13 }] },
    }));
  test.each([1, 12, 14, 15])('%i is not there, as if it were not', async (pid) => {
    const query = (of: number) => `{ process(pid: ${of}) { pid name ppid uids { real } children { pid } } }`;
    expect(await ask(own, query(pid))).toEqual({ process: null });
    expect(await ask(own, query(99))).toEqual({ process: null });
  });
  test('and of others they tell nothing: not who started them, or whom they started', async () =>
    expect(
      await ask(own, '{ processes { nodes { pid ppid parent { pid } parents { pid } children { pid } } } }'),
    ).toEqual({
      processes: {
        nodes: [
          { pid: 10, ppid: null, parent: null, parents: [], children: [{ pid: 11 }] },
          { pid: 11, ppid: 10, parent: { pid: 10 }, parents: [{ pid: 10 }], children: [] },
          { pid: 13, ppid: null, parent: null, parents: [], children: [] },
        ],
      },
    }));
  test('a page holds as many as it was asked for', async () =>
    expect(await ask(own, '{ processes(first: 2) { totalCount nodes { pid } } }')).toMatchObject({
      processes: { totalCount: 3, nodes: [{ pid: 10 }, { pid: 11 }] },
    }));
  test('by the id of another there is nothing', async () => {
    const { process: found } = await ask(host, '{ process(pid: 12) { id } }');
    expect(await ask(own, `{ node(id: "${found.id}") { id } }`)).toEqual({ node: null });
  });
  test('rows that belong to a process go with it', async () => {
    const loaders = createLoaders(own);
    const all = await own.read(ownerTable, 1, { except: [] });
    expect(rowsOf(ownerTable, 1, all).map(({ pid }) => pid)).toEqual([11]);
    const asked = await own.read(ownerTable, 1, { keys: [11, 12] });
    expect(rowsOf(ownerTable, 1, asked).map(({ pid }) => pid)).toEqual([11]);
    expect(loaders).toBeDefined();
    expect(await pids('{ processes { nodes { environment { value } } } }')).not.toContain('"b"');
  });
  test('a user without processes sees none', async () =>
    expect(await ask(viewOf(host, { onlyUid: -1, showSecrets: true }), '{ processes { totalCount } }')).toEqual({
      processes: { totalCount: 0 },
    }));
  test('what else a source can do is not handed on', () =>
    expect(
      Object.keys(
        viewOf({ ...host, mountAt: async () => 1, other: 1 } as never, { onlyUid: 0, showSecrets: true }),
      ).sort(),
    ).toEqual(['identity', 'mountAt', 'read']));
});

describe('secrets', () => {
  const query = '{ process(pid: 10) { cmdline environment { name value } } }';
  test('are hidden where rows are made', async () =>
    expect(await ask(viewOf(host, { onlyUid: null, showSecrets: false }), query, { access: ALL })).toEqual({
      process: { cmdline: ['app', '--password=[redacted]'], environment: [{ name: 'TOKEN', value: '[redacted]' }] },
    }));
  test('are hidden in what a service starts', async () => {
    const service = { key: 1, name: 'a.service', binaryPath: 'C:\\a.exe --token x -v' };
    const seen = viewOf(scripted({ service: [service] }), { onlyUid: null, showSecrets: false });
    const mask = 1 << serviceTable.sources.indexOf('unit');
    const [row] = rowsOf(serviceTable, mask, await seen.read(serviceTable, mask, { except: [] }));
    expect(row!.binaryPath).toBe('C:\\a.exe --token [redacted] -v');
  });
  test('and shown where that is asked for', async () =>
    expect(viewOf(host, { onlyUid: null, showSecrets: true })).toBe(host));
  test('what holds none is what was read', async () => {
    const mask = 1 << processTable.sources.indexOf('cmdline');
    const batch = await host.read(processTable, mask, { keys: [12, 1] });
    const seen = viewOf({ ...host, read: async () => batch }, { onlyUid: null, showSecrets: false });
    expect((await seen.read(processTable, mask, { keys: [12, 1] })).numbers).toBe(batch.numbers);
  });
});

test('every column that names a process is known', () => {
  const named = (name: string) => pidColumns({ name } as never);
  const found = tables.flatMap(({ name, columns }) =>
    columns.filter(({ path, kind }) => kind !== 'text' && /pid$/i.test(path)).map(({ path }) => `${name}.${path}`),
  );
  expect(tables.flatMap(({ name }) => named(name).map((path) => `${name}.${path}`))).toEqual(found);
  expect(found).toContain('process.ppid');
  expect(connectionTable.lists.map(({ table }) => table.name)).toEqual(['owner']);
});

import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { platformsOf, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { sysgraph, urlIn } from '../support/command.ts';
import { EVERYTHING } from '../support/everything.ts';
import { LACKING } from '../support/lacking.ts';
import { type Answer, gapLines } from '../support/operation.ts';
import { type Serving, startServing } from './serving.ts';
import { guest, run } from './wine.ts';

// A gateway on Windows, asked by clients on Linux over HTTP and WebSockets, as one on Linux is.

let windows: Serving;
const stops: (() => unknown)[] = [];
const ask: Serving['ask'] = (...asked) => windows.ask(...asked);

beforeAll(async () => {
  windows = await startServing();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await windows.stop();
});

const HOST = `{
  gateway { version process { pid } heap { used } unsupported { field } }
  system { id hostname platform os { name kernel arch } bootTime uptime memory { total used percent }
    cpu { logicalCount physicalCount usableCount model percent times { user system idle } logicalCpus { number } }
    loadAverage { one } networkInterfaces { name isUp addresses { family address } io { bytesSent } } gaps { field } }
  processes { totalCount nodes { ${EVERYTHING} priorityClass numHandles parent { pid } children { pid } } }
  mounts(all: true) { id device mountpoint options usage { total percent } } disks(all: true) { name kind size }
  connections(kind: INET) { nodes { id family type status local { address port } owners { pid } } }
}`;

/** The names of the fields of an answer, whatever stands in them. */
function shapeOf(value: Answer): Map<string, string> {
  const shape = new Map<string, string>();
  const walk = (at: string, of: Answer): void => {
    if (Array.isArray(of)) for (const each of of) walk(`${at}[]`, each);
    else if (of !== null && typeof of === 'object') for (const name of Object.keys(of)) walk(`${at}.${name}`, of[name]);
    else if (of !== null) shape.set(at, typeof of);
  };
  walk('', value);
  return shape;
}

describe('the same query', () => {
  test('has the same shape on Linux and on Windows', { timeout: 120_000 }, async () => {
    const linux = sysgraph('serve', '--port', '0');
    stops.push(() => linux.child.kill());
    const [here, there] = await Promise.all([ask(HOST, urlIn(await linux.firstLine), {}), ask(HOST)]);
    expect([here.system.platform, there.system.platform]).toEqual(['LINUX', 'WINDOWS']);
    expect(Object.keys(there.processes.nodes[0])).toEqual(Object.keys(here.processes.nodes[0]));
    const [ours, theirs] = [shapeOf(here), shapeOf(there)];
    const shared = [...theirs].filter(([at]) => ours.has(at));
    expect(shared).toEqual(shared.map(([at]) => [at, ours.get(at)]));
    expect(shared.length).toBeGreaterThan(50);
  });
});

describe('what is always null', () => {
  const lineOf = (table: Table) => table.columns.filter((column) => !column.hidden);
  test('is what the spec has not for Windows, and what Wine lacks', async () => {
    const { gateway } = await ask('{ gateway { unsupported { field reason message } } }');
    const fields = new Set<string>(gateway.unsupported.map(({ field }: Answer) => field));
    // Fields of the table's own type; those of groups stand below types that others have too.
    const lacks = tables.flatMap((table) =>
      lineOf(table)
        .filter((column) => !column.path.includes('.') && !platformsOf(table, column).includes('WINDOWS'))
        .map(({ path }) => `${table.type}.${path}`),
    );
    expect(lacks.filter((field) => !fields.has(field))).toEqual([]);
    expect(lacks.length).toBeGreaterThan(15);
    for (const has of [
      'Process.cmdline',
      'Process.priorityClass',
      'Process.numHandles',
      'System.memory',
      'Service.status',
    ])
      expect([has, fields.has(has)]).toEqual([has, false]);
    expect(LACKING.map(({ what }) => what)).toContain('process.rollup');
    expect(fields).toContain('Process.memoryFootprint');
  });
  test('says where Windows would have it', async () => {
    const { system } = await ask('{ system { swap { total } gaps { field reason message } } }');
    expect(system.gaps).toEqual([
      { field: 'swap', reason: 'NOT_SUPPORTED', message: expect.stringContaining('SystemPageFileInformation') },
    ]);
  });
});

test('who has no token sees what everybody may', async () => {
  const { processes } = await ask(
    '{ processes { nodes { name environment { name } gaps { field reason } } } }',
    windows.url,
    {},
  );
  expect(processes.nodes[0].gaps).toContainEqual({ field: 'environment', reason: 'NOT_AUTHORIZED' });
});

describe('a WebSocket', () => {
  test('tells of the system and of processes as time passes', async () => {
    const client = createClient({ url: windows.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    stops.push(() => client.dispose());
    const ticks = async (query: string, count: number): Promise<Answer[]> => {
      const events: Answer[] = [];
      for await (const event of client.iterate({ query })) {
        expect(event.errors).toBeUndefined();
        if (events.push(event.data) === count) return events;
      }
      return events;
    };
    const cpu = await ticks('subscription { cpu(everyMs: 500) { percent times { user system idle dpc } } }', 3);
    expect(cpu.map(({ cpu: { percent } }) => percent >= 0 && percent <= 100).slice(1)).toEqual([true, true]);
    const [first] = await ticks('subscription { processes(everyMs: 500) { added { pid name } changed { pid } } }', 1);
    expect(first.processes.added.map(({ name }: Answer) => name)).toContain('node.exe');
  });
});

describe('a process', () => {
  const find = async (text: string): Promise<string> => {
    const { processes } = await ask('{ processes { nodes { id cmdline } } }');
    return processes.nodes.find(({ cmdline }: Answer) => cmdline?.includes(text)).id;
  };
  test('is changed, suspended, resumed, ended and waited for', { timeout: 120_000 }, async () => {
    const sleeper = await run('-e', "console.log('ready'); setTimeout(() => {}, 600000)", 'a b', '"c\\"');
    stops.push(sleeper.stop);
    const id = await find('a b');
    const { node } = await ask(`{ node(id: "${id}") { ... on Process { pid } } }`);
    // Who holds a handle of it keeps its pid alive when it has ended: it can be opened, and is no process.
    const holder = await guest('hold', String(node.pid));
    stops.push(holder.stop);
    const act = (field: string, more = '') =>
      ask(`mutation { result: ${field}(id: "${id}"${more}) {
        affected errors { code message } process { cmdline priorityClass cpuAffinity } } }`);
    const priority = await act('setProcessPriorityClass', ', priorityClass: BELOW_NORMAL');
    expect(priority.result).toMatchObject({ affected: 1, errors: [], process: { priorityClass: 'BELOW_NORMAL' } });
    // What was given is what it got, blanks, quotes and strokes included.
    expect(priority.result.process.cmdline.slice(-2)).toEqual(['a b', '"c\\"']);
    const affinity = await act('setProcessCpuAffinity', ', cpus: [0]');
    expect(affinity.result).toMatchObject({ affected: 1, errors: [], process: { cpuAffinity: [0] } });
    expect((await act('setProcessCpuAffinity', ', cpus: [63]')).result.errors[0].code).toBe('INVALID_ARGUMENT');
    expect((await act('setProcessNice', ', nice: 5')).result.errors[0]).toMatchObject({ code: 'NOT_SUPPORTED' });
    expect((await act('suspendProcess')).result.affected).toBe(1);
    expect((await act('resumeProcess')).result.affected).toBe(1);
    const waiting = ask(
      `{ waitProcesses(ids: ["${id}"], timeoutMs: 20000) { exited exit { exitCode } error { code } } }`,
    );
    expect((await act('terminateProcess')).result.affected).toBe(1);
    expect((await waiting).waitProcesses).toEqual([{ exited: true, exit: { exitCode: 15 }, error: null }]);
    expect(await ask(`{ node(id: "${id}") { id } process(pid: ${node.pid}) { pid } }`)).toEqual({
      node: null,
      process: null,
    });
    expect((await act('terminateProcess')).result.errors[0].code).toBe('NO_SUCH_PROCESS');
  });
});

test('a process that lets nobody look into it is told as far as the kernel tells anybody', async () => {
  const guard = await guest('guard', 'itself');
  stops.push(guard.stop);
  const { process } = await ask(`{ process(pid: ${guard.line}) {
    id name exe username priorityClass memory { rss } threads { tid } service { name }
    cmdline cwd environment { name } openFiles { path } memoryMaps { path } gaps { field reason } } }`);
  const { id, gaps, ...told } = process;
  const hidden = ['cmdline', 'cwd', 'environment', 'openFiles', 'memoryMaps'];
  expect(gapLines(gaps).sort()).toEqual(hidden.map((field) => `${field} ACCESS_DENIED`).sort());
  expect(told).toMatchObject({
    name: 'guest.exe',
    priorityClass: 'NORMAL',
    threads: [expect.anything()],
    service: null,
  });
  expect([told.exe, told.username]).toEqual([expect.stringMatching(/guest\.exe$/), expect.stringContaining('\\')]);
  for (const field of ['terminateProcess', 'suspendProcess']) {
    const { result } = await ask(`mutation { result: ${field}(id: "${id}") { affected errors { code } } }`);
    expect(result).toEqual({ affected: 0, errors: [{ code: 'ACCESS_DENIED' }] });
  }
});

test('a service is found whatever the letters', async () => {
  const { services, service } = await ask(
    `{ services { totalCount nodes { name manager status startType gaps { field } } }
      service(name: "rpcss") { name pid } }`,
  );
  expect(services.totalCount).toBeGreaterThan(5);
  expect(new Set(services.nodes.map(({ manager }: Answer) => manager))).toEqual(new Set(['WINDOWS_SCM']));
  expect(services.nodes.flatMap(({ gaps }: Answer) => gaps)).toEqual([]);
  expect(service).toMatchObject({ name: 'RpcSs', pid: expect.any(Number) });
});

test('a path lies on the drive that its letter names, of either case', async () => {
  const { mount, forward } = await ask(
    '{ mount(path: "c:\\\\windows") { mountpoint } forward: mount(path: "C:/windows") { mountpoint } }',
  );
  expect([mount, forward]).toEqual([{ mountpoint: 'C:\\' }, { mountpoint: 'C:\\' }]);
  const { errors } = await windows.answer('{ mount(path: "windows") { mountpoint } }');
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

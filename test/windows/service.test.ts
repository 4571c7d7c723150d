import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Serving, startServing } from './serving.ts';
import { guest } from './wine.ts';

// The service control manager, with services of the tests' own: it is Wine's, but the calls are those of Windows.

const SERVICES = [
  ['sysgraph-well', '3', 'well'],
  ['sysgraph-auto', '2', 'well'],
  ['sysgraph-never', '4', 'well'],
  ['sysgraph-stubborn', '3', 'stubborn'],
  ['sysgraph-broken', '3', 'broken'],
] as const;

let windows: Serving;
beforeAll(async () => {
  // Wine's manager of services may still be starting.
  const install = async (service: readonly string[]) =>
    expect((await guest('install', ...service)).line).toBe('installed');
  for (const service of SERVICES) await vi.waitFor(() => install(service), { timeout: 20_000, interval: 500 });
  windows = await startServing(...['sysgraph-*', 'RpcSs'].flatMap((name) => ['--allow-service', name]));
});
afterAll(async () => {
  await windows?.stop();
  for (const [name] of SERVICES) await guest('remove', name);
});

const idOf = async (name: string): Promise<string> =>
  (await windows.ask(`{ service(name: "${name}") { id } }`)).service.id;

async function act(field: string, name: string) {
  const { result } = await windows.ask(`mutation { result: ${field}(id: "${await idOf(name)}") {
    errors { code message }
    service { status pid mainProcess { pid name service { name } } processes { pid } gaps { field reason } } } }`);
  return result;
}

const stopped = { status: 'STOPPED', pid: null, mainProcess: null, processes: [], gaps: [] };
const running = (pid: number) => ({
  status: 'RUNNING',
  pid,
  mainProcess: { pid, name: 'guest.exe', service: { name: 'sysgraph-well' } },
  processes: [{ pid }],
  gaps: [],
});

test.each([
  ['sysgraph-well', 'MANUAL'],
  ['sysgraph-auto', 'AUTOMATIC'],
  ['sysgraph-never', 'DISABLED'],
])('%s is what it was made as, and starts %s', async (name, startType) => {
  const { service } = await windows.ask(`{ service(name: "${name}") {
    name manager status startType displayName description binaryPath username pid gaps { field } } }`);
  expect(service).toEqual({
    ...{ name, manager: 'WINDOWS_SCM', status: 'STOPPED', startType, displayName: `The service ${name}` },
    ...{
      description: 'A service of the tests: \u00e4 \u20ac',
      binaryPath: expect.stringMatching(/guest\.exe" serve well$/),
    },
    ...{ username: 'LocalSystem', pid: null, gaps: [] },
  });
});

describe('a service', () => {
  test('is started, and again, is restarted as another process, and stopped, and again', async () => {
    const first = await act('startService', 'sysgraph-well');
    expect(first).toEqual({ errors: [], service: running(first.service.pid) });
    expect(await act('startService', 'sysgraph-well')).toEqual(first);
    const second = await act('restartService', 'sysgraph-well');
    expect(second).toEqual({ errors: [], service: running(second.service.pid) });
    expect(second.service.pid).not.toBe(first.service.pid);
    const filter = 'filter: { service: { eq: "sysgraph-well" } }';
    const { processes } = await windows.ask(`{ processes(${filter}) { nodes { pid } } }`);
    expect(processes.nodes).toEqual([{ pid: second.service.pid }]);
    expect(await act('stopService', 'sysgraph-well')).toEqual({ errors: [], service: stopped });
    expect(await act('stopService', 'sysgraph-well')).toEqual({ errors: [], service: stopped });
  });

  test.each([
    ['startService', 'sysgraph-never', 'REFUSED', /disabled/],
    ['startService', 'sysgraph-broken', 'FAILED', /stopped again with the code 7/],
    ['stopService', 'RpcSs', 'REFUSED', /never acted on/],
    ['stopService', 'PlugPlay', 'REFUSED', /--allow-service PlugPlay/],
  ])('%s of %s is %s', async (field, name, code, message) =>
    expect((await act(field, name)).errors).toEqual([{ code, message: expect.stringMatching(message) }]),
  );

  test('that takes no word is not stopped', async () => {
    const { service } = await act('startService', 'sysgraph-stubborn');
    expect(service.status).toBe('RUNNING');
    expect((await act('stopService', 'sysgraph-stubborn')).errors).toEqual([
      { code: 'REFUSED', message: expect.stringMatching(/does not take that now/) },
    ]);
    const { process } = await windows.ask(`{ process(pid: ${service.pid}) { id } }`);
    expect(await windows.ask(`mutation { terminateProcess(id: "${process.id}") { affected } }`)).toEqual({
      terminateProcess: { affected: 1 },
    });
  });
});

test('most processes are part of no service', async () => {
  const { gateway } = await windows.ask('{ gateway { process { service { name } gaps { field } } } }');
  expect(gateway.process).toEqual({ service: null, gaps: [] });
});

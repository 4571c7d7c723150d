import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseArchive } from '../support/archive.ts';
import { sysgraph, urlIn } from '../support/command.ts';
import { examplesIn, invented } from '../support/document.ts';
import type { Answer } from '../support/operation.ts';
import { JSON_BODY } from '../support/serving.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';
import { holds, needsWorld, startWorld, type World } from '../support/world.ts';

// psutil's demonstration programs, as queries of docs/psutil.md, of a machine where it is known what there is to find.

const examples = examplesIn('docs/psutil.md');
let world: World;

const idOf = async (name: string, field: 'id' | 'pid'): Promise<string | number> => {
  const { data } = await world.ask(`{ processes(filter: { name: { eq: "${name}" } }) { nodes { ${field} } } }`);
  return data.processes.nodes[0][field];
};

/** What a question needs to be told of this machine, which the document cannot know. */
const VARIABLES: Readonly<Record<string, () => Promise<object>>> = {
  pmap: async () => ({ pid: await idOf('app', 'pid') }),
  procinfo: async () => ({ pid: await idOf('app', 'pid') }),
  'killall, what was found': async () => ({ id: await idOf('tailer', 'id') }),
};

const named = (nodes: readonly Answer[], name: string): Answer => nodes.find((node) => node.name === name);

/** What must be in the answers, and what must not. */
const CHECKS: Readonly<Record<string, (data: Answer) => void>> = {
  ps({ processes: { nodes } }) {
    const app = nodes.find(({ cmdline }: Answer) => cmdline?.[0] === '/run/app');
    expect(app).toMatchObject({ username: 'nobody', status: 'SLEEPING', terminal: null, gaps: [] });
    expect(app.memory.vms).toBeGreaterThan(app.memory.rss);
    expect(nodes[0]).toMatchObject({ pid: 1, username: 'root', cmdline: expect.arrayContaining(['--system']) });
  },
  top({ system, processes: { nodes } }) {
    expect(system.cpu.logicalCpus).toHaveLength(cpus().length);
    const counts = Object.fromEntries(system.processCounts.byStatus.map((of: Answer) => [of.status, of.count]));
    expect(counts).toMatchObject({ ZOMBIE: 1, DISK_SLEEP: 1 });
    expect(named(nodes, 'busy').cpuPercent).toBeGreaterThan(0);
  },
  pstree({ processes: { nodes } }) {
    const { pid, children } = named(nodes, 'systemd');
    const [nginx, ...workers] = children.filter(({ name }: Answer) => name === 'nginx');
    expect([pid, nginx.ppid, ...workers.map(({ ppid }: Answer) => ppid)]).toEqual([1, 1, nginx.pid, nginx.pid]);
    expect(named(children, 'tailer')).toBeUndefined();
  },
  netstat({ connections: { nodes } }) {
    const listening = nodes.filter(({ status }: Answer) => status === 'LISTEN');
    const lines = listening.map(({ local, owners }: Answer) => `${local.port} ${owners[0].process.name}`);
    expect(lines.sort()).toEqual(['5432 postgres', '80 nginx', '8080 app', '9000 admin']);
  },
  free({ system: { memory, swap } }) {
    expect(memory.used).toBe(memory.total - memory.available);
    expect(swap.used).toBe(swap.total - swap.free);
  },
  df({ mounts }) {
    const srv = mounts.find(({ mountpoint }: Answer) => mountpoint === '/srv');
    expect(srv).toMatchObject({ device: expect.stringMatching(/^\/dev\/loop\d+$/), fstype: 'ext4', gaps: [] });
    expect(srv.usage.total).toBeLessThan(4 * 2 ** 20);
    expect(mounts.some(({ fstype }: Answer) => ['proc', 'tmpfs', 'cgroup2'].includes(fstype))).toBe(false);
  },
  iotop({ system, processes: { nodes } }) {
    expect(nodes[0].cmdline[1]).toBe('write');
    expect(nodes[0].ioRate.writeBytes).toBeGreaterThan(0);
    expect(system.diskRate.writeBytes).toBeGreaterThanOrEqual(0);
  },
  nettop({ system: { network, networkInterfaces } }) {
    const lo = named(networkInterfaces, 'lo');
    expect(lo.io.bytesSent).toBeGreaterThan(1000);
    expect(network.bytesSent).toBeGreaterThanOrEqual(lo.io.bytesSent);
    expect(lo.rate.bytesSent).toBeGreaterThanOrEqual(0);
  },
  pmap({ process: { name, memoryMaps } }) {
    expect(name).toBe('app');
    const paths = memoryMaps.map(({ path }: Answer) => path);
    expect(paths).toEqual(expect.arrayContaining([expect.stringMatching(/\/run\/app$/), '[stack]']));
    expect(memoryMaps[0].address).toMatch(/^[\da-f]+-[\da-f]+$/);
  },
  who: ({ system: { sessions } }) =>
    expect(sessions).toEqual([
      {
        ...{ name: 'ann', terminal: 'pts/0', remoteHost: 'far.example', startedAt: expect.any(String) },
        process: { pid: 1, name: 'systemd' },
      },
    ]),
  ifconfig({ system: { networkInterfaces } }) {
    const lo = named(networkInterfaces, 'lo');
    expect(lo).toMatchObject({ isUp: true, flags: expect.arrayContaining(['up', 'loopback']) });
    expect(lo.addresses).toContainEqual(expect.objectContaining({ family: 'INET', address: '127.0.0.1' }));
    expect(lo.io.bytesReceived).toBe(lo.io.bytesSent);
  },
  sensors({ system: { sensors } }) {
    expect(sensors.temperatures.length).toBeGreaterThan(0);
    expect(sensors.batteries[0].percent).toBeGreaterThan(0);
    expect(sensors.gaps).toEqual([]);
  },
  procinfo({ process }) {
    expect(process).toMatchObject({
      ...{ name: 'app', username: 'nobody', uids: { real: 65534 }, parent: { pid: 1 }, isRunning: true, gaps: [] },
      cmdline: ['/run/app', 'listen', '0.0.0.0', '8080', ',', 'connect', '5432', '1000'],
      connections: [{ status: 'LISTEN', local: { port: 8080 } }, { status: 'ESTABLISHED' }],
    });
    expect(process.environment).toContainEqual({ name: 'APP_MODE', value: 'production' });
    expect(process.threads).toHaveLength(process.numThreads);
    expect(process.limits).toHaveLength(16);
  },
  procsmem({ processes: { nodes } }) {
    const postgres = nodes.find(({ cmdline }: Answer) => cmdline?.[0] === '/run/postgres');
    expect(postgres.memoryFootprint.uss).toBeGreaterThan(64 * 2 ** 20);
    expect(postgres.memoryFootprint.uss).toBeLessThanOrEqual(postgres.memoryFootprint.pss);
    expect(nodes.map(({ gaps }: Answer) => gaps.length)).not.toContain(1);
  },
  pidof: ({ processes: { nodes } }) => expect(nodes).toHaveLength(3),
  killall: ({ processes: { nodes } }) => expect(nodes).toMatchObject([{ name: 'tailer', id: expect.any(String) }]),
  'killall, what was found'({ terminateProcess }) {
    expect(terminateProcess).toMatchObject({ affected: 1, errors: [] });
  },
};

test('there is each of them, and each is looked into', () =>
  expect(examples.map(({ title }) => title)).toEqual(Object.keys(CHECKS)));

const machine = examples.filter(({ title }) => title !== 'sensors');

describe.runIf(needsWorld())('the program', () => {
  beforeAll(async () => {
    world = await startWorld();
  }, 120_000);
  afterAll(() => world?.stop());

  test.each(machine)('$title', async (example) => {
    const told = { ...example.variables, ...(await VARIABLES[example.title]?.()) };
    await holds(world, example, async () => told, CHECKS[example.title]!);
    if (example.title.startsWith('killall,'))
      await expect.poll(() => idOf('tailer', 'id').catch(() => null)).toBeNull();
  });
});

// A virtual machine has none.
test('the program sensors, of a laptop that was recorded', async () => {
  const laptop = parseArchive(readFileSync(`${root}/test/fixtures/sensors-laptop.txt`, 'utf8'));
  const { query, answer } = examples.find(({ title }) => title === 'sensors')!;
  await withTree(laptop, async (sys) => {
    const { child, firstLine } = sysgraph('serve', '--port', '0', '--sys-root', sys);
    try {
      const response = await fetch(urlIn(await firstLine), {
        method: 'POST',
        headers: JSON_BODY,
        body: JSON.stringify({ query }),
      });
      const { data } = (await response.json()) as { data: Answer };
      CHECKS.sensors!(data);
      expect(invented(answer, data)).toEqual([]);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examplesIn } from '../support/document.ts';
import type { Answer } from '../support/operation.ts';
import { CONTAINER, holds, needsWorld, READERS, startWorld, type World } from '../support/world.ts';

// The questions of docs/queries.md, as they stand there, of a machine where it is known what there is to find.

const examples = examplesIn('docs/queries.md');
let world: World;

/** What a question needs to be told of this machine, which the document cannot know. */
const VARIABLES: Readonly<Record<string, () => object | Promise<object>>> = {
  'What started in the last five minutes?': () => ({ since: world.moment }),
  'Who has this file open?': () => ({ path: `${world.folder}/app.log` }),
  'When does this process end, and how?': async () => {
    // Of one whose parent is slow to ask, nobody is told: then it is another's turn.
    await world.newcomer();
    const { data } = await world.ask('{ processes(filter: { name: { eq: "newcomer" } }) { nodes { id pid } } }');
    const { id, pid } = data.processes.nodes.at(-1);
    setTimeout(() => world.run(`kill ${pid}`), 500);
    return { id };
  },
};

const names = (nodes: readonly { name: string }[]): string[] => nodes.map(({ name }) => name);
const inOrder = (nodes: readonly Answer[], of: (node: Answer) => number): boolean =>
  nodes.every((node, index) => index === 0 || of(nodes[index - 1]) >= of(node));

/** What must be in the answers, and what must not. */
const CHECKS: Readonly<Record<string, (data: Answer) => void>> = {
  'Who listens on port 5432, and under which service?'({ connections: { nodes } }) {
    const service = { name: 'postgres.service', status: 'RUNNING' };
    expect(nodes).toMatchObject([{ local: { port: 5432 }, owners: [{ process: { name: 'postgres', service } }] }]);
  },
  'What eats memory, by service and by container?'({ services, containers }) {
    expect(inOrder(services.nodes, ({ rss }) => rss)).toBe(true);
    const [postgres] = services.nodes.filter(({ key }: Answer) => key !== null);
    expect(postgres).toMatchObject({ key: 'postgres.service', count: 1 });
    expect(postgres.rss).toBeGreaterThan(64 * 2 ** 20);
    expect(containers.nodes).toMatchObject([
      { key: null, processes: [{ name: 'systemd' }] },
      { key: CONTAINER, count: 1, processes: [{ name: 'redis', container: { runtime: 'docker' } }] },
    ]);
  },
  'Which deleted files still take space?'({ processes: { nodes } }) {
    const [of] = nodes.filter(({ name }: Answer) => name === 'logger');
    expect(of.openFiles).toMatchObject([{ path: `${world.folder}/huge.log`, allocated: 2 ** 24 }]);
    expect(names(nodes)).not.toContain('tailer');
  },
  'Who talks to whom on this host?'({ connections: { nodes } }) {
    const ends = nodes.map(({ process: { name }, peer }: Answer) => `${name} ${peer.process.name}`);
    expect(ends.sort()).toEqual(['app postgres', 'postgres app']);
  },
  'What is the tree under nginx, with its threads?'({ processes: { nodes } }) {
    expect(nodes).toHaveLength(1);
    const [{ pid, threads, children }] = nodes;
    const pools = ['nginx', 'pool-0', 'pool-1', 'pool-2'];
    expect(names(threads)).toEqual(pools);
    expect(children.map(({ ppid }: Answer) => ppid)).toEqual([pid, pid]);
    for (const child of children) expect([child.name, names(child.threads)]).toEqual(['nginx', pools]);
  },
  'What started in the last five minutes?'({ processes: { nodes } }) {
    expect(inOrder(nodes, ({ createTime }) => Date.parse(createTime))).toBe(true);
    expect(names(nodes)).toContain('newcomer');
    for (const older of ['systemd', 'nginx', 'logger', 'busy']) expect(names(nodes)).not.toContain(older);
  },
  'Which processes wait for the disk?': ({ processes: { nodes } }) =>
    expect(nodes).toMatchObject([{ name: 'stuck', cpuTimes: {}, service: null }]),
  'What runs as root and listens beyond loopback?': ({ connections: { nodes } }) =>
    expect(nodes).toMatchObject([
      { local: { address: '0.0.0.0', port: 80 }, process: { name: 'nginx', service: { name: 'nginx.service' } } },
    ]),
  'What uses the CPUs?'({ system, processes: { nodes } }) {
    expect(nodes).toHaveLength(5);
    expect(inOrder(nodes, ({ cpuPercent }) => cpuPercent)).toBe(true);
    expect(nodes.find(({ name }: Answer) => name === 'busy').cpuPercent).toBeGreaterThan(0);
    expect(system.cpu.percent).toBeGreaterThan(0);
  },
  'Who writes to the disks?'({ processes: { nodes } }) {
    expect(nodes[0].name).toBe('writer');
    expect(nodes[0].ioRate.writeBytes).toBeGreaterThan(0);
  },
  'Which file systems are nearly full?'({ mounts }) {
    const at = (path: string) => mounts.find(({ mountpoint }: Answer) => mountpoint === path);
    expect(at('/srv')).toMatchObject({ fstype: 'ext4', gaps: [] });
    expect(at('/srv').usage.percent).toBeGreaterThan(90);
    expect(at('/').usage.percent).toBeLessThan(90);
  },
  'Who has this file open?': ({ processes: { nodes } }) => expect(names(nodes)).toEqual(['tailer']),
  'Which processes have ended without anybody asking how, and whose are they?': ({ processes: { nodes } }) =>
    expect(nodes).toMatchObject([
      { name: 'forgetful', parent: { name: 'forgetful', cmdline: [expect.stringContaining('forgetful'), 'neglect'] } },
    ]),
  'Which services have failed?': ({ services: { nodes } }) =>
    expect(nodes).toMatchObject([{ name: 'backup.service', subStatus: 'failed', binaryPath: '/bin/false' }]),
  'Who may run out of descriptors?'({ processes: { nodes } }) {
    expect(nodes).toHaveLength(3);
    expect(inOrder(nodes, ({ numFds }) => numFds)).toBe(true);
    expect(nodes[0].limits).toContainEqual({ resource: 'NOFILE', soft: expect.any(Number) });
  },
  'Who does not read what was sent to him?'({ connections: { nodes } }) {
    expect(nodes[0]).toMatchObject({ receiveQueue: 1000, local: { port: 5432 }, process: { name: 'postgres' } });
    expect(nodes[1]).toMatchObject({ receiveQueue: 0, process: { name: 'app' } });
  },
  'What runs in this container?'({ processes: { nodes } }) {
    expect(nodes).toMatchObject([{ name: 'redis', container: { containerId: CONTAINER, runtime: 'docker' } }]);
    expect(nodes[0].memory.rss).toBeGreaterThan(32 * 2 ** 20);
  },
  'Is the machine short of CPU, memory or disk?'({ system: { cpu, memory, pressure } }) {
    expect(cpu.percent).toBeGreaterThan(0);
    expect(memory.available).toBeLessThan(memory.total);
    expect(pressure.cpu.some.avg60).toBeGreaterThanOrEqual(0);
  },
  'With what settings does this service run?'({ service: { status, mainProcess } }) {
    expect([status, mainProcess.username]).toEqual(['RUNNING', 'nobody']);
    expect(mainProcess.environment).toContainEqual({ name: 'APP_MODE', value: 'production' });
    expect(JSON.stringify(mainProcess)).not.toContain('hunter2');
  },
  'When does this process end, and how?': ({ waitProcesses }) =>
    expect(waitProcesses).toEqual([{ exited: true, exit: { exitCode: null, signal: 'SIGTERM' }, error: null }]),
};

test('there are twenty, and each is looked into', () => {
  expect(examples).toHaveLength(20);
  expect(examples.map(({ title }) => title)).toEqual(Object.keys(CHECKS));
});

describe.runIf(needsWorld())('the question', () => {
  beforeAll(async () => {
    world = await startWorld();
  }, 120_000);
  afterAll(() => world?.stop());

  describe.each(READERS)('of a gateway that reads %s', (reader) => {
    test.each(examples)('$title', async (example) => {
      const told = async () => ({ ...example.variables, ...(await VARIABLES[example.title]?.()) });
      await holds({ ask: world.asks[reader] }, example, told, CHECKS[example.title]!);
    });

    test('and it is one', async () => {
      const { data } = await world.asks[reader]('{ gateway { reader } }');
      expect(data).toEqual({ gateway: { reader: reader.toUpperCase() } });
    });
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { crowd } from '../support/crowd.ts';
import { required } from '../support/host.ts';
import { needs, runs } from '../support/needs.ts';
import {
  type Answer,
  ask,
  type Operation,
  type Recording,
  recording,
  repeated,
  somewhere,
} from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const EXECUTE = join(import.meta.dirname, '../support/execute.ts');

// The oneshot contract: what an operation reads is what its selection needs, and no (process, source) pair twice.

/** 1 started 2 and 3, and 2 started 4, whose name the kernel has cut. */
const family: ScriptedRow[] = [
  { key: 1, ppid: 0, startTicks: 10, comm: 'init' },
  { key: 2, ppid: 1, startTicks: 20, comm: 'shell' },
  { key: 3, ppid: 1, startTicks: 30, comm: 'sleep' },
  { key: 4, ppid: 2, startTicks: 40, comm: 'gnome-keyring-d', isCommCut: true, cmdline: ['/bin/gnome-keyring-daemon'] },
].map((row) => ({ ...required, status: 'SLEEPING', isCommCut: false, isKernelThread: false, ...row }));

let rows: ScriptedRow[];
let host: Recording;

beforeEach(() => {
  rows = [...family];
  host = recording(scripted({ process: rows, system: [{ ...required, key: 0 }] }));
});

async function callsOf(query: string, operation?: Operation): Promise<string[]> {
  host.calls.length = host.pairs.length = 0;
  await ask(host.source, query, operation);
  expect(repeated(host.pairs)).toEqual([]);
  return [...host.calls];
}
const nodes = (selection: string): string => `{ processes { nodes { ${selection} } } }`;

describe('a source nobody selected is never opened', () => {
  test.each([
    ['pid', ['process nothing all']],
    ['pid gaps { field }', ['process nothing all']],
    ['id', ['process stat all']],
    ['pid ppid status createTime numThreads nice cpuNum isKernelThread', ['process stat+state+parent all']],
    ['ppid', ['process parent all']],
    ['name createTime numThreads isKernelThread', ['process stat all', 'process cmdline 4']],
    ['cpuTimes { user system iowait } pageFaults { minor }', ['process stat+state all']],
    ['memory { rss vms }', ['process statm all']],
    ['memory { swap }', ['process status all']],
    ['memory { __typename }', ['process nothing all']],
    ['username uids { real }', ['process ids all']],
    ['username ctxSwitches { voluntary }', ['process ids+status all']],
    ['cmdline', ['process stat+cmdline all']],
    ['ppid memory { rss peakRss } cmdline', ['process stat+parent+statm+status+cmdline all']],
  ])('processes { %s }', async (selection, calls) => expect(await callsOf(nodes(selection))).toEqual(calls));

  test.each([
    ['hostname', ['system os']],
    ['id', []],
    ['uptime', ['system boot']],
    ['memory { total }', ['system meminfo']],
    ['cpu { stats { interrupts } }', ['system stat']],
    ['hostname memory { total } loadAverage { one }', ['system os+meminfo+loadavg']],
    // Groups of one type, of the columns of two tables.
    ['network { bytesSent }', ['system network']],
    ['networkInterfaces { io { bytesSent } }', ['system network', 'network io all']],
    ['networkInterfaces { name }', ['system network', 'network link all']],
    ['networkInterfaces { duplex }', ['system network', 'network link+ethtool all']],
  ])('system { %s }', async (selection, calls) => expect(await callsOf(`{ system { ${selection} } }`)).toEqual(calls));

  test('interfaces are asked for together with the system they hang on', async () => {
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const read: typeof host.source.read = async (table, ...more) => {
      if (table.name === 'network') isAsked();
      if (table.name === 'system') await asked;
      return host.source.read(table, ...more);
    };
    const { errors } = await ask({ ...host.source, read }, '{ system { hostname networkInterfaces { name } } }');
    expect(errors).toBeUndefined();
  });
  test('addresses are read together with all interfaces, and once more of one that had none', async () => {
    const network = [1, 2].map((key) => ({ ...required, key, name: `eth${key}`, flags: ['up'] }));
    const address = [{ key: 1, family: 'INET', address: '10.0.0.1' }];
    const { source, calls } = recording(scripted({ system: [{ ...required, key: 0 }], network, address }));
    const { system } = await ask(source, '{ system { networkInterfaces { name addresses { address } } } }');
    expect(calls).toEqual(['system network', 'network link all', 'address addresses all', 'address addresses 2']);
    expect(system.networkInterfaces).toEqual([{ name: 'eth1', addresses: [{ address: '10.0.0.1' }] }]);
  });
  test('a page that is only counted reads nobody', async () =>
    expect(await callsOf('{ processes { totalCount } }')).toEqual(['process nothing all']));
  test('a page of two reads two', async () =>
    expect(await callsOf('{ processes(first: 2) { totalCount nodes { memory { rss } } } }')).toEqual([
      'process nothing all',
      'process statm 1,2',
    ]));
});

describe('however a selection is written', () => {
  test('aliases', async () =>
    expect(await callsOf(nodes('a: ppid b: ppid c: nice'))).toEqual(['process state+parent all']));
  test('fragments, one inside the other', async () =>
    expect(
      await callsOf(
        `query { processes { ...page } }
         fragment page on ProcessPage { nodes { ...row ... on Node { id } ... @include(if: true) { memory { rss } } } }
         fragment row on Process { nice ...more }
         fragment more on Process { username }`,
      ),
    ).toEqual(['process stat+state+statm+ids all']));
  test.each([
    [true, ['process statm all']],
    [false, ['process ids all']],
  ])('@skip and @include, by a variable that is %s', async (yes, calls) =>
    expect(
      await callsOf(
        `query ($yes: Boolean!) { processes { nodes {
           memory @include(if: $yes) { rss }
           username @skip(if: $yes)
           cmdline @skip(if: true)
         } } }`,
        { variables: { yes } },
      ),
    ).toEqual(calls),
  );
  test('a variable with a default', async () =>
    expect(
      await callsOf(`query ($no: Boolean! = false) { processes { nodes { pid nice @include(if: $no) } } }`),
    ).toEqual(['process nothing all']));
  test('the same document with other variables is another selection', async () => {
    const query = 'query ($yes: Boolean!) { processes { nodes { pid nice @include(if: $yes) } } }';
    expect(await callsOf(query, { variables: { yes: true } })).toEqual(['process state all']);
    expect(await callsOf(query, { variables: { yes: false } })).toEqual(['process nothing all']);
  });
});

describe('no pair is read twice', () => {
  test('by two aliases of the list with different fields', async () =>
    expect(
      await callsOf('{ a: processes { nodes { name nice } } b: processes { nodes { nice memory { rss } } } }'),
    ).toEqual(['process stat+state+statm all', 'process cmdline 4']));
  test('by two aliases of one process', async () =>
    expect(await callsOf('{ a: process(pid: 1) { nice } b: process(pid: 1) { nice username } }')).toEqual([
      'process stat+state+ids 1',
    ]));
  test('by processes of different needs', async () =>
    expect(
      await callsOf('{ a: process(pid: 1) { nice } b: process(pid: 2) { username } c: process(pid: 3) { nice } }'),
    ).toEqual(['process stat+state 1,3', 'process stat+ids 2']));
  test('by one process and the list', async () => {
    await callsOf('{ process(pid: 1) { nice memory { rss } } processes { nodes { nice } } }');
    expect(host.pairs.filter((pair) => pair.startsWith('process state '))).toHaveLength(4);
  });
  test('by a name that needs the command line: those of all, at once', async () =>
    expect(await callsOf(nodes('name'))).toEqual(['process stat all', 'process cmdline 4']));
  test('by a name where the command line is there already', async () =>
    expect(await callsOf(nodes('name cmdline'))).toEqual(['process stat+cmdline all']));
});

describe('the tree', () => {
  test('children are one pass for the operation, and one batch', async () => {
    expect(await callsOf('{ process(pid: 1) { children { pid memory { rss } } } }')).toEqual([
      'process stat+parent 1',
      'process stat+parent all but 1',
      'process statm 2,3',
    ]);
  });
  test('all descendants, and the children of each, are the same pass', async () =>
    expect(await callsOf('{ process(pid: 1) { children(recursive: true) { pid children { pid } } } }')).toEqual([
      'process stat+parent 1',
      'process stat+parent all but 1',
    ]));
  test('parents are read one after the other, or known', async () => {
    expect(await callsOf('{ process(pid: 4) { parents { pid } parent { memory { rss } } } }')).toEqual([
      'process stat+parent 4',
      'process stat+parent 2',
      'process stat+parent 1',
      'process statm 2',
    ]);
    expect(await callsOf(nodes('parents { pid } parent { pid }'))).toEqual(['process stat+parent all']);
  });
  test('the children of 5,000 processes', async () => {
    for (let key = 5; key <= 5_000; key++)
      rows.push({ ...family[1]!, key, ppid: (key >> 1) + 1, startTicks: key * 10 });
    expect(await callsOf(nodes('pid children { pid memory { rss } }'))).toEqual([
      'process stat+parent all',
      expect.stringMatching(/^process statm 2,3(,\d+){4997}$/),
    ]);
  });
  test('has the members it has', async () => {
    const data = await ask(host.source, '{ process(pid: 1) { children(recursive: true) { pid parents { pid } } } }');
    expect(data.process.children).toEqual([
      { pid: 2, parents: [{ pid: 1 }] },
      { pid: 4, parents: [{ pid: 2 }, { pid: 1 }] },
      { pid: 3, parents: [{ pid: 1 }] },
    ]);
  });
  test('a pid that was used again has no children from before', async () => {
    rows[0] = { ...family[0]!, startTicks: 25 };
    const { process } = await ask(host.source, '{ process(pid: 1) { children { pid } } }');
    expect(process.children).toEqual([{ pid: 3 }]);
    const child: Answer = await ask(host.source, '{ process(pid: 2) { parent { pid } parents { pid } } }');
    expect(child.process).toEqual({ parent: null, parents: [] });
  });
  test('a cycle, which a pass that takes time can see, ends', async () => {
    rows.splice(0, 4, { ...family[0]!, ppid: 2 }, { ...family[1]!, startTicks: 10 });
    const query = '{ process(pid: 1) { children(recursive: true) { pid } parents { pid } } }';
    expect((await ask(host.source, query)).process).toEqual({
      children: [{ pid: 2 }],
      parents: [{ pid: 2 }, { pid: 1 }],
    });
  });
});

describe('services', () => {
  const asked: (readonly string[])[] = [];
  beforeEach(() => {
    asked.length = 0;
    const choices = { manager: 'SYSTEMD', status: 'RUNNING', startType: 'AUTOMATIC' };
    const service = ['a.service', 'b.service'].map((name, index) => ({ ...choices, key: index + 1, name, pid: 2 }));
    rows.forEach((row, index) => {
      rows[index] = { ...row, serviceNames: [[], ['a.service'], ['b.service', 'a.service'], []][index] };
    });
    const serviceKeys = async (names: readonly string[]) => {
      asked.push(names);
      return names.map((name) => service.find((row) => row.name === name)?.key ?? null);
    };
    host = recording({ ...scripted({ process: rows, service }), serviceKeys });
  });

  test('of processes are one look-up and one batch', async () => {
    expect(await callsOf(nodes('service { name status }'))).toEqual(['process cgroup all', 'service units 1,2']);
    // By each executor.
    expect(asked).toEqual(Array(2).fill(['a.service', 'b.service']));
  });
  test('have their processes by one pass', async () =>
    expect(await callsOf('{ services { nodes { name processes { pid memory { rss } } } } }')).toEqual([
      'service units all',
      'process cgroup all',
      'process statm 2,3',
    ]));
  test('that share a process have it each, and it the first of them', async () => {
    const query = `{ services { nodes { name processes { pid } } } process(pid: 3) { service { name } } }`;
    const { services, process } = await ask(host.source, query);
    expect(services.nodes.map(({ processes }: Answer) => processes.map(({ pid }: Answer) => pid))).toEqual([
      [2, 3],
      [3],
    ]);
    expect(process.service).toEqual({ name: 'b.service' });
  });
  test('have a main process only if that is part of them', async () => {
    const query = '{ services { nodes { mainProcess { pid } } } }';
    const { services } = await ask(host.source, query);
    expect(services.nodes).toEqual([{ mainProcess: { pid: 2 } }, { mainProcess: null }]);
  });
  test('are filtered by the list alone, and only those that pass are asked about', async () =>
    expect(await callsOf('{ services(filter: { name: { startsWith: "b" } }) { totalCount nodes { pid } } }')).toEqual([
      'service units all',
      'service unit 2',
    ]));
  test('of a page of one cost what one costs', async () =>
    expect(await callsOf('{ services(first: 1) { totalCount nodes { pid } } }')).toEqual([
      'service units all',
      'service unit 1',
    ]));
});

describe('identity', () => {
  const idOf = async (pid: number) => (await ask(host.source, `{ process(pid: ${pid}) { id } }`)).process.id;
  const nodeOf = (id: string) => ask(host.source, 'query ($id: ID!) { node(id: $id) { id } }', { variables: { id } });

  test('a process that is not there is null', async () =>
    expect(await ask(host.source, '{ process(pid: 9) { pid name } }')).toEqual({ process: null }));
  test('an id finds its process', async () => {
    const id = await idOf(2);
    expect(await nodeOf(id)).toEqual({ node: { id } });
    expect(host.calls).toEqual(['process stat 2', 'process stat 2']);
  });
  test('an id never finds a later process of the same pid', async () => {
    const id = await idOf(2);
    rows[1] = { ...family[1]!, startTicks: 21 };
    expect(await nodeOf(id)).toEqual({ node: null });
  });
  test('an id from before the host was started anew finds nothing, and reads nothing', async () => {
    const id = await idOf(2);
    const later = recording(scripted({ process: rows }), { ...somewhere, bootId: 'later' });
    const query = 'query ($id: ID!) { node(id: $id) { id } }';
    expect(await ask(later.source, query, { variables: { id } })).toEqual({ node: null });
    expect(later.calls).toEqual([]);
  });
  test('an id of another host is told apart from a bad one', async () => {
    const id = await idOf(2);
    const other = scripted({ process: rows }, { ...somewhere, machineId: 'other' });
    const query = 'query ($id: ID!) { node(id: $id) { id } }';
    await expect(ask(other, query, { variables: { id } })).rejects.toThrow('another host');
    await expect(ask(host.source, query, { variables: { id: '2' } })).rejects.toThrow('this is not an id');
  });
  test('a node costs what is selected on its type', async () => {
    const id = await idOf(2);
    const query = `query ($id: ID!) { node(id: $id) {
      ... on Process { memory { rss } } ... on System { hostname }
    } }`;
    expect(await callsOf(query, { variables: { id } })).toEqual(['process stat+statm 2']);
  });
});

describe.runIf(needs('strace', () => runs('strace', '-qq', 'true')))('the kernel sees', () => {
  test('the stat of each process opened once, and nothing else of it', async () => {
    const { pids, stop } = await crowd({ count: 50 });
    try {
      const query = nodes('pid ppid status numThreads cpuTimes { user system } createTime');
      const seen = await withTree({}, (directory) => {
        const log = join(directory, 'strace');
        const program = ['--import', 'tsx', EXECUTE, query];
        execFileSync('strace', ['-f', '-qq', '-e', 'trace=file', '-o', log, process.execPath, ...program], {
          cwd: root,
        });
        return readFileSync(log, 'utf8').split('\n');
      });
      const lines = pids.map((pid) => seen.filter((line) => new RegExp(`\\b${pid}/`).test(line)));
      expect(lines.map((each) => each.map((line) => line.replace(/^\d+ +/, '').replace(/\(\d+, /, '(')))).toEqual(
        pids.map((pid) => [expect.stringMatching(`^openat\\("${pid}/stat", O_RDONLY\\|O_CLOEXEC\\) = `)]),
      );
    } finally {
      await stop();
    }
  });
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, linkSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source, type ThreadRow } from '../../native/index.ts';
import { process as processSpec } from '../../native/spec/process.ts';
import { crowd } from '../support/crowd.ts';
import { ALL_ACCESS } from '../support/everything.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask, execute, gapLines, recording } from '../support/operation.ts';
import { listOf, processesOf, processStatus, readList, readProcesses, statLine, withHost } from '../support/reading.ts';
import { link, plant, withTree } from '../support/tree.ts';

// What psutil's users ran into, by the numbers of docs/psutil.md: each test shows what is right.

let source: Source;
beforeAll(async () => {
  source = await openLocal();
});
const of = async (pid: number, selection: string): Promise<Answer> =>
  (await ask(source, `{ process(pid: ${pid}) { ${selection} gaps { field reason } } }`, { access: ALL_ACCESS }))
    .process;

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** The same source, and how many files or calls each of its sources took since that was asked before. */
function counting(of: Source): { source: Source; readsOf: () => [string, number][] } {
  const reads = new Map<string, number>();
  const read: Source['read'] = async (table, ...rest) => {
    const batch = await of.read(table, ...rest);
    for (const [index, count] of batch.reads.entries()) {
      const name = `${table.name} ${table.sources[index]}`;
      if (count > 0) reads.set(name, (reads.get(name) ?? 0) + count);
    }
    return batch;
  };
  const readsOf = () => {
    const since = [...reads];
    reads.clear();
    return since;
  };
  return { source: { ...of, read }, readsOf };
}

const cat = () => spawn('/bin/cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });

describe('parsing', () => {
  test('pitfall 1: a name may hold blanks and parentheses', async () => {
    const rows = await processesOf({ '7/stat': statLine({ comm: 'a) S 1 (b' }) }, ['stat', 'state', 'parent']);
    expect(rows.get(7)).toMatchObject({ comm: 'a) S 1 (b', ppid: 4, startTicks: 22 });
  });
  test('pitfall 2: a name the kernel cut is told in full, and as it is without arguments', async () => {
    const stat = statLine({ comm: 'x'.repeat(15), fields: { 9: 0 } });
    const named = (tree: object) =>
      withHost(
        { '7/stat': stat, ...tree },
        async (host) => (await ask(host, '{ process(pid: 7) { name } }')).process.name,
      );
    expect(await named({ '7/cmdline': `/bin/${'x'.repeat(20)}\0` })).toBe('x'.repeat(20));
    expect(await named({ '7/cmdline': { dir: true } })).toBe('x'.repeat(15));
  });
  test('pitfall 3: arguments rewritten as one text are split at blanks, and only then', async () => {
    const args = async (cmdline: string) =>
      (await processesOf({ '7/stat': statLine(), '7/cmdline': cmdline }, ['cmdline'])).get(7)!.cmdline;
    expect(await args('a b\0c\0')).toEqual(['a b', 'c']);
    expect(await args('nginx: worker process')).toEqual(['nginx:', 'worker', 'process']);
    expect(await args('a\0\0')).toEqual(['a', '']);
  });
  test('pitfall 4: a stat may lack its last fields, or have more', async () => {
    const tree = { '7/stat': statLine({ last: 41 }), '8/stat': statLine({ last: 60 }) };
    const rows = await processesOf(tree, ['stat', 'state', 'parent']);
    expect([rows.get(7)!.cpuTimesIowait, rows.get(8)!.cpuTimesIowait]).toEqual([null, 0.42]);
  });
  test('pitfall 6: a blank line in io and odd lines in smaps are skipped', async () => {
    const io = 'rchar: 1\n\nwchar: 2\nsyscr: 3\nsyscw: 4\n';
    const smaps =
      '00400000-00401000 r-xp 00000000 fe:00 1 /a\nRss: 4 kB\n\nVmFlags: rd\nTHPeligible\nProtectionKey:  0\n';
    const rows = await processesOf({ '7/stat': statLine(), '7/io': io, '7/smaps_rollup': smaps }, ['io', 'rollup']);
    expect(rows.get(7)).toMatchObject({ ioReadCount: 3, memoryFootprintUss: 0, faults: null });
  });
  test('pitfall 7: a file longer than any buffer is read to its end', async () => {
    const cmdline = `${'x'.repeat(300_000)}\0end\0`;
    const rows = await processesOf({ '7/stat': statLine(), '7/cmdline': cmdline }, ['cmdline']);
    expect(rows.get(7)!.cmdline).toEqual(['x'.repeat(300_000), 'end']);
  });
  test('pitfall 8: what is no UTF-8 is told so that it can be told back', async () => {
    const bytes = Buffer.from('/\xff\xe9a', 'latin1');
    const tree = {
      '7/stat': statLine({ comm: bytes }),
      '7/cmdline': bytes,
      '7/exe': link(bytes),
      '7/cwd': link(bytes),
    };
    const row = (await processesOf(tree, ['stat', 'cmdline', 'exe', 'cwd'])).get(7)!;
    const told = '/\\xff\\xe9a';
    expect([row.comm, row.cmdline, row.exe, row.cwd]).toEqual([told, [told], told, told]);
  });
});

describe('pitfall 9: " (deleted)"', () => {
  const open = (path: string, flags: string) => openSync(path, flags);

  test('is said of files that are gone, and is a name like any other', () =>
    withTree({ gone: '', 'named (deleted)': '', twin: '', kept: '' }, async (directory) => {
      linkSync(`${directory}/twin`, `${directory}/other`);
      const fds = ['gone', 'named (deleted)', 'twin', 'kept'].map((name) => open(`${directory}/${name}`, 'r'));
      rmSync(`${directory}/gone`);
      rmSync(`${directory}/twin`);
      renameSync(`${directory}/kept`, `${directory}/moved`);
      try {
        const { openFiles } = await of(process.pid, 'openFiles { path fd deleted }');
        const mine = openFiles.filter(({ fd }: Answer) => fds.includes(fd));
        expect(mine.map(({ path, deleted }: Answer) => [path.slice(directory.length + 1), deleted])).toEqual([
          ['gone', true],
          ['named (deleted)', false],
          ['twin', true],
          ['moved', false],
        ]);
      } finally {
        fds.forEach(closeSync);
      }
    }));

  test.each([
    [true, 'program'],
    [false, 'program (deleted)'],
  ])('of a program and its folder and its maps (gone: %j)', (gone, name) =>
    withTree({ 'folder/x': '' }, async (directory) => {
      execFileSync('cp', ['/bin/cat', `${directory}/${name}`]);
      chmodSync(`${directory}/${name}`, 0o755);
      const child = spawn(`${directory}/${name}`, [], {
        cwd: `${directory}/folder`,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      child.stdin!.write('x');
      await once(child.stdout!, 'data');
      try {
        if (gone) rmSync(`${directory}/${name}`);
        if (gone) rmSync(`${directory}/folder`, { recursive: true });
        const { exe, cwd, memoryMaps } = await of(child.pid!, 'exe cwd memoryMaps { path }');
        expect([exe, cwd]).toEqual([`${directory}/${name}`, `${directory}/folder`]);
        expect(memoryMaps.map(({ path }: Answer) => path)).toContain(`${directory}/${name}`);
      } finally {
        await ended(child);
      }
    }),
  );
});

describe('races and errors', () => {
  test('pitfall 11: a process that is gone is gone, and a file it does not have is not', async () => {
    const rows = await processesOf({ '7/stat': statLine() }, ['stat', 'exe', 'io']);
    expect(['stat', 'exe', 'io'].map((name) => processStatus(rows.get(7), name))).toEqual(['OK', 'ABSENT', 'ABSENT']);
    const child = cat();
    await ended(child);
    expect(await of(child.pid!, 'pid')).toBeNull();
    const [row] = await readProcesses(source, undefined, { keys: [child.pid!] });
    expect(new Set(row!.faults!.map(({ status }) => status))).toEqual(new Set(['GONE']));
  });
  test('pitfall 12: of a process that is gone no list is empty', async () => {
    const child = cat();
    await ended(child);
    for (const list of ['threads', 'openFiles', 'memoryMaps', 'environment', 'limits'])
      expect((await readList(source, list, [child.pid!]))[0]?.faults?.[0]?.status).toBe('GONE');
  });
  test('pitfall 14 and defect 10.2: a thread of the kernel is alive and has nothing', async () => {
    const query = `{ processes(filter: { isKernelThread: true }) { nodes {
      pid exe cmdline environment { name } openFiles { fd } memoryMaps { path } memoryFootprint { uss }
      gaps { field }
    } } }`;
    const { processes } = await ask(source, query, { access: ALL_ACCESS });
    const nothing = {
      exe: null,
      cmdline: [],
      environment: [],
      openFiles: [],
      memoryMaps: [],
      memoryFootprint: { uss: 0 },
    };
    expect(processes.nodes.length).toBeGreaterThan(0);
    for (const thread of processes.nodes) expect(thread).toMatchObject({ ...nothing, gaps: [] });
  });
  test('pitfall 15: a link that cannot be followed is left out, and the others are told', async () =>
    withTree({ file: '' }, async (directory) => {
      const tree = {
        '7/stat': statLine(),
        '7/fd/3': link(`${directory}/file`),
        '7/fd/4': 'no link',
        '7/fd/5': link('x'.repeat(4095)),
      };
      const info = { '7/fdinfo/3': 'pos:\t5\nflags:\t0102001\n', '7/fdinfo/4': '', '7/fdinfo/5': '' };
      const rows = await listOf<never>({ ...tree, ...info }, 'openFiles');
      expect(rows).toMatchObject([
        { path: `${directory}/file`, fd: 3, position: 5, mode: 'a', flags: 0o102001, deleted: false },
      ]);
    }));
  test('a zombie has gaps for what ended with it, and the rest', async () => {
    const company = await crowd({ count: 1, zombies: 1 });
    try {
      const lost = 'exe cwd cmdline environment { name } memoryMaps { path }';
      const left = 'io { readCount } numFds openFiles { fd } memoryFootprint { uss } threads { tid }';
      const zombie = await of(company.pids[0]!, `${lost} ${left}`);
      expect(gapLines(zombie.gaps)).toEqual(
        ['exe', 'cwd', 'cmdline', 'environment', 'memoryMaps'].map((field) => `${field} ZOMBIE`),
      );
      expect(zombie).toMatchObject({ io: { readCount: 0 }, numFds: 0, openFiles: [], memoryFootprint: { uss: 0 } });
      expect(zombie.threads).toEqual([{ tid: company.pids[0] }]);
    } finally {
      await company.stop();
    }
  });
});

describe('identity and numbers', () => {
  const family = (child: Record<number, number>) => ({
    stat: 'btime 1\n',
    '5/stat': statLine({ fields: { 4: 1, 22: 100 } }),
    '7/stat': statLine({ fields: { 4: 5, ...child } }),
  });
  const tree = '{ process(pid: 5) { children { pid } } process7: process(pid: 7) { parent { pid } } }';

  test('pitfall 19: an id never comes to mean a later process of the same pid', () =>
    withHost({ '7/stat': statLine({ fields: { 22: 100 } }) }, async (host, root) => {
      const { id } = (await ask(host, '{ process(pid: 7) { id } }')).process;
      const again = () => ask(host, `{ node(id: "${id}") { id } }`);
      expect(await again()).toEqual({ node: { id } });
      plant(root, { '7/stat': statLine({ fields: { 22: 101 } }) });
      expect(await again()).toEqual({ node: null });
    }));
  test('pitfall 20 and defect 10.14: a clock that steps changes neither who is who nor whose child', () =>
    withHost(family({ 22: 200 }), async (host, root) => {
      const id = async () => (await ask(host, '{ process(pid: 7) { id } }')).process.id;
      const before = await id();
      plant(root, { stat: 'btime 1000000\n' });
      expect(await id()).toBe(before);
      expect(await ask(host, tree)).toEqual({ process: { children: [{ pid: 7 }] }, process7: { parent: { pid: 5 } } });
    }));
  test('pitfall 22: the parent is asked for anew, since it may have ended', async () => {
    const child = spawn('sh', ['-c', 'sh -c "echo \\$\\$; read x" & read y'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = await once(child.stdout!, 'data');
    const pid = Number(String(line));
    expect((await of(pid, 'ppid'))?.ppid ?? child.pid).toBe(child.pid);
    await ended(child);
    const orphan = await of(pid, 'ppid');
    if (orphan !== null) {
      expect(orphan.ppid).not.toBe(child.pid);
      process.kill(pid, 'SIGKILL');
    }
  });
  test('pitfall 27: no limit is null, and neither -1 nor a number', async () => {
    const { limits } = await of(process.pid, 'limits { resource soft hard }');
    const unlimited = limits.find(({ resource }: Answer) => resource === 'FSIZE');
    expect(unlimited).toEqual({ resource: 'FSIZE', soft: null, hard: null });
  });
  test('pitfall 28: affinity is of any number of CPUs, and one that was set', async () => {
    const child = cat();
    try {
      execFileSync('taskset', ['-pc', '0', String(child.pid)], { stdio: 'ignore' });
      expect(await of(child.pid!, 'cpuAffinity eligibleCpus')).toMatchObject({ cpuAffinity: [0], eligibleCpus: [0] });
      const { cpuAffinity } = await of(process.pid, 'cpuAffinity');
      expect(cpuAffinity.length).toBeLessThanOrEqual(cpus().length);
    } finally {
      await ended(child);
    }
  });
});

describe('robustness and cost', () => {
  test('pitfall 33: many operations at once tell the same as one', async () => {
    const query = '{ processes { nodes { pid username exe memoryFootprint { uss } terminal } } }';
    const answers = await Promise.all(Array.from({ length: 20 }, () => execute(source, query)));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  });
  test('pitfall 34: of a big host one file of each process is read, and for sockets without holders none', async () => {
    const many = await crowd({ count: 500 });
    try {
      const { source: counted, readsOf } = counting(source);
      const listed = await ask(counted, '{ processes { nodes { pid ppid status createTime } } }');
      const { length } = listed.processes.nodes;
      expect(length).toBeGreaterThan(500);
      const [stat, ...others] = readsOf();
      expect([stat![0], others]).toEqual(['process stat', []]);
      // Who ended meanwhile was looked for.
      expect(stat![1] - length).toBeGreaterThanOrEqual(0);
      expect(stat![1] - length).toBeLessThan(50);
      await ask(counted, '{ connections(kind: ALL) { nodes { status local { port } } } }');
      expect(readsOf().map(([name]) => name)).toEqual(['connection sockets']);
      await ask(counted, '{ connections(kind: ALL) { nodes { owners { pid } } } }');
      const holders = readsOf().find(([name]) => name === 'owner socketFds')!;
      expect(holders[1]).toBeLessThan(length + 50);
    } finally {
      await many.stop();
    }
  });
  test('pitfall 35: no page table is walked unless somebody asks for what stands there', async () => {
    const host = recording(source);
    await ask(host.source, '{ processes { nodes { pid name memory { rss vms shared swap } } } }');
    expect(host.calls.filter((call) => /rollup|smaps/.test(call))).toEqual([]);
    expect(processSpec.columns.filter(({ source: from }) => from === 'rollup').map(({ path }) => path)).toEqual(
      ['uss', 'pss', 'swap'].map((name) => `memoryFootprint.${name}`),
    );
  });
});

describe('defects of psutil', () => {
  test('defect 10.3: the name of a thread ends at its last parenthesis', async () => {
    const thread = statLine({ comm: ') ) ) ) )', fields: { 14: 0, 15: 0 } });
    const rows = await listOf<ThreadRow>({ '7/stat': statLine(), '7/task/7/stat': thread }, 'threads');
    expect(rows).toMatchObject([{ name: ') ) ) ) )', cpuTimesUser: 0, cpuTimesSystem: 0 }]);
  });
  test('defect 10.4: nobody chooses his owner by his name', async () => {
    const status = 'Name:\tUid:\t7\t7\t7\t7\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nThreads:\t1\n';
    const rows = await processesOf({ '7/stat': statLine(), '7/status': status }, ['ids']);
    expect(rows.get(7)).toMatchObject({ uidsReal: 1, uidsEffective: 2, gidsReal: 5 });
  });
  test('defect 10.9: a pid that no process can have is a wrong question, and no crash', async () => {
    const { errors } = await execute(source, `{ process(pid: ${2 ** 40}) { pid } }`);
    expect(errors?.length).toBe(1);
    expect(await ask(source, `{ process(pid: ${2 ** 31 - 1}) { pid } }`)).toEqual({ process: null });
  });
  test('defect 10.10: one argument with a blank in it is one, and a title is not one argument', async () => {
    const args = (size: number | null) =>
      withHost(
        { '7/stat': statLine({ fields: { 48: 1000, 49: size === null ? 0 : 1000 + size } }), '7/cmdline': 'my prog\0' },
        async (host) => (await ask(host, '{ process(pid: 7) { cmdline } }')).process.cmdline,
      );
    expect(await args(8)).toEqual(['my prog']);
    expect(await args(null)).toEqual(['my prog']);
    expect(await args(5)).toEqual(['my', 'prog']);
  });
  test('defect 10.15: one process that cannot be read hides no others', async () => {
    const tree = {
      '1/stat': statLine({ fields: { 4: 0, 22: 1 } }),
      '7/stat': statLine({ fields: { 4: 1 } }),
      '8/stat': { dir: true } as const,
    };
    const answer = await withHost(tree, (host) => ask(host, '{ process(pid: 1) { children { pid } } }'));
    expect(answer.process.children).toEqual([{ pid: 7 }]);
  });
  test('defect 10.17: files that are deleted and still open are told, and sockets and folders are no files', () =>
    withTree({ 'folder/big': 'x' }, async (directory) => {
      const [big, folder] = [openSync(`${directory}/folder/big`, 'a+'), openSync(`${directory}/folder`, 'r')];
      rmSync(`${directory}/folder/big`);
      try {
        const { openFiles, numFds } = await of(process.pid, 'openFiles { path fd mode deleted size allocated } numFds');
        expect(openFiles.find(({ fd }: Answer) => fd === big)).toEqual({
          path: `${directory}/folder/big`,
          fd: big,
          mode: 'a+',
          deleted: true,
          size: 1,
          allocated: 4096,
        });
        expect(openFiles.some(({ fd }: Answer) => fd === folder)).toBe(false);
        expect(Math.abs(numFds - readdirSync('/proc/self/fd').length)).toBeLessThan(10);
      } finally {
        [big, folder].forEach(closeSync);
      }
    }));
});

const script = needs('script', () => runs('script', '--version'), 'apt-get install bsdutils');

describe.runIf(script)('a terminal', () => {
  test('that was made after the others were looked for is known, and one without is null', async () => {
    await readProcesses(source, ['stat', 'state', 'parent']);
    const child = spawn('script', ['-qefc', 'tty; cat', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      const [line] = await once(child.stdout!, 'data');
      const [row] = (await of(child.pid!, 'children { terminal }')).children;
      expect(row.terminal).toBe(String(line).trim());
      expect(row.terminal).toMatch(/^\/dev\/pts\/\d+$/);
    } finally {
      await ended(child);
    }
  });
});

describe('priorities', () => {
  test.each([
    [['-c', '3'], { ioClass: 'IDLE', value: expect.any(Number) }],
    [['-c', '2', '-n', '6'], { ioClass: 'BEST_EFFORT', value: 6 }],
  ])('ionice %j', async (flags, expected) => {
    const child = spawn('ionice', [...flags, 'nice', '-n', '7', 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin!.write('x');
    await once(child.stdout!, 'data');
    try {
      expect(await of(child.pid!, 'nice ioNice { ioClass value }')).toMatchObject({ nice: 7, ioNice: expected });
    } finally {
      await ended(child);
    }
  });
});

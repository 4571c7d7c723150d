// What the tiers may spend: system calls for a process, descriptors, and memory.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source, type Use } from '../../native/index.ts';
import { type Crowd, crowd } from '../support/crowd.ts';
import { needs, runs } from '../support/needs.ts';
import { processesOf, readProcesses, statLine } from '../support/reading.ts';
import { type Held, sockets } from '../support/sockets.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const SIZE = 60;
const REREAD = join(import.meta.dirname, '../support/reread.ts');
const TICKING = join(import.meta.dirname, '../support/ticking.ts');

let company: Crowd;
beforeAll(async () => {
  company = await crowd({ count: SIZE, names: ['worker'] });
});
afterAll(() => company.stop());

/** The children of the process that makes them. */
const threadsOfKernel = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name).split(') ')[1]?.split(' ')[1] === '2')
    .map(Number);

/** Nothing of one that has just ended. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

interface Reread {
  readonly use: Use;
  readonly reads: Readonly<Record<string, number>>;
}

/** Reads these sources of all processes, again and again, inside of whatever stands before. */
function reread(sources: string, { inside = [], flags = [] }: { inside?: string[]; flags?: string[] } = {}): Reread {
  const [command, ...args] = [...inside, process.execPath, '--import', 'tsx', REREAD, ...flags, ...sources.split(' ')];
  return JSON.parse(execFileSync(command!, args, { cwd: root, encoding: 'utf8' }));
}

const isTraced = needs('strace', () => runs('strace', '-qq', 'true'));

describe.runIf(isTraced)('system calls for a tick of the system, its CPUs and sensors', () => {
  let ticks: string[];
  beforeAll(() =>
    withTree({}, async (directory) => {
      const log = join(directory, 'strace');
      const tracing = ['-f', '-qq', '-y', '-s', '20', '-o', log];
      execFileSync('strace', [...tracing, process.execPath, '--import', 'tsx', TICKING], { cwd: root });
      ticks = readFileSync(log, 'utf8').split('"/again"').slice(3, -1);
    }),
  );
  /** In the best of them: one that takes long is still at work when the next one begins. */
  const least = (call: RegExp): number => Math.min(...ticks.map((tick) => tick.match(call)?.length ?? 0));

  test('one way to a thread and back', () => expect(least(/ write\(\d+<anon_inode:\[eventfd\]>/g)).toBe(1));
  test('no file of proc is opened again', () => expect(least(/ openat\([^"]*"\/proc\//g)).toBe(0));
  test('each of eight files is read once, to its end, but for the one of which half is enough', () =>
    expect(least(/ pread64\(/g)).toBe(15));
});

describe.runIf(isTraced)('system calls for a process at rest', () => {
  /** What the kernel was asked of each of these, by looks: in the first ones there is nothing kept yet. */
  const looksOf = (pids: readonly number[], sources: string, flags: string[]): Promise<string[][][]> =>
    withTree({}, async (directory) => {
      const log = join(directory, 'strace');
      const inside = ['strace', '-f', '-qq', '-y', '-s', '300', '-o', log];
      reread(sources, { inside, flags: ['--times', '6', ...flags] });
      const looks = readFileSync(log, 'utf8').split('"/again"').slice(3, -1);
      return looks.map((look) => {
        const lines = look.split('\n').map((line) => line.replace(/^\d+ +/, ''));
        return pids.map((pid) => {
          // strace has no name for it: all bits but those of the pid, and which clock.
          const clock = (((~pid << 3) | 2) >>> 0).toString(16);
          const path = `\\d+</proc/${pid}/|\\d+</proc>, "${pid}[/"]|[^"]*"/proc/${pid}/`;
          const isOf = new RegExp(`^(\\w+\\((${path})|clock_gettime\\(0x${clock} |pidfd_open\\(${pid},)`);
          const begun = lines.filter((line) => isOf.test(line));
          return begun.map((line) => line.slice(0, line.indexOf('(')));
        });
      });
    });

  /** How many were asked of as few as can be, in the best of the looks: who happens to run is read. */
  async function spared(
    sources: string,
    flags: string[],
    callsOf: (pid: number) => readonly string[],
    pids: readonly number[] = company.pids,
  ): Promise<number> {
    // What may hang is read by another thread, at its own time.
    const text = (each: readonly string[]) => [...each].sort().join();
    const few = pids.map((pid) => text(callsOf(pid)));
    const looks = await looksOf(pids, sources, flags);
    return Math.max(...looks.map((look) => look.filter((each, index) => text(each) === few[index]).length));
  }

  const [COLD, WARM] = [
    ['--reader', 'COLD'],
    ['--reader', 'WARM'],
  ];
  const READ = ['openat', 'read', 'close'];
  const LOOK = () => ['clock_gettime'];

  test.each([
    ['pid and name', 'stat', READ],
    ['its times and memory', 'stat statm', [...READ, ...READ]],
    ['ten fields', 'stat state parent statm ids cmdline', [...READ, ...READ, 'pidfd_open', ...READ]],
  ])('cold: %s', async (_, sources, calls) => {
    expect(await spared(sources, COLD, () => calls)).toBe(SIZE);
  });

  test.each([
    ['pid and name', 'stat', ['clock_gettime']],
    ['a list of what it has to run for to change', 'stat parent ids cmdline', ['clock_gettime']],
    ['the same with I/O', 'stat parent ids cmdline io', ['clock_gettime']],
    ['its times and memory', 'stat statm', ['clock_gettime', 'pread64']],
    ['ten fields', 'stat state parent statm ids cmdline', ['clock_gettime', 'pread64', 'pread64']],
  ])('warm: %s', async (_, sources, calls) => {
    expect(await spared(sources, WARM, () => calls)).toBeGreaterThan(SIZE * 0.9);
  });

  describe('that holds sockets', () => {
    let held: Held;
    let pids: number[];
    beforeAll(async () => {
      held = await sockets({ total: 200, each: 20 });
      pids = held.holders.map(({ pid }) => pid);
    });
    afterAll(() => held.stop());

    test.each([
      ['cold', COLD],
      ['warm', WARM],
    ])('%s: which sockets there are costs a look at its clock', async (_, reader) => {
      const flags = ['--table', 'connection', ...reader];
      expect(await spared('sockets details peers', flags, LOOK, pids)).toBeGreaterThan(pids.length * 0.9);
    });
    test('cold: who holds them, a link for each of its descriptors and a look whether that is all', async () => {
      const callsOf = (pid: number) => {
        const numbers = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
        let [next, found, missing] = [0, 0, 0];
        for (; found < numbers.size && missing < 4 + Math.floor(numbers.size / 8); next++)
          numbers.has(next) ? found++ : missing++;
        const rest = found < numbers.size ? ['getdents64'] : [];
        const links = Array.from({ length: numbers.size + missing }, () => 'readlinkat');
        return ['openat', 'newfstatat', 'lseek', 'getdents64', ...rest, 'close', ...links];
      };
      expect(callsOf(pids[0]!).length).toBeGreaterThan(20);
      expect(await spared('socketFds', ['--table', 'owner', ...COLD], callsOf, pids)).toBe(pids.length);
    });
    test('warm: who holds them, nothing but a look at its clock', async () => {
      const flags = ['--table', 'owner', ...WARM];
      expect(await spared('socketFds', flags, LOOK, pids)).toBeGreaterThan(pids.length * 0.9);
    });
  });

  const kernels = threadsOfKernel();
  // In a container none is seen.
  test.runIf(kernels.length > 0)('warm: a thread of the kernel holds no sockets, which is known of it', async () => {
    const flags = ['--table', 'owner', ...WARM];
    // Those that serve the machine have work to do.
    expect(await spared('socketFds', flags, LOOK, kernels)).toBeGreaterThan(kernels.length / 2);
  });
});

describe.runIf(isTraced)('who there are', () => {
  /** How often that was listed in each look but the first ones. */
  const listings = (inside: string[], ...flags: string[]): Promise<number[]> =>
    withTree({}, async (directory) => {
      const log = join(directory, 'strace');
      reread('stat statm', { inside: [...inside, 'strace', '-f', '-qq', '-y', '-o', log], flags });
      const looks = readFileSync(log, 'utf8').split('"/again"').slice(3, -1);
      return looks.map((look) => look.match(/ getdents64\(\d+<\/proc>, [^=]*= [1-9]/g)?.length ?? 0);
    });
  const WARM = ['--reader', 'WARM', '--times', '12'];

  test('is listed each time where it is read cold', async () =>
    expect(Math.min(...(await listings([], '--reader', 'COLD')))).toBeGreaterThan(0));
  // Others may be born meanwhile, but not all the time.
  test('is known where it is read warm, as long as nobody was born', async () =>
    expect(Math.min(...(await listings([], ...WARM)))).toBe(0));
  test.runIf(needs('root and unshare', () => process.getuid?.() === 0 && runs('unshare', '-m', 'true')))(
    'is listed each time where users are hidden from each other, who may change who they are',
    async () => {
      const mount = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';
      const inside = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', mount, 'sh'];
      expect(Math.min(...(await listings(inside, ...WARM)))).toBeGreaterThan(0);
    },
  );
});

describe('what is kept', () => {
  const open = (warmBytes?: number) => openLocal({ reader: 'WARM', ...(warmBytes === undefined ? {} : { warmBytes }) });
  const list = (source: Source) => readProcesses(source, ['stat', 'state', 'statm', 'ids', 'cmdline', 'io']);

  test('is of the processes there are', async () => {
    const source = await open();
    const others = await crowd({ count: 40 });
    await list(source);
    const before = source.use!();
    await others.stop();
    await list(source);
    const after = source.use!();
    expect(before.processes - after.processes).toBeGreaterThanOrEqual(40 - 10);
    expect(before.bytes).toBeGreaterThan(after.bytes);
    expect(before.descriptors).toBeGreaterThan(after.descriptors);
  });
  test('is no more than may be, whatever is read, and what is told is the same', async () => {
    const [little, much] = [await open(20_000), await open()];
    for (let time = 0; time < 3; time++) {
      const [some, all] = [await list(little), await list(much)];
      expect(little.use!().bytes).toBeLessThanOrEqual(20_000);
      const namesOf = (rows: typeof some) =>
        rows.filter(({ pid }) => company.pids.includes(pid)).map((row) => row.comm);
      expect(namesOf(some)).toEqual(namesOf(all));
    }
    expect(much.use!().bytes).toBeGreaterThan(20_000);
  });
  test.runIf(needs('util-linux', () => runs('prlimit', '--version')))('is a quarter of the descriptors', () => {
    const { use } = reread('state statm', { inside: ['prlimit', '--nofile=160:160'] });
    expect(use.descriptors).toBe(40);
  });
  test('is no descriptor of what is read but once', () => {
    const { use } = reread('stat statm');
    expect(use.processes).toBeGreaterThan(SIZE);
    // Parents are looked at each time.
    expect(use.descriptors).toBeLessThan(use.processes * 1.5);
  });
  test.runIf(needs('root', () => process.getuid?.() === 0))('is kept for an ordinary user too', () => {
    const { use, reads } = reread('stat ids cmdline', { flags: ['--nobody', '--pids', company.pids.join()] });
    expect(use.isWarm).toBe(true);
    expect(reads.cmdline ?? 0).toBeLessThan(SIZE * 0.1);
  });
  test('is nothing of another host', () =>
    withTree({ '7/stat': statLine() }, async (procRoot) => {
      const source = await openLocal({ reader: 'WARM', procRoot, sysRoot: procRoot });
      expect(await readProcesses(source, ['stat'])).toHaveLength(1);
      expect(source.use!()).toEqual({ isWarm: false, processes: 0, bytes: 0, descriptors: 0 });
      expect((await processesOf({ '7/stat': statLine() }, ['stat'])).size).toBe(1);
    }));
});

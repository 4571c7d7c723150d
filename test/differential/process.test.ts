import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { isBetween } from '../support/between.ts';
import { type Crowd, crowd } from '../support/crowd.ts';
import { type Answer, ask } from '../support/operation.ts';
import { isRefusal, needsPsutil, type Peer, startPeer } from '../support/peer.ts';

const SELECTION = `
  pid ppid name status username uids { real effective saved } gids { real effective saved } numThreads
  cpuTimes { user system childrenUser childrenSystem iowait } createTime memory { rss vms shared text data }
  ctxSwitches { voluntary involuntary } cmdline nice cpuNum isKernelThread
  exe cwd terminal numFds cpuAffinity ioNice { ioClass value } memoryFootprint { uss pss swap }
  io { readCount writeCount readBytes writeBytes readChars writeChars }
  limits { resource soft hard } environment { name value } threads { tid cpuTimes { user system } }
  openFiles { path fd position mode flags deleted }
  memoryMaps {
    path rss size pss sharedClean sharedDirty privateClean privateDirty referenced anonymous swap
  }
  regions: memoryMaps(grouped: false) { path address permissions rss }
  gaps { field reason }`;
const LIST = `{ processes { nodes { id ${SELECTION} } } }`;
const MB = 2 ** 20;

interface Getter {
  /** What psutil would say of a process of ours. */
  readonly ours: (process: Answer) => unknown;
  /** The same in psutil's words. */
  readonly theirs?: (value: Answer) => unknown;
  /** Our field that has a gap where psutil is refused it, and only there. */
  readonly refused?: string;
  /** How far they may be apart for a process that runs; one at rest must be the same. */
  readonly running?: number;
  /** How far they may be apart even then. */
  readonly always?: number;
}

const isZombie = ({ status }: Answer): boolean => status === 'ZOMBIE';
const at = (of: Answer, key: string, value: (item: Answer) => unknown): Record<string, unknown> | null =>
  of && Object.fromEntries(of.map((item: Answer) => [item[key], value(item)]));
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const snaked = (of: Answer): Answer =>
  of && Object.fromEntries(Object.entries(of).map(([name, value]) => [snake(name), value]));

const statusName = (status: string): string => status.toLowerCase().replace('_', '-');

/** psutil's getters: all that the spec has. */
const GETTERS: Record<string, Getter> = {
  pid: { ours: ({ pid }) => pid },
  ppid: { ours: ({ ppid }) => ppid },
  name: { ours: ({ name }) => name },
  status: { ours: ({ status }) => statusName(status) },
  username: { ours: ({ username }) => username },
  uids: { ours: ({ uids }) => uids },
  gids: { ours: ({ gids }) => gids },
  num_threads: { ours: ({ numThreads }) => numThreads, running: 2 },
  cpu_times: {
    ours: ({ cpuTimes: { childrenUser, childrenSystem, ...times } }) => ({
      ...times,
      children_user: childrenUser,
      children_system: childrenSystem,
    }),
    running: 0.05,
  },
  // psutil takes the second of boot from /proc/stat; it and the clocks may round to either side of one.
  create_time: { ours: ({ createTime }) => Date.parse(createTime) / 1000, always: 1.001 },
  memory_info: { ours: ({ memory }) => memory, running: 32 * MB },
  num_ctx_switches: { ours: ({ ctxSwitches }) => ctxSwitches, running: 50 },
  cmdline: { ours: ({ cmdline }) => cmdline },
  nice: { ours: ({ nice }) => nice },
  cpu_num: { ours: ({ cpuNum }) => cpuNum, running: cpus().length },
  // Of a thread of the kernel psutil knows an empty text, and for what may not be read it guesses by the arguments.
  exe: { ours: ({ exe }) => exe ?? '', refused: 'exe' },
  cwd: { ours: ({ cwd }) => cwd ?? '', refused: 'cwd' },
  terminal: { ours: ({ terminal }) => terminal },
  num_fds: { ours: ({ numFds }) => numFds, refused: 'numFds', running: 20 },
  cpu_affinity: { ours: ({ cpuAffinity }) => cpuAffinity },
  ionice: {
    ours: ({ ioNice }) => ({
      ioclass: ['NONE', 'REALTIME', 'BEST_EFFORT', 'IDLE'].indexOf(ioNice.ioClass),
      value: ioNice.value,
    }),
  },
  io_counters: { ours: ({ io }) => snaked(io), refused: 'io', running: 100 * MB },
  environ: { ours: ({ environment }) => at(environment, 'name', ({ value }) => value), refused: 'environment' },
  threads: {
    ours: ({ threads }) => at(threads, 'tid', ({ cpuTimes }) => cpuTimes),
    theirs: (value) => at(value, 'id', ({ user_time: user, system_time: system }) => ({ user, system })),
    running: 0.05,
  },
  // What is deleted psutil leaves out.
  open_files: {
    ours: ({ openFiles }) =>
      openFiles &&
      at(
        openFiles.filter(({ deleted }: Answer) => !deleted),
        'fd',
        fileOf,
      ),
    theirs: (value) => at(value, 'fd', fileOf),
    refused: 'openFiles',
  },
  memory_maps: {
    ours: ({ memoryMaps }) => at(memoryMaps, 'path', ({ path: _, ...figures }) => snaked(figures)),
    theirs: (value) => at(value, 'path', ({ path: _, ...figures }) => figures),
    refused: 'memoryMaps',
    running: 32 * MB,
    always: MB,
  },
  // Shares of pages change whenever anybody else maps the same ones.
  memory_full_info: {
    ours: ({ memoryFootprint }) => memoryFootprint,
    theirs: ({ uss, pss, swap }) => ({ uss, pss, swap }),
    refused: 'memoryFootprint',
    running: 32 * MB,
    always: 2 * MB,
  },
};

const fileOf = ({ path, position, mode, flags }: Answer) => ({ path, position, mode, flags });

/** A process did not run between two looks if nothing that counts its running has moved. */
const isAtRest = (before: Answer, after: Answer): boolean =>
  before.numThreads === 1 &&
  JSON.stringify([before.ctxSwitches, before.cpuTimes]) === JSON.stringify([after.ctxSwitches, after.cpuTimes]);

const REASONS: Record<string, string> = { ACCESS_DENIED: 'AccessDenied', ZOMBIE: 'ZombieProcess' };

/** Whether both were refused a value, and for the same reason. */
function isRefusedAlike(before: Answer, value: unknown, refused: string | undefined): boolean {
  const gap = before.gaps.find(({ field }: Answer) => field === refused);
  return isRefusal(value) && gap !== undefined && REASONS[gap.reason] === value.error;
}

function isKnownToDiffer(name: string, before: Answer, resting: boolean): boolean {
  // Told below: there psutil is wrong.
  if (isZombie(before) && ['cmdline', 'exe', 'cwd', 'environ', 'memory_maps', 'memory_full_info'].includes(name))
    return true;
  // Workers of the kernel rename themselves all the time.
  if (before.isKernelThread && ['environ', 'memory_full_info', 'name'].includes(name)) return true;
  // A state changes without the process having to run for it, and what runs opens, maps and ends things.
  return !resting && ['status', 'open_files', 'memory_maps', 'threads'].includes(name);
}

function differences(before: Answer, theirs: Record<string, unknown>, after: Answer): string[] {
  const resting = isAtRest(before, after);
  return Object.entries(GETTERS).flatMap(([name, { ours, theirs: told, refused, running = 0, always = 0 }]) => {
    const value = theirs[name];
    if (isKnownToDiffer(name, before, resting) || isRefusedAlike(before, value, refused)) return [];
    const said = told && !isRefusal(value) ? told(value) : value;
    if (isBetween(ours(before), said, ours(after), resting ? always : Math.max(always, running))) return [];
    return [`${before.pid} ${name}: psutil ${JSON.stringify(said)}, ours ${JSON.stringify(ours(before))}`];
  });
}

const psutil = needsPsutil();

describe.runIf(psutil)('psutil, of the same processes in the same second', () => {
  let source: Source;
  let peer: Peer;
  let company: Crowd;
  let single: ChildProcess;

  const listed = async (): Promise<Map<string, Answer>> =>
    new Map(
      (await ask(source, LIST, { access: ['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] })).processes.nodes.map(
        (node: Answer) => [node.id, node],
      ),
    );

  beforeAll(async () => {
    source = await openLocal();
    peer = startPeer();
    company = await crowd({
      count: 60,
      zombies: 6,
      threads: 1,
      names: ['a b', ') ) (', 'x'.repeat(15), '😀', '\xff\n'],
    });
    single = spawn('/bin/cat', [], { argv0: 'my prog', stdio: ['pipe', 'ignore', 'ignore'] });
    await peer.pids();
  });
  afterAll(async () => {
    const ended = once(single, 'exit');
    single.stdin!.end();
    await Promise.all([ended, company.stop(), peer.close()]);
  });

  test('says the same of every getter of every process', async () => {
    const before = await listed();
    const theirs = new Map((await peer.processes(Object.keys(GETTERS))).map((each) => [each.pid, each]));
    const after = await listed();
    const both = [...before.values()].filter(({ id, pid }) => after.has(id) && theirs.has(pid) && pid !== single.pid);
    expect(both.length).toBeGreaterThan(company.pids.length);
    expect(both.flatMap((process) => differences(process, theirs.get(process.pid)!, after.get(process.id)))).toEqual(
      [],
    );
    // That there was somebody to be exact about.
    expect(both.filter(({ id }) => isAtRest(before.get(id), after.get(id))).length).toBeGreaterThan(5);
  });

  test('has no process that we have not, nor we one that it has not', async () => {
    const pids = async () =>
      new Set((await ask(source, '{ processes { nodes { pid } } }')).processes.nodes.map(({ pid }: Answer) => pid));
    // What one sees twice is there in between, when the other looks.
    const [first, ours, second] = [await peer.pids(), await pids(), await peer.pids()];
    expect(first.filter((pid) => second.includes(pid) && !ours.has(pid))).toEqual([]);
    const [before, theirs, after] = [await pids(), await peer.pids(), await pids()];
    expect([...before].filter((pid) => after.has(pid) && !theirs.includes(pid as number))).toEqual([]);
  });

  test('has the same tree', async () => {
    const query = `{ process(pid: ${process.pid}) {
      children(recursive: true) { pid } direct: children { pid } parents { pid }
    } }`;
    const sorted = (of: Answer): number[] => of.map(({ pid }: Answer) => pid).sort((a: number, b: number) => a - b);
    const ours = (await ask(source, query)).process;
    const all = await peer.process(process.pid, [['children', { recursive: true }], 'parents']);
    const direct = await peer.process(process.pid, ['children']);
    if (isRefusal(all) || isRefusal(direct)) throw new Error('psutil does not see this process');
    expect(sorted(ours.children)).toEqual((all.children as number[]).sort((a, b) => a - b));
    expect(sorted(ours.direct)).toEqual((direct.children as number[]).sort((a, b) => a - b));
    expect(ours.parents.map(({ pid }: Answer) => pid)).toEqual(all.parents);
  });

  describe('is wrong', () => {
    const both = async (pid: number, attr: string) => {
      const theirs = await peer.process(pid, [attr]);
      if (isRefusal(theirs)) throw new Error(theirs.message);
      return [
        theirs[attr],
        GETTERS[attr]!.ours((await ask(source, `{ process(pid: ${pid}) { ${SELECTION} } }`)).process),
      ];
    };

    test('about one argument with a blank in it, which it makes two', async () =>
      expect(await both(single.pid!, 'cmdline')).toEqual([['my', 'prog'], ['my prog']]));

    test('about threads of the kernel, which are no zombies: they have neither environment nor memory', async () => {
      const query = `{ processes { nodes {
        pid isKernelThread environment { name } memoryFootprint { uss pss swap }
      } } }`;
      const answer = await ask(source, query, { access: ['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] });
      const thread = answer.processes.nodes.find(({ isKernelThread }: Answer) => isKernelThread);
      expect(thread).toMatchObject({ environment: [], memoryFootprint: { uss: 0, pss: 0, swap: 0 } });
      const theirs = (await peer.process(thread.pid, ['environ', 'memory_full_info'])) as Record<string, unknown>;
      expect(Object.values(theirs).every(isRefusal)).toBe(true);
    });

    // It has ended with its memory, where they stood: that there were none is not known.
    test('about the arguments of a zombie, of which it says that there are none', async () =>
      expect(await both(company.pids[0]!, 'cmdline')).toEqual([[], null]));

    test('about whoever is called like a line of status: any program can choose its owner there', async () => {
      const spoofers = await crowd({ count: 2, names: ['Uid:\t7\t7\t7', 'Threads:\t999'] });
      try {
        const [owner, crowded] = spoofers.pids;
        const uid = process.getuid!();
        expect(await both(owner!, 'uids')).toEqual([
          { real: 7, effective: 7, saved: 7 },
          { real: uid, effective: uid, saved: uid },
        ]);
        expect(await both(crowded!, 'num_threads')).toEqual([999, 1]);
      } finally {
        await spoofers.stop();
      }
    });
  });
});

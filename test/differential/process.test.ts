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
  ctxSwitches { voluntary involuntary } cmdline nice cpuNum`;
const LIST = `{ processes { nodes { id ${SELECTION} } } }`;
const MB = 2 ** 20;

interface Getter {
  /** What psutil would say of a process of ours. */
  readonly ours: (process: Answer) => unknown;
  /** How far they may be apart for a process that runs; one at rest must be the same. */
  readonly running?: number;
  /** How far they may be apart even then. */
  readonly always?: number;
}

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
};

/** A process did not run between two looks if nothing that counts its running has moved. */
const isAtRest = (before: Answer, after: Answer): boolean =>
  before.numThreads === 1 &&
  JSON.stringify([before.ctxSwitches, before.cpuTimes]) === JSON.stringify([after.ctxSwitches, after.cpuTimes]);

function differences(before: Answer, theirs: Record<string, unknown>, after: Answer): string[] {
  const resting = isAtRest(before, after);
  return Object.entries(GETTERS).flatMap(([name, { ours, running = 0, always = 0 }]) => {
    const value = theirs[name];
    // Told below: there psutil is wrong.
    if (name === 'cmdline' && before.status === 'ZOMBIE') return [];
    // A state changes without the process having to run for it.
    if (name === 'status' && !resting) return [];
    // A worker of the kernel is called after its work, which the kernel gives it without waking it.
    if (name === 'name' && [value, before.name].every((of) => /^kworker\//.test(String(of)))) return [];
    if (isBetween(ours(before), value, ours(after), resting ? always : Math.max(always, running))) return [];
    return [`${before.pid} ${name}: psutil ${JSON.stringify(value)}, ours ${JSON.stringify(ours(before))}`];
  });
}

const psutil = needsPsutil();

describe.runIf(psutil)('psutil, of the same processes in the same second', () => {
  let source: Source;
  let peer: Peer;
  let company: Crowd;
  let single: ChildProcess;

  const listed = async (): Promise<Map<string, Answer>> =>
    new Map((await ask(source, LIST)).processes.nodes.map((node: Answer) => [node.id, node]));

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
    const before = new Set([...(await listed()).values()].map(({ pid }) => pid));
    const theirs = await peer.pids();
    const after = new Set([...(await listed()).values()].map(({ pid }) => pid));
    expect(theirs.filter((pid) => !before.has(pid) && !after.has(pid))).toEqual([]);
    expect([...before].filter((pid) => after.has(pid) && !theirs.includes(pid))).toEqual([]);
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

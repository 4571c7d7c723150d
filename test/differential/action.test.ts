// What is done to processes, beside what the system's own tools then say of them.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Action, CancelledError, openLocal, type Target } from '../../native/index.ts';
import { callIn } from '../support/inside.ts';
import { needs, runs } from '../support/needs.ts';
import type { Answer } from '../support/operation.ts';
import { program } from '../support/program.ts';
import { readProcesses } from '../support/reading.ts';

const source = await openLocal();
const root = needs('root', () => process.getuid!() === 0, 'run as root');
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

function started(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function targetOf(pid: number): Promise<Target> {
  const [row] = await readProcesses(source, ['stat'], { keys: [pid] });
  return { pid, startTicks: row!.startTicks! };
}

const sleeper = async () => targetOf(started('sleep', '1000').pid!);
const act = (target: Target, action: Action) => source.act!(target, action);
const says = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const DONE = { effect: 'DONE', isHeld: true };
const INVALID = expect.objectContaining({ effect: 'INVALID' });

describe('a process that is asked for by pid and start', () => {
  test.each(['SIGTERM', 'TERM', 'SIGUSR1', 'SIGRTMIN+3', 'KILL'])('is sent %s', async (signal) => {
    const target = await sleeper();
    const waited = source.wait!([target], { timeoutMs: 30_000 });
    expect(await act(target, { act: 'signal', signal })).toEqual(DONE);
    const name = signal.startsWith('SIG') ? signal : `SIG${signal}`;
    const [{ effect, hasEnded, exit }] = (await waited) as [Awaited<typeof waited>[0]];
    expect([effect, hasEnded]).toEqual(['DONE', true]);
    // Before Linux 6.15 it is told only until this process, its parent, has asked.
    if (exit) expect(exit).toEqual({ exitCode: null, signal: name });
  });
  test('is nice as it is told', async () => {
    const target = await sleeper();
    expect(await act(target, { act: 'nice', nice: 7 })).toEqual(DONE);
    expect(says('ps', '-o', 'ni=', '-p', String(target.pid))).toBe('7');
    for (const nice of [20, -21, 0.5, Number.NaN]) expect(await act(target, { act: 'nice', nice })).toEqual(INVALID);
    expect(says('ps', '-o', 'ni=', '-p', String(target.pid))).toBe('7');
  });
  test.each([
    [{ ioClass: 'IDLE' }, 'idle'],
    [{ ioClass: 'BEST_EFFORT', value: 6 }, 'best-effort: prio 6'],
    [{ ioClass: 'BEST_EFFORT' }, 'best-effort: prio 4'],
  ] as const)('waits for disks as %j', async (change, expected) => {
    const target = await sleeper();
    expect(await act(target, { act: 'ioNice', ...change })).toEqual(DONE);
    expect(says('ionice', '-p', String(target.pid))).toBe(expected);
  });
  test('has no level of I/O priority that there is not', async () => {
    const target = await sleeper();
    const wrong = [{ ioClass: 'IDLE', value: 1 }, { ioClass: 'BEST_EFFORT', value: 8 }, { ioClass: 'HIGH' }] as const;
    for (const change of wrong) expect(await act(target, { act: 'ioNice', ...change })).toEqual(INVALID);
  });
  test('defect 10.8: runs where it is told, and nowhere else', async () => {
    const target = await sleeper();
    const allowed = () => /^Cpus_allowed_list:\s+(.*)$/m.exec(readFileSync(`/proc/${target.pid}/status`, 'utf8'))![1];
    const before = allowed();
    const first = Number(/^\d+/.exec(before!)![0]);
    expect(await act(target, { act: 'affinity', cpus: [first] })).toEqual(DONE);
    expect(allowed()).toBe(String(first));
    for (const cpus of [[first, 5000], [5000], [-1], [0.5], [70_000]])
      expect(await act(target, { act: 'affinity', cpus })).toEqual(INVALID);
    expect(allowed()).toBe(String(first));
    expect(await act(target, { act: 'affinity', cpus: [] })).toEqual(DONE);
    expect(allowed()).toBe(before);
  });
  test('has the limits it is told, and keeps the others', async () => {
    const target = await sleeper();
    const nofile = () =>
      says('prlimit', '--pid', String(target.pid), '--nofile', '--noheadings', '--raw', '-o', 'SOFT,HARD');
    const [, hard] = nofile().split(' ');
    expect(await act(target, { act: 'limit', resource: 'NOFILE', soft: 50 })).toEqual(DONE);
    expect(nofile()).toBe(`50 ${hard}`);
    expect(await act(target, { act: 'limit', resource: 'NOFILE', hard: 60 })).toEqual(DONE);
    expect(nofile()).toBe('50 60');
    expect(await act(target, { act: 'limit', resource: 'NOFILE', soft: 61 })).toEqual(INVALID);
    expect(await act(target, { act: 'limit', resource: 'NOFILE', soft: -1 })).toEqual(INVALID);
    expect(await act(target, { act: 'limit', resource: 'SWAP', soft: 1 })).toMatchObject({ effect: 'UNSUPPORTED' });
    expect(await act(target, { act: 'limit', resource: 'CORE', soft: 0, hard: Number.POSITIVE_INFINITY })).toEqual(
      root ? DONE : expect.anything(),
    );
  });
});

/** Where there are no handles of processes. */
const without = [
  'strace',
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  'trace=pidfd_open',
  '-e',
  'inject=pidfd_open:error=ENOSYS',
];

describe('nothing is done to', () => {
  const kill: Action = { act: 'signal', signal: 'SIGKILL' };
  const GONE = expect.objectContaining({ effect: 'GONE' });
  test('another start of the same pid', async () => {
    const target = await sleeper();
    expect(await act({ ...target, startTicks: target.startTicks - 1 }, kill)).toEqual(GONE);
    expect(await act({ ...target, startTicks: Number.NaN }, kill)).toEqual(GONE);
    expect(await act(target, { act: 'signal', signal: 'CONT' })).toEqual(DONE);
  });
  test.each([0, -1, 2 ** 22 + 1, 2 ** 31 - 1])('the pid %i', async (pid) =>
    expect(await act({ pid, startTicks: 1 }, kill)).toEqual(GONE),
  );
  const another = readdirSync('/proc/self/task')
    .map(Number)
    .filter((tid) => tid !== process.pid);
  test.each([[[]], [without]])('who has a thread of that number (%j)', async (handles) => {
    const pid = another[0]!;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const target = { pid, startTicks: Number(stat.slice(stat.lastIndexOf(')')).split(' ')[20]) };
    const goOn = JSON.stringify({ act: 'signal', signal: 'CONT' });
    expect(await callIn(handles, 'act', JSON.stringify(target), goOn)).toEqual(GONE);
    expect(await callIn(handles, 'wait', JSON.stringify(target))).toMatchObject([{ effect: 'DONE', hasEnded: true }]);
  });
  test('anybody by a signal that there is not', async () => {
    const target = await targetOf(process.pid);
    for (const signal of ['', 'SIG', 'SIGFOO', '9', 'sigterm', 'SIGRTMIN+31', 'KILL\0'])
      expect(await act(target, { act: 'signal', signal })).toEqual(INVALID);
  });
  test.runIf(root)("another user's process", async () => {
    const { pid } = started('sleep', '1000');
    const denied = { effect: 'DENIED', isHeld: true };
    const deeds: Action[] = [kill, { act: 'nice', nice: 3 }, { act: 'affinity', cpus: [] }];
    for (const deed of deeds)
      expect(await callIn([], '--nobody', '--starts', String(pid), 'act', JSON.stringify(deed))).toEqual(denied);
  });
  test.runIf(root).each([
    ['killProcess', '', /same user.*CAP_KILL/],
    ['killProcess', 'recursive: true', /same user.*CAP_KILL/],
    ['setProcessNice', 'nice: 3', /CAP_SYS_NICE/],
    ['setProcessIoNice', 'ioClass: IDLE', /CAP_SYS_NICE/],
    ['setProcessCpuAffinity', 'cpus: []', /CAP_SYS_NICE/],
    ['setProcessLimit', 'resource: NOFILE, soft: { value: 5 }', /CAP_SYS_RESOURCE/],
  ])("another user's process by %s(%s), and it is said what that takes", async (field, args, takes) => {
    const { pid } = started('sleep', '1000');
    const deed = `${field}(id: $id${args && `, ${args}`})`;
    const { data } = (await callIn([], '--nobody', '--starts', String(pid), 'do', deed)) as Answer;
    expect(data[field]).toMatchObject({
      errors: [{ code: 'ACCESS_DENIED', message: expect.stringMatching(takes) }],
    });
  });
  test('anybody of a foreign proc root', async () => {
    const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    const foreign = await openLocal({ procRoot: folder });
    execFileSync('rmdir', [folder]);
    const target = await targetOf(process.pid);
    expect(await foreign.act!(target, { act: 'signal', signal: 'CONT' })).toMatchObject({ effect: 'UNSUPPORTED' });
    expect(await foreign.wait!([target], { timeoutMs: 1000 })).toEqual([
      { effect: 'UNSUPPORTED', hasEnded: false, exit: null },
    ]);
  });
});

describe.runIf(needs('strace', () => runs('strace', '-V')))('where there are no handles of processes', () => {
  test('it is done by pid, and said so', async () => {
    const child = started('sleep', '1000');
    const ended = once(child, 'exit');
    const deed = (action: Action) => callIn(without, '--starts', String(child.pid), 'act', JSON.stringify(action));
    expect(await deed({ act: 'nice', nice: 3 })).toEqual({ effect: 'DONE', isHeld: false });
    expect(await deed({ act: 'signal', signal: 'KILL' })).toEqual({ effect: 'DONE', isHeld: false });
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
  test('an end is seen all the same', async () => {
    const { pid } = started('sleep', '3');
    expect(await callIn(without, '--starts', String(pid), 'wait')).toMatchObject([{ effect: 'DONE', hasEnded: true }]);
  });
});

describe('waiting', () => {
  test('ends with the last of those that are waited for, and tells each', async () => {
    const codes = [3, 0, 255];
    const kids = codes.map((code) => started('sh', '-c', `read x; exit ${code}`));
    const targets = await Promise.all(kids.map(({ pid }) => targetOf(pid!)));
    const waited = source.wait!([...targets, { pid: 2 ** 22 + 1, startTicks: 1 }], { timeoutMs: 30_000 });
    for (const { stdin } of kids) stdin!.end('\n');
    const all = await waited;
    expect(all.map(({ effect, hasEnded }) => [effect, hasEnded])).toEqual(Array(4).fill(['DONE', true]));
    // Before Linux 6.15 they are told only until this process, their parent, has asked.
    const told = all.slice(0, 3).flatMap(({ exit }, at) => (exit ? [[exit, codes[at]]] : []));
    expect(told).toEqual(told.map(([, code]) => [{ exitCode: code, signal: null }, code]));
    expect(all[3]!.exit).toBe(null);
  });
  test('ends when the time is up', async () => {
    const target = await sleeper();
    const began = performance.now();
    expect(await source.wait!([target], { timeoutMs: 200 })).toEqual([{ effect: 'DONE', hasEnded: false, exit: null }]);
    expect(performance.now() - began).toBeGreaterThan(195);
    expect(await source.wait!([target], { timeoutMs: 0 })).toMatchObject([{ hasEnded: false }]);
    expect(await source.wait!([], { timeoutMs: 10_000 })).toEqual([]);
  });
  test('ends when nobody waits any more', async () => {
    const target = await sleeper();
    const leaving = AbortSignal.timeout(50);
    await expect(source.wait!([target], { timeoutMs: 30_000 }, leaving)).rejects.toThrow(CancelledError);
    await expect(source.wait!([target], { timeoutMs: 30_000 }, AbortSignal.abort())).rejects.toThrow(CancelledError);
  });
  test('knows one that has ended though its parent has not asked', async () => {
    // What the shell becomes never asks for the shell's child.
    const shell = started('sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000');
    const [line] = (await once(shell.stdout!, 'data')) as [Buffer];
    const pid = Number(line);
    await expect.poll(() => readFileSync(`/proc/${shell.pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    const target = await targetOf(pid);
    expect(await source.wait!([target], { timeoutMs: 10_000 })).toEqual([
      { effect: 'DONE', hasEnded: true, exit: null },
    ]);
    expect(await act(target, { act: 'signal', signal: 'KILL' })).toEqual(DONE);
  });
});

const OWN = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const reuser = () => program('reuse', ['test/support/reuse.c']);

describe.runIf(
  needs(
    'pids of choice, in a namespace',
    () => runs('unshare', ...OWN, 'sh', '-c', `${reuser()} 5000 < /dev/null`),
    'run as root',
  ),
)('a pid that others get, more than two ticks later', () => {
  test.each(['machine', 'graph'])(
    'pitfall 19: 1,000 times, by the %s: not one signal reaches another process',
    { timeout: 300_000 },
    async (way) => {
      const script = join(import.meta.dirname, '../support/reuse.ts');
      const node = [process.execPath, '--import', 'tsx', script, reuser(), '1000', way];
      const { stdout } = await promisify(execFile)('unshare', [...OWN, ...node]);
      const counts = JSON.parse(stdout);
      expect(counts).toEqual({ reached: expect.any(Number), replaced: expect.any(Number), wrong: 0 });
      expect(counts.reached + counts.replaced).toBe(1_000);
      // Both happened, or nothing was tried.
      expect([counts.reached > 0, counts.replaced > 0]).toEqual([true, true]);
    },
  );
});

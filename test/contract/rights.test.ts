import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HostIdentity, openLocal } from '../../native/index.ts';
import { ALL_ACCESS, EVERYTHING } from '../support/everything.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask, gapLines } from '../support/operation.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

// Who may not read everything gets right answers and gaps, and no errors.

const EXECUTE = join(import.meta.dirname, '../support/execute.ts');
const QUERY = `{ processes { nodes { ${EVERYTHING} } } }`;
const LIST = { encoding: 'utf8', cwd: root, maxBuffer: 2 ** 28 } as const;

const asRoot = needs(
  'root and unshare',
  () => process.getuid?.() === 0 && runs('unshare', '-m', 'true'),
  'run as root',
);

/** A process of nobody, until the returned function ends it. */
async function stranger(): Promise<{ pid: number; end: () => Promise<void> }> {
  const child = spawn('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat'], {
    cwd: '/',
    env: { A: '1' },
  });
  const ended = once(child, 'exit');
  child.stdin.write('x');
  await once(child.stdout, 'data');
  return { pid: child.pid!, end: () => (child.stdin.end(), ended.then(() => undefined)) };
}

const program = (...flags: string[]) => ['--import', 'tsx', EXECUTE, '--sensitive', ...flags, QUERY];

describe.runIf(asRoot)('an ordinary user', () => {
  const hidden = ['exe', 'cwd', 'memoryFootprint', 'memoryMaps', 'io', 'environment', 'openFiles'];

  test('pitfall 13: has everything of his own processes, and of others what the kernel shows everyone', async () => {
    const own = await stranger();
    try {
      const { processes } = JSON.parse(execFileSync(process.execPath, program('--nobody'), LIST));
      const of = (pid: number) => processes.nodes.find((node: Answer) => node.pid === pid);
      expect(gapLines(of(own.pid).gaps)).toEqual([]);
      expect(of(own.pid)).toMatchObject({ username: 'nobody', environment: [{ name: 'A', value: '1' }], cwd: '/' });
      const other = of(process.pid);
      expect(gapLines(other.gaps)).toEqual(hidden.map((field) => `${field} ACCESS_DENIED`));
      expect(other).toMatchObject({ ppid: process.ppid, username: 'root', cpuAffinity: expect.any(Array) });
      expect(other.threads.length).toBeGreaterThan(1);
      const reasons = new Set(processes.nodes.flatMap(({ gaps }: Answer) => gaps.map(({ reason }: Answer) => reason)));
      expect([...reasons].filter((reason) => reason !== 'ACCESS_DENIED' && reason !== 'ZOMBIE')).toEqual([]);
    } finally {
      await own.end();
    }
  });

  test('pitfall 16: where hidepid=2 hides the others, has his own and no error', async () => {
    const own = await stranger();
    try {
      const answer = await withTree({}, (directory) => {
        const mount = 'mount -t proc -o hidepid=2 proc "$1" && chmod 755 "$1"; shift && exec "$@"';
        const args = ['-m', '--propagation', 'private', 'sh', '-c', mount, 'sh', directory, process.execPath];
        return JSON.parse(execFileSync('unshare', [...args, ...program('--nobody', '--proc', directory)], LIST));
      });
      const seen = answer.processes.nodes;
      expect(seen.map(({ username }: Answer) => username)).toEqual(seen.map(() => 'nobody'));
      const mine = seen.find(({ pid }: Answer) => pid === own.pid);
      expect(gapLines(mine.gaps)).toEqual([]);
    } finally {
      await own.end();
    }
  });

  test('without a token has gaps for what is a secret, and it is not read', async () => {
    const source = await openLocal();
    const query = `{ process(pid: ${process.pid}) {
      environment { name } openFiles { path } memoryMaps { path } gaps { field reason }
    } }`;
    const { process: self } = await ask(source, query);
    expect(gapLines(self.gaps)).toEqual(
      ['environment', 'openFiles', 'memoryMaps'].map((field) => `${field} NOT_AUTHORIZED`),
    );
  });
});

describe.runIf(asRoot)('what the gateway may see', () => {
  const rightsIn = (procRoot: string, user = ''): HostIdentity => {
    // The addon is loaded before the rights are gone, for an ordinary user may have no way to where it is.
    const script = `const { openLocal } = await import('./native/index.ts');
      await openLocal();
      ${user}
      console.log(JSON.stringify((await openLocal({ procRoot: ${JSON.stringify(procRoot)} })).identity));`;
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script];
    if (procRoot === '/proc') return JSON.parse(execFileSync(node[0]!, node.slice(1), LIST));
    const mount = 'mount -t proc -o hidepid=2 proc "$1" && shift && exec "$@"';
    return JSON.parse(
      execFileSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', mount, 'sh', procRoot, ...node], LIST),
    );
  };

  test('as root is more than an ordinary user may', () =>
    expect(rightsIn('/proc')).toMatchObject({ isPrivileged: true, hidesProcesses: false, ownPid: expect.any(Number) }));
  test('as an ordinary user is not', () =>
    expect(rightsIn('/proc', 'process.setgroups([]); process.setgid(65534); process.setuid(65534);')).toMatchObject({
      isPrivileged: false,
    }));
  test('is hidden from the others where proc is mounted so', async () => {
    const identity = await withTree({}, async (directory) => rightsIn(directory));
    expect(identity).toMatchObject({ isPrivileged: true, hidesProcesses: true, ownPid: expect.any(Number) });
  });
});

describe.runIf(asRoot)('in a pid namespace of its own', () => {
  test('the gateway knows its processes by the numbers they have there', () => {
    const args = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, ...program()];
    const { processes } = JSON.parse(execFileSync('unshare', args, LIST));
    expect(processes.nodes[0]).toMatchObject({ pid: 1, ppid: 0, gaps: [] });
    const errors = processes.nodes.flatMap(({ gaps }: Answer) => gaps);
    expect(errors).toEqual([]);
  });
});

describe.runIf(asRoot)('in another mount namespace', () => {
  test('pitfall 36 and defect 10.17: files are those the process has open, not ours of that path', async () => {
    const script = 'mount -t tmpfs t /mnt && cd /mnt && echo theirs > file && exec 3< file && echo ready && read x';
    const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      const query = `{ process(pid: ${child.pid}) { cwd openFiles { path fd deleted } } }`;
      const answer = await ask(await openLocal(), query, { access: ALL_ACCESS });
      expect(answer.process).toEqual({ cwd: '/mnt', openFiles: [{ path: '/mnt/file', fd: 3, deleted: false }] });
    } finally {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    }
  });
});

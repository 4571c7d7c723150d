import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { needs } from './needs.ts';

/** Whether network namespaces can be made here. */
export const needsNamespaces = (): boolean =>
  needs('the right to make network namespaces', () => unshare('true') === '', 'run as root');

const unshare = (script: string): string =>
  execFileSync('unshare', ['--net', 'bash', '-ec', script], { encoding: 'utf8' });

export interface Inside {
  readonly pid: number;
  /** What to write before a command that is to run there. */
  readonly enter: readonly string[];
  run(script: string): string;
  stop(): Promise<void>;
}

/** A network namespace with a process in it that waits; `setup` is run there first, by a shell. */
export async function namespace(setup = 'true'): Promise<Inside> {
  const script = `${setup}; echo ready; exec setpriv --pdeathsig KILL sleep infinity`;
  const child: ChildProcess = spawn('unshare', ['--net', 'bash', '-ec', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout!, 'data'), ended.then(() => Promise.reject(new Error('no namespace')))]);
  const enter = ['nsenter', '--net', '--target', String(child.pid)];
  return {
    pid: child.pid!,
    enter,
    run: (command) => execFileSync(enter[0]!, [...enter.slice(1), 'bash', '-ec', command], { encoding: 'utf8' }),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

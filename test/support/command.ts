import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Run {
  readonly child: ChildProcess;
  /** The first line the command printed; refused if it ended without one. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
}

/** Runs the command line as a person would, from its source. */
export const sysgraph = (...args: string[]): Run => sysgraphIn([], ...args);

/** The same somewhere else: `inside` is what to write before a command that is to run there. */
export const sysgraphIn = (inside: readonly string[], ...args: string[]): Run =>
  running([...inside, process.execPath, '--import', 'tsx', 'bin/sysgraph.ts', ...args]);

/** Runs a command in a folder, this one unless it is named. */
export function running([command, ...args]: readonly string[], cwd = '.'): Run {
  const child = spawn(command!, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
      if (said.out.includes('\n')) resolve(said.out.split('\n', 1)[0] ?? '');
    });
    child.once('close', () => reject(new Error(`ended without a line: ${said.err}`)));
  });
  firstLine.catch(() => {});
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, firstLine, ended };
}

export const urlIn = (line: string): string => /\bhttp:\S+/.exec(line)?.[0] ?? '';

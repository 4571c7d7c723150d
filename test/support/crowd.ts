import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const cache = join(import.meta.dirname, '../../node_modules/.cache/sysgraph');

export interface CrowdOptions {
  count: number;
  /** So many of the count, the first ones, are zombies. */
  zombies?: number;
  /** Extra threads of every other child. */
  threads?: number;
  /** Names the children take turns at: any bytes but NUL, of which the kernel keeps 15. */
  names?: (string | Uint8Array)[];
}

export interface Crowd {
  pids: number[];
  /** When it resolves none of the pids exists any more. */
  stop(): Promise<void>;
}

/** Starts `count` idle processes and resolves when every one is what it was asked to be. They die with this process. */
export async function crowd({ count, zombies = 0, threads = 0, names = [] }: CrowdOptions): Promise<Crowd> {
  const hex = names.map((name) => Buffer.from(name).toString('hex'));
  const args = [count, zombies, threads].map(String);
  const child = spawn(compiled('crowd'), [...args, ...hex], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const pids = await readPids(child);
  return {
    pids,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function readPids({ stdout, stderr }: ChildProcess): Promise<number[]> {
  const complaint = text(stderr!);
  const pids: number[] = [];
  for await (const line of createInterface(stdout!)) {
    if (line === 'ready') return pids;
    pids.push(Number(line));
  }
  throw new Error(`the crowd did not gather: ${await complaint}`);
}

/** A program of test/support, compiled once for each text; made under another name, as two tests may come at once. */
export function compiled(name: string): string {
  const source = join(import.meta.dirname, `${name}.c`);
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const program = join(cache, `${name}-${version}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  execFileSync('cc', ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', fresh, source]);
  renameSync(fresh, program);
  return program;
}

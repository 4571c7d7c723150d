import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { needs, runs } from './needs.ts';

// Debian's python3-psutil belongs to Debian's Python; another one may come first in PATH.
const PYTHON = '/usr/bin/python3';

/** What psutil raised, in the place of the value: AccessDenied, NoSuchProcess, ZombieProcess, … */
export interface Refusal {
  error: string;
  message: string;
}

/** A method of psutil.Process by its name, or its name and its arguments, by position or by name. */
export type Attribute = string | [name: string, args: unknown[] | Record<string, unknown>];

export type Request =
  | { call: 'process'; pid: number; attrs: Attribute[] }
  | { call: 'processes'; attrs: Attribute[] }
  | { call: 'function'; name: string; args?: unknown[] | Record<string, unknown> }
  | { call: 'pids' };

/** Seconds: of the processor and of the wall for the calls asked for, and of the processor since the peer started. */
export interface Cost {
  cpu: number;
  wall: number;
  total: number;
}

/** psutil in a process of its own, for comparing with and for racing against. */
export interface Peer {
  process(pid: number, attrs: Attribute[]): Promise<Record<string, unknown> | Refusal>;
  processes(attrs: Attribute[]): Promise<Record<string, unknown>[]>;
  function(name: string, args?: unknown[] | Record<string, unknown>): Promise<unknown>;
  pids(): Promise<number[]>;
  /** Makes a call so many times without answering, for benches; without one it tells the total alone. */
  cpu(of?: Request, times?: number): Promise<Cost>;
  close(): Promise<void>;
}

export const needsPsutil = (): boolean => needs('python3-psutil', () => runs(PYTHON, '-c', 'import psutil'));

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'error' in value && 'message' in value;

export function startPeer(): Peer {
  const child = spawn(PYTHON, [join(import.meta.dirname, 'peer.py')], { stdio: 'pipe' });
  const ask = correspondence(child);
  const ended = once(child, 'close');
  return {
    process: (pid, attrs) => ask({ call: 'process', pid, attrs }),
    processes: (attrs) => ask({ call: 'processes', attrs }),
    function: (name, args = []) => ask({ call: 'function', name, args }),
    pids: () => ask({ call: 'pids' }),
    cpu: (of, times = 1) => ask({ call: 'cpu', of, times }),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Pairs answers with questions; when the peer dies, every question that waits learns why. */
function correspondence(child: ChildProcess): <T>(request: object) => Promise<T> {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const complaint = text(child.stderr!);
  let last = 0;
  let end: Error | undefined;
  createInterface(child.stdout!).on('line', (line) => {
    const { id, result } = JSON.parse(line, readable);
    waiting.get(id)?.resolve(result as never);
    waiting.delete(id);
  });
  child.on('close', async () => {
    end = new Error(`psutil's process has ended: ${await complaint}`);
    for (const { reject } of waiting.values()) reject(end);
  });
  // A pipe that broke is the other side of an end that is told already.
  child.stdin!.on('error', () => {});
  return (request) =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      const id = ++last;
      waiting.set(id, { resolve, reject });
      child.stdin!.write(`${JSON.stringify({ id, ...request })}\n`);
    });
}

/** Python keeps a byte that is not UTF-8 as a lone surrogate; the gateway, and so every comparison, as `\xNN`. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/[\udc80-\udcff]/gu, (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`);
}

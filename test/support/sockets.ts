import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { program } from './program.ts';

/** A process that listens, and what it listens with. */
export interface Holder {
  pid: number;
  /** A child that shares its sockets; 0 if there is none. */
  child: number;
  fd: number;
  port: number;
}

export interface Held {
  holders: Holder[];
  stop(): Promise<void>;
}

export interface HeldOptions {
  /** Sockets in connected pairs; each process has one more that listens. */
  total: number;
  /** So many of them to a process. */
  each?: number;
  /** The first process has its listening socket twice, and a child that shares everything. */
  shared?: boolean;
  /** What to run it in: `ip netns exec NAME`. */
  inside?: readonly string[];
}

/** Starts processes that hold sockets, and resolves when all of them are connected. They die with this process. */
export async function sockets({ total, each = 500, shared = false, inside = [] }: HeldOptions): Promise<Held> {
  const [command, ...args] = [
    ...inside,
    program('sockets', ['test/support/sockets.c']),
    String(total),
    String(each),
    ...(shared ? ['held'] : []),
  ];
  const child = spawn(command!, args, { stdio: 'pipe' });
  const ended = once(child, 'exit');
  const holders = await readHolders(child);
  return {
    holders,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function readHolders({ stdout, stderr }: ChildProcess): Promise<Holder[]> {
  const complaint = text(stderr!);
  const holders: Holder[] = [];
  for await (const line of createInterface(stdout!)) {
    if (line === 'ready') return holders;
    const [pid, child, fd, port] = line.split(' ').map(Number);
    holders.push({ pid: pid!, child: child!, fd: fd!, port: port! });
  }
  throw new Error(`the sockets were not made: ${await complaint}`);
}

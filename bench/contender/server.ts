// A server that somebody else wrote, asked over HTTP.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from '../contest.ts';
import { repeat } from './gateway.ts';
import { costOf } from './process-time.ts';

export interface Server {
  readonly pid: number;
  asking(name: string, path: string): Contender;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function get(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}

/** Resolves once it answers at `path`. What it writes to a home goes to one that is removed. */
export async function startServer(
  program: string,
  argsOf: (port: number) => readonly string[],
  path: string,
): Promise<Server> {
  const port = await freePort();
  const home = await mkdtemp(join(tmpdir(), 'sysgraph-bench-'));
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: home };
  const child: ChildProcess = spawn(program, argsOf(port), { stdio: 'ignore', env });
  const ended = once(child, 'exit');
  const url = (of: string) => `http://127.0.0.1:${port}${of}`;
  const deadline = Date.now() + 20_000;
  while (
    !(await get(url(path)).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${program} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const pid = child.pid!;
  return {
    pid,
    asking: (name, of) => ({ name, measure: (times) => costOf(pid, () => repeat(times, () => get(url(of)))) }),
    async stop() {
      child.kill();
      await ended;
      await rm(home, { recursive: true });
    },
  };
}

// What is done for nobody: system calls in ten seconds of quiet, after half a minute of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startExporter } from '../contender/exporter.ts';
import { startGlances } from '../contender/glances.ts';
import type { Result } from '../contest.ts';
import type { Case } from './bench.ts';

const SECONDS = 10;
const QUIET = 30_000;

/** System calls of all threads of a process while ten seconds pass. */
async function callsOf(pid: number): Promise<number> {
  const tracer = spawn('strace', ['-f', '-qq', '-e', 'signal=none', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = text(tracer.stderr);
  await sleep(1_000 * SECONDS);
  tracer.kill('SIGINT');
  await once(tracer, 'close');
  // A call that was waiting when the tracer came, and still was when it left, is none of these seconds.
  const calls = (await lines)
    .split('\n')
    .filter((line) => /\w+\(|resumed>/.test(line) && !/unfinished|detached/.test(line));
  return calls.length;
}

export const idle: Case = async (bench) => {
  if (!bench.has('strace', 'strace', '--version')) return [];
  const others = { node_exporter: await startExporter(bench), Glances: await startGlances(bench) };
  await bench.gateway.ask('{ processes { nodes { pid name memory { rss } } } system { memory { total } } }');
  await sleep(QUIET);
  const counts: Record<string, number> = { sysgraph: await callsOf(bench.gateway.pid) };
  for (const [name, server] of Object.entries(others)) if (server) counts[name] = await callsOf(server.pid);
  await Promise.all(Object.values(others).map((server) => server?.stop()));
  return [{ contest: `system calls in ${SECONDS} s of quiet`, figures: [], counts } satisfies Result];
};

import type { Bench } from '../case/bench.ts';
import type { Contender } from '../contest.ts';
import { startServer } from './server.ts';

export async function startGlances(
  bench: Bench,
  flags: readonly string[] = ['--disable-process'],
  path = '/api/3/all',
): Promise<{ asking: Contender; pid: number; stop(): Promise<void> } | undefined> {
  if (!bench.has('glances', 'glances python3-bottle', '--version')) return undefined;
  // A cache of its own would answer the same again within a second.
  const server = await startServer(
    'glances',
    (port) => ['-w', '--disable-webui', '-B', '127.0.0.1', '-p', String(port), '--cached-time', '0', ...flags],
    '/api/3/cpu',
  );
  return { ...server, asking: server.asking('Glances, its API', path) };
}

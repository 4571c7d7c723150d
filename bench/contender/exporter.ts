import type { Bench } from '../case/bench.ts';
import type { Contender } from '../contest.ts';
import { startServer } from './server.ts';

const PROGRAM = 'prometheus-node-exporter';
/** Those that tell what the tick of the other contenders tells, and no others. */
const COLLECTORS = [
  'cpu',
  'cpufreq',
  'diskstats',
  'filesystem',
  'hwmon',
  'loadavg',
  'meminfo',
  'powersupplyclass',
  'stat',
  'vmstat',
];

export async function startExporter(
  bench: Bench,
): Promise<{ scraping: Contender; pid: number; stop(): Promise<void> } | undefined> {
  if (!bench.has(PROGRAM, PROGRAM, '--version')) return undefined;
  const collectors = COLLECTORS.map((name) => `--collector.${name}`);
  const server = await startServer(
    PROGRAM,
    (port) => [`--web.listen-address=127.0.0.1:${port}`, '--collector.disable-defaults', ...collectors],
    '/metrics',
  );
  return { ...server, scraping: server.asking('node_exporter', '/metrics') };
}

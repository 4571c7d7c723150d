// A watch of processor time and memory of 5,000 processes, tick by tick.
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { crowd } from '../../test/support/crowd.ts';
import type { Gateway } from '../contender/gateway.ts';
import { repeat } from '../contender/gateway.ts';
import { startGlances } from '../contender/glances.ts';
import { costOf } from '../contender/process-time.ts';
import { type Contender, contest } from '../contest.ts';
import type { Case } from './bench.ts';

const SIZE = 5_000;
const SECONDS = 8;
const ROUNDS = 5;

/** A client of its own for each turn: who watches no more costs nothing in the turns of others. */
export const watching = ({ url, pid }: Gateway, name: string, selection: string): Contender => ({
  name,
  async measure(times) {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket });
    const events = client.iterate({ query: `subscription { processes(everyMs: 1000) { changed { ${selection} } } }` });
    // The first tells all rows, and the second is the first with a rate.
    await repeat(2, () => events.next());
    const cost = await costOf(pid, () => repeat(times, () => events.next()));
    await events.return?.();
    await client.dispose();
    return cost;
  },
});

export const watch: Case = async (bench) => {
  const { gateway, psutil } = bench;
  const company = await crowd({ count: SIZE, names: ['worker'] });
  const glances = await startGlances(bench, [], '/api/3/processlist');
  try {
    const contenders = [
      watching(gateway, 'sysgraph: processor time and memory', 'pid cpuPercent memory { rss }'),
      watching(gateway, 'sysgraph: processor time', 'pid cpuPercent'),
      psutil?.doing('watch'),
      glances?.asking,
    ];
    const present = contenders.filter((each) => each !== undefined);
    return [await contest(`a second of watching ${SIZE} processes`, present, { rounds: ROUNDS, times: SECONDS })];
  } finally {
    await Promise.all([company.stop(), glances?.stop()]);
  }
};

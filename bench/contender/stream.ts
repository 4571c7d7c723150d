// A stream of the system, each of its ticks by itself: what one client watches over one WebSocket.
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Contender } from '../contest.ts';
import type { Gateway } from './gateway.ts';
import { repeat } from './gateway.ts';
import { costOf } from './process-time.ts';

/** Streams that warm it up: so many paces, none of which is the one that is measured. */
const PACES = Array.from({ length: 25 }, (_, index) => 101 + index);
const WARM_TICKS = 120;

export interface Streaming extends Contender {
  /** The gateway of a dashboard has run for long, and so has its code. */
  warm(): Promise<void>;
}

export function streaming({ url, pid }: Gateway, name: string, selection: string, everyMs: number): Streaming {
  const query = `subscription ($everyMs: Int!) { system(everyMs: $everyMs) { ${selection} } }`;

  /** A client of its own for each turn: who watches no more costs nothing in the turns of others. */
  async function watch<T>(paces: readonly number[], look: (streams: AsyncIterableIterator<unknown>[]) => Promise<T>) {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket });
    const streams = paces.map((pace) => client.iterate({ query, variables: { everyMs: pace } }));
    const seen = await look(streams);
    await Promise.all(streams.map((stream) => stream.return?.()));
    await client.dispose();
    return seen;
  }

  return {
    name,
    measure: (times) =>
      watch([everyMs], async ([stream]) => {
        await repeat(2, () => stream!.next());
        return costOf(pid, () => repeat(times, () => stream!.next()));
      }),
    warm: async () =>
      void (await watch(PACES, (streams) => Promise.all(streams.map((each) => repeat(WARM_TICKS, () => each.next()))))),
  };
}

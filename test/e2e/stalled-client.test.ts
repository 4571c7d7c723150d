// What ends other gateways: a reader that stops reading while over a thousand events are told. Where they are kept for
// it, they come to be too many, and what is thrown then nobody catches; where they are kept for all, the next reader
// hangs.
import { expect, it } from 'vitest';
import { events, Peer, startLive } from '../support/live.ts';
import type { Answer } from '../support/operation.ts';

/** More than others keep, by what no buffer on the way holds. */
const TICKS = 1_500;
const row = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: ['x'.repeat(60_000)] };
const QUERY = 'subscription { process(pid: 7, everyMs: 100) { folded process { cmdline } } }';

interface Reader {
  /** How many events the next one stands for. */
  next(): Promise<number>;
  stall(): void;
  goOn(): void;
}

const covered = ({ data }: Answer): number => 1 + data.process.folded;

const protocols: Record<string, (live: Awaited<ReturnType<typeof startLive>>) => Promise<Reader>> = {
  async WebSocket({ ws }) {
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', QUERY);
    return {
      async next() {
        await peer.has(1);
        return covered(peer.messages.shift().payload);
      },
      stall: () => peer.socket.pause(),
      goOn: () => peer.socket.resume(),
    };
  },
  async SSE({ url }) {
    const { data } = await events(url, QUERY);
    // Nothing is read that is not asked for.
    return { next: async () => covered(await data()), stall: () => undefined, goOn: () => undefined };
  },
};

it.each(Object.keys(protocols))('one reader that stalls ends nothing, over %s', async (protocol) => {
  const live = await startLive({ rows: { process: [row] }, patience: { pause: 600_000 } });
  const open = () => protocols[protocol]!(live);
  const [fast, stalled] = [await open(), await open()];
  expect([await fast.next(), await stalled.next()]).toEqual([1, 1]);
  const before = live.calls.length;
  stalled.stall();
  for (let tick = 0; tick < TICKS; tick++) {
    const next = fast.next();
    await live.clock.pass(100);
    expect(await next).toBe(1);
  }
  // Nobody else hangs, and who comes now is told at once.
  expect(await (await open()).next()).toBe(1);
  expect(live.calls.length - before).toBe(TICKS + 1);
  stalled.goOn();
  const told: number[] = [];
  for (let sum = 0; sum < TICKS; sum += told.at(-1)!) told.push(await stalled.next());
  expect(told.reduce((sum, events) => sum + events)).toBe(TICKS);
  expect(Math.max(...told)).toBeGreaterThan(1_024);
  await live.gateway.close();
  expect([live.watch.size, live.clock.waiting]).toEqual([0, 0]);
});

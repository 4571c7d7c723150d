// A thousand clients of one gateway, of which many do as clients do: stop reading, and vanish.
import { expect, test, vi } from 'vitest';
import { settled } from '../support/clock.ts';
import { comesBackTo, held } from '../support/held.ts';
import { events, Peer, startLive } from '../support/live.ts';

const CLIENTS = 1000;
const TICKS = 30;
const WATCH = 'subscription { cpu(everyMs: 1000) { folded } }';
const PATIENT = { patience: { pause: 600_000 } };

interface Reader {
  /** Events received and folded, the first one not counted. */
  covered(): number;
  stall(): void;
  goOn(): void;
  vanish(): void;
}

type Live = Awaited<ReturnType<typeof startLive>>;

async function overWebSocket({ ws }: Live): Promise<Reader> {
  const peer = await Peer.greeted(ws);
  peer.subscribe('1', WATCH);
  await peer.has(1);
  return {
    covered: () => peer.messages.slice(1).reduce((sum, { payload }) => sum + 1 + payload.data.cpu.folded, 0),
    stall: () => peer.socket.pause(),
    goOn: () => peer.socket.resume(),
    vanish: () => peer.socket.terminate(),
  };
}

async function overEvents({ url }: Live): Promise<Reader> {
  const leaving = new AbortController();
  const { data } = await events(url, WATCH, leaving.signal);
  await data();
  let covered = 0;
  let isStalled = false;
  const read = async () => {
    while (!isStalled) covered += 1 + (await data()).data.cpu.folded;
  };
  void read().catch(() => undefined);
  return {
    covered: () => covered,
    stall: () => {
      isStalled = true;
    },
    goOn: () => {
      isStalled = false;
      void read().catch(() => undefined);
    },
    vanish: () => leaving.abort(),
  };
}

/** Half of them stop reading, a quarter go without a word; the others are told of every tick. */
async function crowd(live: Live, connect: (live: Live) => Promise<Reader>): Promise<void> {
  const readers: Reader[] = [];
  while (readers.length < CLIENTS / 2)
    readers.push(...(await Promise.all(Array.from({ length: 50 }, () => connect(live)))));
  const quarter = readers.length / 4;
  const [vanishing, stalled, other] = [
    readers.slice(0, quarter),
    readers.slice(quarter, 3 * quarter),
    readers.slice(3 * quarter),
  ];
  for (const reader of stalled) reader.stall();
  for (let tick = 0; tick < TICKS; tick++) {
    await live.clock.pass(1000);
    if (tick === TICKS / 2) for (const reader of vanishing) reader.vanish();
  }
  const covering = (of: Reader[]) => of.filter((reader) => reader.covered() === TICKS).length;
  await vi.waitFor(() => expect(covering(other)).toBe(other.length), 50_000);
  for (const reader of stalled) reader.goOn();
  await vi.waitFor(() => expect(covering(stalled)).toBe(stalled.length), 50_000);
  for (const reader of [...stalled, ...other]) reader.vanish();
  await vi.waitFor(() => expect([live.watch.size, live.clock.waiting]).toEqual([0, 0]), 50_000);
  await settled();
}

test.each([
  ['WebSockets', overWebSocket],
  ['server-sent events', overEvents],
])(
  'what is sent over %s and what is folded is all there was, and nothing stays',
  async (_, connect) => {
    const live = await startLive(PATIENT);
    await crowd(live, connect);
    const before = held();
    for (let round = 0; round < 2; round++) await crowd(live, connect);
    await comesBackTo(before);
    await live.gateway.close();
  },
  300_000,
);

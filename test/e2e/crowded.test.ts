import { expect, it } from 'vitest';
import { Peer, startLive } from '../support/live.ts';
import type { Answer } from '../support/operation.ts';

const CLIENTS = 200;
const TICKS = 60;
// Large enough for the buffers on the way to a reader that does not read to be full before the end.
const text = 'x'.repeat(90_000);
const row = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: [text] };
const QUERY = 'subscription { process(pid: 7, everyMs: 100) { folded process { cmdline } } }';

it('clients that stall hold up no other, and what each received and missed is what there was', async () => {
  const { gateway, ws, clock, calls, watch } = await startLive({ rows: { process: [row] } });
  const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.greeted(ws)));
  const [stalled, others] = [peers.slice(CLIENTS / 2), peers.slice(0, CLIENTS / 2)];
  for (const peer of peers) peer.subscribe('1', QUERY);
  await Promise.all(peers.map((peer) => peer.has(1)));
  const before = calls.length;
  for (const peer of stalled) peer.socket.pause();
  for (let tick = 1; tick <= TICKS; tick++) {
    await clock.pass(100);
    await Promise.all(others.map((peer) => peer.has(1 + tick)));
  }
  const produced = calls.length - before;
  expect(produced).toBe(TICKS);
  for (const peer of others) expect([peer.messages.length - 1, foldedOf(peer)]).toEqual([produced, 0]);

  for (const peer of stalled) peer.socket.resume();
  for (const peer of stalled) await covers(peer, produced);
  for (const peer of stalled) expect(peer.messages.length - 1 + foldedOf(peer)).toBe(produced);
  expect(stalled.filter((peer) => foldedOf(peer) > 0).length).toBe(stalled.length);

  for (const peer of peers) peer.socket.close();
  expect(new Set(await Promise.all(peers.map(({ closed }) => closed)))).toEqual(new Set([1005]));
  await gateway.close();
  expect([watch.size, clock.waiting]).toEqual([0, 0]);
});

const foldedOf = ({ messages }: Peer): number =>
  messages.reduce((sum, { payload }: Answer) => sum + payload.data.process.folded, 0);

/** Waits until what a peer received and missed is as much as there was. */
async function covers(peer: Peer, produced: number): Promise<void> {
  while (peer.messages.length - 1 + foldedOf(peer) < produced) await peer.has(peer.messages.length + 1);
}

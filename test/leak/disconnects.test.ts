import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { settled } from '../support/clock.ts';
import { comesBackTo, held } from '../support/held.ts';
import { events, Peer, PROTOCOL, startLive } from '../support/live.ts';

const WATCH = 'subscription { cpu { elapsed } }';
const ROUNDS = 10;

type Live = Awaited<ReturnType<typeof startLive>>;

/** Every way a client has to vanish, of which none says goodbye in full. */
const vanishings: Record<string, (live: Live) => Promise<void>> = {
  async 'a WebSocket that is cut off while it watches'({ ws }) {
    const peer = await Peer.greeted(ws);
    for (const id of ['1', '2', '3']) peer.subscribe(id, WATCH);
    await peer.has(3);
    peer.socket.terminate();
    await peer.closed;
  },
  async 'a WebSocket that is closed while it watches'({ ws }) {
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', WATCH);
    await peer.has(1);
    peer.socket.close();
    await peer.closed;
  },
  async 'a WebSocket that is cut off as it asks'({ ws }) {
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', WATCH);
    peer.subscribe('2', '{ system { loadAverage { one } } }');
    peer.socket.terminate();
    await peer.closed;
  },
  async 'a WebSocket whose token is wrong'({ ws }) {
    const peer = await Peer.open(ws);
    peer.send({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
    expect(await peer.closed).toBe(4403);
  },
  async 'a WebSocket whose token is wrong before it is one'({ ws }) {
    const peer = new Peer(ws, PROTOCOL, { headers: { authorization: 'Bearer wrong' } });
    expect(await peer.closed).toBe(1006);
  },
  async 'a reader of events whose token is wrong'({ url }) {
    const { response, next } = await events(url, WATCH, undefined, { authorization: 'Bearer wrong' });
    expect(response.status).toBe(401);
    expect(await next()).toBeNull();
  },
  async 'a WebSocket that never greets'({ ws }) {
    const peer = await Peer.open(ws);
    peer.socket.terminate();
    await peer.closed;
  },
  async 'a connection that breaks off its upgrade'({ url }) {
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined);
    const head = ['GET /graphql HTTP/1.1', `Host: ${url.host}`, 'Connection: Upgrade', 'Upgrade: websocket'];
    await new Promise<void>((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n`, () => resolve()));
    socket.destroy();
  },
  async 'a reader of events that goes'({ url }) {
    const leaving = new AbortController();
    const { data } = await events(url, WATCH, leaving.signal);
    await data();
    leaving.abort();
  },
  async 'a reader of events that goes before the first'({ url }) {
    const leaving = new AbortController();
    const asked = events(url, WATCH, leaving.signal).catch(() => undefined);
    await settled();
    leaving.abort();
    await asked;
  },
};

test('a thousand clients that vanish leave nothing behind', async () => {
  const live = await startLive();
  const ways = Object.values(vanishings);
  const round = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => ways[index % ways.length]!(live)));
  const quiet = async () => {
    await vi.waitFor(() => expect([live.watch.size, live.clock.waiting]).toEqual([0, 0]), 20_000);
    await settled();
  };
  await round(ways.length * 3);
  await quiet();
  const before = held();
  for (let done = 0; done < ROUNDS; done++) {
    await round(100);
    await live.clock.pass(1000);
  }
  await quiet();
  await comesBackTo(before);
  await live.gateway.close();
});

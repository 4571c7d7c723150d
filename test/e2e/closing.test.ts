import { EventEmitter, once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startGateway } from '../../server/gateway.ts';
import { events, Peer, startLive } from '../support/live.ts';
import { JSON_BODY, optionsWith, send } from '../support/serving.ts';
import { toySchema } from '../support/toy.ts';

/** A gateway whose `gate` field answers when told to. */
async function startGated(graceMs?: number) {
  const gate = new EventEmitter();
  const reached = once(gate, 'reached');
  const schema = toySchema(async () => {
    gate.emit('reached');
    const [word] = await once(gate, 'open');
    return word;
  });
  const options = optionsWith({});
  const gateway = await startGateway({
    schema,
    context: () => ({}),
    options,
    ...(graceMs ? { patience: { grace: graceMs } } : {}),
  });
  const { port } = new URL(gateway.url);
  const agent = new Agent({ keepAlive: true });
  const where = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers: JSON_BODY, agent };
  const ask = () => send(where, JSON.stringify({ query: '{ gate }' }));
  return { gateway, port: Number(port), reached, open: (word: string) => gate.emit('open', word), ask };
}

it('lets a request in flight end, and then the connection it came by', async () => {
  const { gateway, port, reached, open, ask } = await startGated();
  const silent = connect(port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  const asked = ask();
  await reached;
  const closed = gateway.close();
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  open('late');
  const answer = await asked;
  expect(JSON.parse(answer.text)).toEqual({ data: { gate: 'late' } });
  expect(answer.headers.connection).toBe('close');
  await closed;
  silent.destroy();
});

it('does not wait for ever for a request that does not end', async () => {
  const { gateway, reached, ask } = await startGated(50);
  const asked = ask();
  const cut = expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
  await reached;
  await gateway.close();
  await cut;
});

const WATCH = 'subscription { cpu(everyMs: 100) { elapsed } }';

it('tells who is connected that it goes, and ends what they watch', async () => {
  const { gateway, ws, url, watch, clock } = await startLive();
  const peers = [await Peer.greeted(ws), await Peer.greeted(ws), await Peer.open(ws)];
  for (const peer of peers.slice(0, 2)) peer.subscribe('1', WATCH);
  for (const peer of peers.slice(0, 2)) await peer.has(1);
  const { next, data } = await events(url, WATCH);
  await data();
  await gateway.close();
  expect(await Promise.all(peers.map(({ closed }) => closed))).toEqual([1001, 1001, 1001]);
  for (const { messages } of peers) expect(messages.filter(({ type }) => type === 'complete')).toEqual([]);
  // The end of an answer that does not say that it is complete.
  expect(await next()).toBeNull();
  expect([watch.size, clock.waiting]).toEqual([0, 0]);
});

it('cuts off who does not go', async () => {
  const { gateway, ws, watch } = await startLive({ patience: { grace: 50 } });
  const peer = await Peer.greeted(ws);
  peer.subscribe('1', WATCH);
  await peer.has(1);
  peer.socket.pause();
  await gateway.close();
  expect(watch.size).toBe(0);
  peer.socket.terminate();
});

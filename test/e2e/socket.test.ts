import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Keys } from '../../native/index.ts';
import { settled } from '../support/clock.ts';
import { type LiveHost, Peer, startLive } from '../support/live.ts';

const started: Awaited<ReturnType<typeof startLive>>[] = [];

async function start(host?: LiveHost) {
  const live = await startLive(host);
  started.push(live);
  return live;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const { gateway } of started.splice(0)) await gateway.close();
});

const CPU = 'subscription { cpu { elapsed folded } }';
const cpu = (elapsed: number, folded = 0) => ({ data: { cpu: { elapsed, folded } } });
const next = (id: string, payload: object) => ({ id, type: 'next', payload });

describe('a client of graphql-ws', () => {
  const connect = (url: string) => createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });

  it('asks and watches', async () => {
    const { ws, clock, watch } = await start();
    const client = connect(ws);
    const asked = client.iterate({ query: '{ system { loadAverage { one } } }' });
    expect(await asked.next()).toMatchObject({ value: { data: { system: { loadAverage: { one: 0.5 } } } } });
    expect((await asked.next()).done).toBe(true);
    const watched = client.iterate({ query: CPU });
    expect((await watched.next()).value).toEqual(cpu(0));
    const second = watched.next();
    await clock.pass(1000);
    expect((await second).value).toEqual(cpu(1));
    expect(watch.size).toBe(1);
    await watched.return?.();
    await vi.waitFor(() => expect(watch.size).toBe(0), 20_000);
    await client.dispose();
  });

  it.each([
    ['subscription { cpu(everyMs: 99) { at } }', /^everyMs is 99; it must be from 100 to 3600000$/, 'BAD_USER_INPUT'],
    ['subscription { nothing }', /^Cannot query field "nothing"/, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { cpu { at } memory { at } }', /one top level field|only one/i, 'GRAPHQL_VALIDATION_FAILED'],
    ['{ process(pid: 1) { parent { parent { pid } } } }', /the limit is 3, .* --max-depth/, 'LIMIT_EXCEEDED'],
    ['{', /^Syntax Error/, undefined],
    ['query A { __typename } query B { __typename }', /^Unable to identify operation/, undefined],
  ])('is told what is wrong with %s', async (query, message, code) => {
    const { ws } = await start({ options: { maxDepth: 3 } });
    const client = connect(ws);
    const failure = await client
      .iterate({ query })
      .next()
      .then(
        ({ value }) => value?.errors,
        (errors) => errors,
      );
    expect(failure[0].message).toMatch(message);
    expect(failure[0].extensions?.code).toBe(code);
    expect(failure[0].extensions?.http).toBeUndefined();
    await client.dispose();
  });
});

it('what is no operation of the document is not at work, however often it is asked for', async () => {
  const { ws } = await start({ options: { maxRunning: 2 } });
  const client = createClient({ url: ws, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = 'query A { __typename } query B { __typename }';
  const ask = (operationName?: string) => client.iterate({ query, operationName }).next();
  for (const name of [undefined, undefined, 'C', 'C']) {
    const errors = await ask(name).catch((failure) => failure);
    expect(errors).toMatchObject([{ message: expect.stringMatching(/^Unable to identify operation/) }]);
  }
  expect((await ask('B')).value).toEqual({ data: { __typename: 'Query' } });
  await client.dispose();
});

describe('the upgrade', () => {
  /** What a server says to a request to become a WebSocket; 101 if it does. */
  const statusOf = (url: URL, path: string, headers: object): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request({
        host: url.hostname,
        port: url.port,
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==',
          'sec-websocket-protocol': 'graphql-transport-ws',
          ...headers,
        },
      });
      asked.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode!);
      });
      asked.on('response', (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      asked.on('error', reject);
      asked.end();
    });

  it.each([
    [101, '/graphql', {}],
    [101, '/graphql?x=1', {}],
    [421, '/graphql', { host: 'evil.example' }],
    [403, '/graphql', { origin: 'http://evil.example' }],
    [403, '/graphql', { origin: 'null' }],
    [101, '/graphql', { origin: 'https://ops.example' }],
    [404, '/', {}],
    [404, '/healthz', {}],
    // Who offers another protocol has asked by HTTP, and a GET needs the header against forgery.
    [403, '/graphql', { upgrade: 'h2c' }],
    [400, '/graphql', { 'sec-websocket-key': 'x' }],
  ])('is answered with %i for %s and %j', async (status, path, headers) => {
    const { url } = await start({ options: { allowOrigin: ['https://ops.example'] } });
    expect(await statusOf(url, path, headers)).toBe(status);
  });

  it('is refused where there are too many, until one has left', async () => {
    const { ws, url } = await start({ options: { maxConnections: 1 } });
    const peer = await Peer.greeted(ws);
    expect(await statusOf(url, '/graphql', {})).toBe(503);
    peer.socket.close();
    await peer.closed;
    await vi.waitFor(async () => expect(await statusOf(url, '/graphql', {})).toBe(101), 20_000);
  });

  it('who says nothing takes no place from those who do', async () => {
    const { ws, url } = await start({ options: { maxConnections: 2 } });
    const silent = [await Peer.open(ws), await Peer.open(ws)];
    const known = await Peer.greeted(ws);
    // The one that was silent longest; and then the other one.
    expect(await silent[0]!.closed).not.toBe(1005);
    expect(silent[1]!.socket.readyState).toBe(WebSocket.OPEN);
    const last = await Peer.greeted(ws);
    expect(await silent[1]!.closed).not.toBe(1005);
    expect(await statusOf(url, '/graphql', {})).toBe(503);
    for (const peer of [known, last]) {
      peer.subscribe('1', '{ __typename }');
      expect((await peer.has(1))[0].type).toBe('next');
    }
  });
});

describe('a client that', () => {
  it('says nothing is closed with 4408', async () => {
    const { ws } = await start({ patience: { init: 50 } });
    expect(await (await Peer.open(ws)).closed).toBe(4408);
  });

  it.each<[string, number, (peer: Peer) => void]>([
    ['greets twice', 4429, (peer) => peer.send({ type: 'connection_init' })],
    ['sends no JSON', 4400, (peer) => peer.socket.send('{')],
    ['sends JSON that is no message', 4400, (peer) => peer.socket.send('[]')],
    ['sends a type nobody knows', 4400, (peer) => peer.send({ type: 'nothing' })],
    ['sends what only a server may', 4400, (peer) => peer.send({ id: '1', type: 'next', payload: {} })],
    ['asks for nothing', 4400, (peer) => peer.send({ id: '1', type: 'subscribe', payload: {} })],
    ['sends too much', 1009, (peer) => peer.socket.send('x'.repeat(100_001))],
    ['sends what is no text', 1007, (peer) => peer.socket.send(Buffer.from([0xff]), { binary: false })],
  ])('%s is closed with %i', async (_, code, act) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { ws } = await start();
    const peer = await Peer.greeted(ws);
    act(peer);
    expect(await peer.closed).toBe(code);
    expect(logged).not.toHaveBeenCalled();
  });

  it('asks before it greets is closed with 4401', async () => {
    const { ws } = await start();
    const peer = await Peer.open(ws);
    peer.subscribe('1', CPU);
    expect(await peer.closed).toBe(4401);
  });

  it('uses an id twice is closed with 4409, and nothing of it goes on', async () => {
    const { ws, watch } = await start();
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', CPU);
    await peer.has(1);
    peer.subscribe('1', CPU);
    expect(await peer.closed).toBe(4409);
    await vi.waitFor(() => expect(watch.size).toBe(0), 20_000);
  });

  it('speaks another protocol is not spoken to', async () => {
    const { ws } = await start();
    expect(await new Peer(ws, []).closed).toBe(4406);
    expect(await new Peer(ws, 'graphql-ws').closed).toBe(1006);
  });

  it('does not say that it is still there is cut off, and no other', async () => {
    const { ws, watch } = await start({ patience: { pause: 100 } });
    const silent = await Peer.greeted(ws, { autoPong: false });
    silent.subscribe('1', CPU);
    const other = await Peer.greeted(ws);
    let pings = 0;
    const asked = new Promise<void>((resolve) => other.socket.on('ping', () => ++pings === 5 && resolve()));
    expect(await silent.closed).toBe(1013);
    expect(silent.reason).toBe('It does not answer to pings');
    await asked;
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    await vi.waitFor(() => expect(watch.size).toBe(0), 20_000);
  });

  it('does not read is told why it is closed', async () => {
    const row = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: ['x'.repeat(60_000)] };
    const { ws, watch, clock } = await start({ rows: { process: [row] }, patience: { pause: 2000 } });
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', 'subscription { process(pid: 7, everyMs: 100) { process { cmdline } } }');
    await peer.has(1);
    peer.socket.pause();
    const moving = setInterval(() => void clock.pass(100), 2);
    await vi.waitFor(() => expect([watch.size, clock.waiting]).toEqual([0, 0]), { timeout: 50_000, interval: 10 });
    clearInterval(moving);
    peer.socket.resume();
    expect(await peer.closed).toBe(1013);
    expect(peer.reason).toBe('What it is sent is not read');
  });

  it('asks without reading is cut off', async () => {
    const { ws, watch } = await start();
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', CPU);
    await peer.has(1);
    peer.socket.pause();
    const timer = setInterval(() => {
      for (let sent = 0; sent < 5000 && peer.socket.bufferedAmount < 1e6; sent++) peer.socket.ping('x'.repeat(125));
    }, 1);
    await vi.waitFor(() => expect(watch.size).toBe(0), 50_000);
    clearInterval(timer);
    peer.socket.terminate();
  });
});

describe('operations of one WebSocket', () => {
  it('are as many as may be, and there is room when one has ended', async () => {
    const { ws, watch } = await start({ options: { maxSubscriptions: 2 } });
    const peer = await Peer.greeted(ws);
    for (const id of ['1', '2', '3']) peer.subscribe(id, CPU);
    const messages = await peer.has(3);
    const [error] = messages.filter(({ type }) => type === 'error');
    expect(error.id).toBe('3');
    expect(error.payload[0].message).toMatch(/the limit is 2, .* --max-subscriptions/);
    expect(error.payload[0].extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: 'maxSubscriptions', maximum: 2 });
    peer.send({ id: '1', type: 'complete' });
    peer.send({ id: '2', type: 'complete' });
    await vi.waitFor(() => expect(watch.size).toBe(0), 20_000);
    peer.subscribe('4', CPU);
    expect((await peer.has(4))[3]).toEqual(next('4', cpu(0)));
    peer.socket.close();
  });

  it('are as many as may be of all WebSockets together', async () => {
    const { ws, watch } = await start({ options: { maxStreams: 2 } });
    const peers = [await Peer.greeted(ws), await Peer.greeted(ws)];
    for (const peer of peers) {
      peer.subscribe('1', CPU);
      await peer.has(1);
    }
    peers[0]!.subscribe('2', CPU);
    const error = (await peers[0]!.has(2))[1]!.payload[0];
    expect(error.message).toMatch(/too many subscriptions open: the limit is 2, .* --max-streams/);
    expect(error.extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: 'maxStreams', maximum: 2 });
    peers[1]!.socket.terminate();
    await peers[1]!.closed;
    await vi.waitFor(async () => {
      peers[0]!.messages.length = 0;
      peers[0]!.subscribe(String(Math.random()), CPU);
      expect((await peers[0]!.has(1))[0]!.type).toBe('next');
    }, 20_000);
    expect(watch.size).toBe(1);
    peers[0]!.socket.close();
  });

  it('are no more than that if all of them are opened at once', async () => {
    const { ws, watch } = await start({ options: { maxStreams: 2 } });
    const peer = await Peer.greeted(ws);
    for (const id of ['1', '2', '3', '4']) peer.subscribe(id, CPU);
    const messages = await peer.has(6);
    const refused = messages.flatMap(({ payload }) => payload?.[0] ?? payload?.errors?.[0] ?? []);
    expect(messages.filter(({ payload }) => payload?.data)).toHaveLength(2);
    expect(refused.map(({ extensions }) => extensions.limit)).toEqual(['maxStreams', 'maxStreams']);
    expect(messages.filter(({ type }) => type === 'complete')).toHaveLength(2);
    expect(watch.size).toBe(1);
    peer.socket.close();
  });

  it('that may cost too much are not even begun', async () => {
    const process = [1, 2, 3].map((key) => ({ key, startTicks: key, memoryFootprintUss: 1 }));
    const { ws, calls, watch } = await start({ rows: { process }, options: { maxCost: 1000 } });
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', 'subscription { processes { added { memoryFootprint { uss } } } }');
    const error = (await peer.has(1))[0]!;
    expect([error.type, error.payload[0].extensions.limit]).toEqual(['error', 'maxCost']);
    expect(error.payload[0].message).toMatch(/ProcessMemoryFootprint.uss, of 3 rows, .* --max-cost raises it/);
    expect(calls).toEqual(['process nothing all']);
    expect(watch.size).toBe(0);
    peer.socket.close();
  });

  it('that come to cost too much end', async () => {
    const rows = { process: [{ key: 1, startTicks: 1, memoryFootprintUss: 1 }] };
    const { ws, clock, watch } = await start({ rows, options: { maxCost: 1000 } });
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', 'subscription { processes { totalCount added { memoryFootprint { uss } } } }');
    expect((await peer.has(1))[0]!.payload.data.processes.totalCount).toBe(1);
    for (const key of [2, 3]) rows.process.push({ key, startTicks: key, memoryFootprintUss: 1 });
    await clock.pass(2000);
    const [, refused, end] = await peer.has(3);
    expect([refused!.payload.errors[0].extensions.limit, end!.type]).toEqual(['maxCost', 'complete']);
    expect(watch.size).toBe(0);
    peer.socket.close();
  });

  it('go their own ways', async () => {
    const { ws, clock } = await start();
    const peer = await Peer.greeted(ws);
    peer.subscribe('a', CPU);
    peer.subscribe('b"\\', 'subscription { memory { elapsed } }');
    peer.subscribe('c', '{ __typename }');
    await peer.has(4);
    expect(peer.messages).toContainEqual(next('a', cpu(0)));
    expect(peer.messages).toContainEqual(next('b"\\', { data: { memory: { elapsed: 0 } } }));
    expect(peer.messages).toContainEqual(next('c', { data: { __typename: 'Query' } }));
    expect(peer.messages).toContainEqual({ id: 'c', type: 'complete' });
    peer.send({ id: 'a', type: 'complete' });
    peer.subscribe('d', '{ __typename }');
    await peer.has(6);
    await clock.pass(1000);
    expect((await peer.has(7))[6]).toEqual(next('b"\\', { data: { memory: { elapsed: 1 } } }));
    peer.socket.close();
  });

  it('end with what they watch', async () => {
    const { ws } = await start({ rows: {} });
    const peer = await Peer.greeted(ws);
    peer.subscribe('1', 'subscription { process(pid: 7) { process { pid } } }');
    expect(await peer.has(2)).toEqual([
      next('1', { data: { process: { process: null } } }),
      { id: '1', type: 'complete' },
    ]);
    peer.socket.close();
  });

  it('that fail for our fault say so without saying how, and the log does once', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { ws, rows, clock } = await start();
    const peers = [await Peer.greeted(ws), await Peer.greeted(ws)];
    for (const peer of peers) {
      peer.subscribe('1', CPU);
      await peer.has(1);
    }
    Object.defineProperty(rows, 'system', {
      get() {
        throw new Error('hunter2');
      },
    });
    await settled();
    await clock.pass(1000);
    for (const peer of peers) {
      const [, answer, end] = await peer.has(3);
      expect(answer.payload.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      expect(end).toEqual({ id: '1', type: 'complete' });
      peer.socket.close();
    }
    expect(String(logged.mock.calls[0])).toContain('hunter2');
  });

  it('that are shared go on when one of those they are for goes away', async () => {
    const gate = new EventEmitter();
    const reached = once(gate, 'reached');
    const opened = once(gate, 'open');
    const hold = async (keys: Keys) => {
      if (!('keys' in keys) || keys.keys[0] !== 1) return;
      gate.emit('reached');
      await opened;
    };
    const row = { startTicks: 1, comm: 'a', ppid: 0 };
    const rows = {
      process: [
        { ...row, key: 1 },
        { ...row, key: 7, ppid: 1 },
      ],
    };
    const { ws, watch } = await start({ rows, hold });
    const [first, second] = [await Peer.greeted(ws), await Peer.greeted(ws)];
    for (const peer of [first, second])
      peer.subscribe('1', 'subscription { process(pid: 7) { process { parent { pid } } } }');
    await reached;
    // That it is gone is seen by what it alone watches.
    first.subscribe('2', CPU);
    await vi.waitFor(() => expect(watch.size).toBe(2), 20_000);
    first.socket.terminate();
    await vi.waitFor(() => expect(watch.size).toBe(1), 20_000);
    gate.emit('open');
    expect(await second.has(1)).toEqual([next('1', { data: { process: { process: { parent: { pid: 1 } } } } })]);
    second.socket.close();
  });
});

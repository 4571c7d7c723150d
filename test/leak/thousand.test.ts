// A thousand clients at once, of whom half stop reading and a quarter vanish without a word: the rest is told
// everything, and when all are gone the gateway holds what it held before.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { heapTable, openLocal, rowsOf } from '../../native/index.ts';
import { comesBackTo, held } from '../support/held.ts';
import { PROTOCOL, startLive } from '../support/live.ts';

const CLIENTS = 1_000;
const TICKS = 20;
const ROUNDS = 4;
/** Bytes for all clients of three rounds: a thousand for each, where one of server-sent events takes thirty. */
const SLACK = 3_000_000;

const row = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: ['x'.repeat(16_000)] };
const query = 'subscription { process(pid: 7, everyMs: 100) { folded process { cmdline } } }';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const machine = await openLocal();

interface Client {
  /** Events it had, and those that were folded into them. */
  readonly had: { events: number; folded: number };
  stall(): void;
  /** As when its machine is switched off and another one answers for it. */
  vanish(): void;
  leave(): void;
}

/** What is told of folded ticks stands once in an event, at its beginning. */
function count(had: Client['had'], text: string): void {
  for (const [, folded] of text.matchAll(/"folded":(\d+)/g)) {
    had.events++;
    had.folded += Number(folded);
  }
}

async function overWebSocket({ ws }: { ws: string }): Promise<Client> {
  const had = { events: 0, folded: 0 };
  const socket = new WebSocket(ws, PROTOCOL, { perMessageDeflate: false });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.on('message', (data) => count(had, String(data)));
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const wire = (socket as unknown as { _socket: Socket })._socket;
  return {
    had,
    stall: () => socket.pause(),
    vanish: () => wire.resetAndDestroy(),
    leave: () => socket.terminate(),
  };
}

async function overEvents({ url }: { url: URL }): Promise<Client> {
  const had = { events: 0, folded: 0 };
  const agent = new Agent({ keepAlive: false });
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const response = await new Promise<IncomingMessage>((resolve) => {
    const sent = request(new URL('/graphql', url), { method: 'POST', headers, agent }, resolve);
    sent.on('error', () => undefined);
    sent.end(JSON.stringify({ query }));
  });
  let rest = '';
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n\n');
    rest = lines.pop()!;
    count(had, lines.join());
  });
  const wire = response.socket;
  return { had, stall: () => response.pause(), vanish: () => wire.resetAndDestroy(), leave: () => response.destroy() };
}

/** Bytes that are reachable from anywhere, and that the allocator has handed out. */
async function live(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    collect();
    await setTimeout(100);
  }
  const [heap] = rowsOf(heapTable, 1, await machine.read(heapTable, 1, { keys: [] }));
  return process.memoryUsage().heapUsed + heap!.used! + heap!.mmapped!;
}

type Live = Awaited<ReturnType<typeof startLive>>;

async function round(host: Live): Promise<void> {
  const open = (index: number) => (index % 2 === 0 ? overWebSocket(host) : overEvents(host));
  const clients: Client[] = [];
  for (let index = 0; index < CLIENTS; index += 100)
    clients.push(...(await Promise.all(Array.from({ length: 100 }, (_, more) => open(index + more)))));
  const has = (of: readonly Client[], least: number) =>
    vi.waitFor(() => expect(of.filter(({ had }) => had.events + had.folded < least).length).toBe(0), 60_000);
  await has(clients, 1);
  const before = host.calls.length;
  const [stalling, vanishing] = [clients.slice(0, CLIENTS / 2), clients.slice(CLIENTS / 2, (3 * CLIENTS) / 4)];
  const rest = clients.slice((3 * CLIENTS) / 4);
  for (const client of stalling) client.stall();
  for (let tick = 0; tick < TICKS; tick++) {
    for (const client of vanishing.splice(0, CLIENTS / 4 / TICKS + 1)) client.vanish();
    await host.clock.pass(100);
  }
  const produced = host.calls.length - before;
  expect([produced, vanishing.length]).toEqual([TICKS, 0]);
  await has(rest, 1 + produced);
  expect(rest.filter(({ had }) => had.events + had.folded !== 1 + produced).length).toBe(0);
  expect(stalling.filter(({ had }) => had.events + had.folded < 1 + produced).length).toBeGreaterThan(0);
  for (const client of [...stalling, ...rest]) client.leave();
  await vi.waitFor(() => expect([host.watch.size, host.clock.waiting]).toEqual([0, 0]), 60_000);
}

test('leaves nothing behind, four times', { timeout: 300_000 }, async () => {
  const host = await startLive({ rows: { process: [row] }, options: { maxConnections: 2 * CLIENTS } });
  // The first makes what is kept.
  await round(host);
  await setTimeout(500);
  const before = held();
  const bytes = await live();
  for (let done = 1; done < ROUNDS; done++) await round(host);
  await comesBackTo(before);
  host.calls.length = 0;
  expect((await live()) - bytes).toBeLessThan(SLACK);
  await host.gateway.close();
});

// One of the servers that are compared: `fork(server.ts, ['gateway'])`, or another of the names at the end, tells its
// URL, and what processor time it has taken whenever it is asked.
import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Name, nameOf } from './query.ts';

const built = (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** The gateway as it is started by its command. */
async function gatewayUrl(): Promise<string> {
  const { compose } = (await built('server/compose.js')) as typeof import('../../server/compose.ts');
  const { startGateway } = (await built('server/gateway.js')) as typeof import('../../server/gateway.ts');
  const { defaultOptions } = (await built('server/options.js')) as typeof import('../../server/options.ts');
  const options = { ...defaultOptions, port: 0, maxConnections: 10_000, maxSockets: 11_000 };
  const { url } = await startGateway({ ...(await compose(options)), options });
  return url;
}

const gateway = async (): Promise<string> => (await gatewayUrl()).replace('http', 'ws');

/** Reads and counts what the gateway does, once a second, and gives the JSON of each answer to `tell`. */
async function everySecond(tell: (name: Name, payload: string) => void): Promise<void> {
  const { openLocal, rowsOf, systemTable } = (await built('native/index.js')) as typeof import('../../native/index.ts');
  const { cpuDelta } = (await built('subscriptions/cpu.js')) as typeof import('../../subscriptions/cpu.ts');
  const { memoryDelta } = (await built('subscriptions/memory.js')) as typeof import('../../subscriptions/memory.ts');
  const source = await openLocal();
  const bit = (name: string) => 1 << systemTable.sources.indexOf(name);
  const mask = bit('stat') | bit('loadavg') | bit('meminfo');
  const read = async () => ({
    value: rowsOf(systemTable, mask, await source.read(systemTable, mask, { keys: [0] })),
    at: Date.now(),
    clock: performance.now(),
    tick: 0,
  });
  let last = await read();
  setInterval(async () => {
    const sample = await read();
    const event = { sample, last, folded: 0 };
    const { at, loadAverage, times, timesPercent, stats, ...cpu } = cpuDelta(event);
    const { row: _, ...averages } = loadAverage!;
    const { memory, change, elapsed, folded } = memoryDelta(event);
    const { total, available, used, free, percent, cached, buffers } = memory!;
    const moment = { at: new Date(at) };
    const cpuWhole = { ...moment, ...cpu, times, timesPercent, stats, loadAverage: averages };
    const now = { total, available, used, free, percent, cached, buffers };
    tell('cpu', JSON.stringify({ data: { cpu: cpuWhole } }));
    tell('memory', JSON.stringify({ data: { memory: { ...moment, elapsed, folded, memory: now, change } } }));
    last = sample;
  }, 1000);
}

/** What a client sends. */
interface Message {
  readonly type: string;
  readonly id: string;
  readonly payload: { readonly query: string };
}

/** Who watches what: the id of the subscription, by who is to be told. */
const watching = <Who>(): Record<Name, Map<Who, string>> => ({ cpu: new Map(), memory: new Map() });

const nextOf = (id: string, payload: string): string => `{"id":"${id}","type":"next","payload":${payload}}`;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** No library: the handshake, and one frame for each client written as one buffer. */
async function byHand(): Promise<string> {
  const sockets = watching<Socket>();
  const server = createServer();
  server.on('upgrade', (request, stream) => {
    const socket = stream as Socket;
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    const more = [`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: graphql-transport-ws'];
    socket.write(`${[...head, ...more].join('\r\n')}\r\n\r\n`);
    socket.on('error', () => Object.values(sockets).map((map) => map.delete(socket)));
    socket.on('data', (frame) => answer(socket, JSON.parse(unmasked(frame))));
  });
  const answer = (socket: Socket, { type, id, payload }: Message) => {
    if (type === 'connection_init') socket.write(frameOf('{"type":"connection_ack"}'));
    if (type !== 'subscribe') return;
    sockets[nameOf(payload.query)].set(socket, id);
    socket.write(frameOf(nextOf(id, '{}')));
  };
  await everySecond((name, payload) => {
    for (const [socket, id] of sockets[name]) socket.write(frameOf(nextOf(id, payload)));
  });
  return (await listening(server)).replace('http', 'ws');
}

/** As most would write it: the library `ws`, and no more than it takes. */
async function withWs(): Promise<string> {
  const sockets = watching<WebSocket>();
  const server = createServer();
  new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' }).on('connection', (socket) => {
    socket.on('message', (text) => {
      const { type, id, payload } = JSON.parse(String(text)) as Message;
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      sockets[nameOf(payload.query)].set(socket, id);
      socket.send(nextOf(id, '{}'));
    });
    socket.on('close', () => Object.values(sockets).map((map) => map.delete(socket)));
  });
  await everySecond((name, payload) => {
    for (const [socket, id] of sockets[name]) socket.send(nextOf(id, payload));
  });
  return (await listening(server)).replace('http', 'ws');
}

/** Server-sent events, as node:http lets them be written. */
async function eventsByHand(): Promise<string> {
  const responses = watching<ServerResponse>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const name = nameOf(JSON.parse(body).query);
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('event: next\ndata: {}\n\n');
      responses[name].set(response, '');
      response.on('close', () => responses[name].delete(response));
    });
  });
  await everySecond((name, payload) => {
    for (const response of responses[name].keys()) response.write(`event: next\ndata: ${payload}\n\n`);
  });
  return listening(server);
}

/** A text frame of less than 64 KB. */
function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (length < 126) frame[1] = length;
  else {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  }
  frame.write(text, start);
  return frame;
}

/** A client's frames are small, and come one at a time. */
function unmasked(frame: Buffer): string {
  const start = (frame[1]! & 0x7f) < 126 ? 2 : 4;
  const mask = frame.subarray(start, start + 4);
  return Buffer.from(frame.subarray(start + 4).map((byte, index) => byte ^ mask[index % 4]!)).toString();
}

const servers: Record<string, () => Promise<string>> = {
  gateway,
  'by hand': byHand,
  'with ws': withWs,
  'gateway, SSE': gatewayUrl,
  'SSE by hand': eventsByHand,
};
const url = await servers[process.argv[2]!]!();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ cpuMs: (user + system) / 1000 });
});
process.send!({ url });

// One of the servers that are compared: `fork(server.ts, ['gateway', 'by hand' or 'with ws'])` tells its URL, and what
// processor time it has taken whenever it is asked.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { QUERY } from './query.ts';

const built = (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** The gateway as it is started by its command. */
async function gateway(): Promise<string> {
  const { compose } = (await built('server/compose.js')) as typeof import('../../server/compose.ts');
  const { startGateway } = (await built('server/gateway.js')) as typeof import('../../server/gateway.ts');
  const { defaultOptions } = (await built('server/options.js')) as typeof import('../../server/options.ts');
  const options = { ...defaultOptions, port: 0, maxConnections: 10_000, maxSockets: 11_000 };
  const { url } = await startGateway({ ...(await compose(options)), options });
  return url.replace('http', 'ws');
}

/** Reads and counts what the gateway does, once a second, and gives its JSON to `tell`. */
async function everySecond(tell: (payload: string) => void): Promise<void> {
  const { openLocal, rowsOf, systemTable } = (await built('native/index.js')) as typeof import('../../native/index.ts');
  const { cpuDelta } = (await built('subscriptions/cpu.js')) as typeof import('../../subscriptions/cpu.ts');
  const source = await openLocal();
  const mask = (1 << systemTable.sources.indexOf('stat')) | (1 << systemTable.sources.indexOf('loadavg'));
  const read = async () => ({
    value: rowsOf(systemTable, mask, await source.read(systemTable, mask, { keys: [0] })),
    at: Date.now(),
    clock: performance.now(),
    tick: 0,
  });
  let last = await read();
  setInterval(async () => {
    const sample = await read();
    const { at, loadAverage, times, timesPercent, stats, ...cpu } = cpuDelta({ sample, last, folded: 0 });
    const { row: _, ...averages } = loadAverage!;
    const whole = { at: new Date(at), ...cpu, times, timesPercent, stats, loadAverage: averages };
    tell(JSON.stringify({ data: { cpu: whole } }));
    last = sample;
  }, 1000);
}

const nextOf = (id: string, payload: string): string => `{"id":"${id}","type":"next","payload":${payload}}`;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** No library: the handshake, and one frame for each client written as one buffer. */
async function byHand(): Promise<string> {
  const sockets = new Map<Socket, string>();
  const server = createServer();
  server.on('upgrade', (request, stream) => {
    const socket = stream as Socket;
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    const more = [`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: graphql-transport-ws'];
    socket.write(`${[...head, ...more].join('\r\n')}\r\n\r\n`);
    socket.on('error', () => sockets.delete(socket));
    socket.on('data', (frame) => answer(socket, JSON.parse(unmasked(frame))));
  });
  const answer = (socket: Socket, { type, id }: { type: string; id: string }) => {
    if (type === 'connection_init') socket.write(frameOf('{"type":"connection_ack"}'));
    if (type === 'subscribe') sockets.set(socket, id);
  };
  await everySecond((payload) => {
    for (const [socket, id] of sockets) socket.write(frameOf(nextOf(id, payload)));
  });
  return listening(server);
}

/** As most would write it: the library `ws`, and no more than it takes. */
async function withWs(): Promise<string> {
  const sockets = new Map<WebSocket, string>();
  const server = createServer();
  new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' }).on('connection', (socket) => {
    socket.on('message', (text) => {
      const { type, id } = JSON.parse(String(text)) as { type: string; id: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe') sockets.set(socket, id);
    });
    socket.on('close', () => sockets.delete(socket));
  });
  await everySecond((payload) => {
    for (const [socket, id] of sockets) socket.send(nextOf(id, payload));
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

const servers: Record<string, () => Promise<string>> = { gateway, 'by hand': byHand, 'with ws': withWs };
const url = await servers[process.argv[2]!]!();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ cpuMs: (user + system) / 1000 });
});
process.send!({ url, query: QUERY });

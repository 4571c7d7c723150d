// Subscribers in one process: tells when all are connected, and how many events they have had whenever it is asked.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';
import { NAMES, QUERIES } from './query.ts';

const [url, count] = process.argv.slice(2);
let messages = 0;

/** As long as the ids that clients make. */
const idOf = (index: number, more: number): string => `${index}-${more}`.padStart(36, '0');

async function overWebSocket(index: number): Promise<void> {
  const socket = new WebSocket(url!, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  for (const [more, name] of NAMES.entries()) {
    const first = once(socket, 'message');
    socket.send(JSON.stringify({ id: idOf(index, more), type: 'subscribe', payload: { query: QUERIES[name] } }));
    await first;
  }
  socket.on('message', () => messages++);
}

const agent = new Agent({ keepAlive: false });
const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };

/** Half of them watch one thing, half the other: a stream carries one subscription. */
async function overEvents(index: number): Promise<void> {
  const query = QUERIES[NAMES[index % NAMES.length]!];
  const response = await new Promise<IncomingMessage>((resolve) => {
    request(url!, { method: 'POST', headers, agent }, resolve).end(JSON.stringify({ query }));
  });
  response.on('data', (chunk: Buffer) => {
    if (chunk.includes('event: next')) messages++;
  });
  await once(response, 'data');
}

const subscribe = url!.startsWith('ws') ? overWebSocket : overEvents;
for (let index = 0; index < Number(count); index += 50)
  await Promise.all(Array.from({ length: 50 }, (_, more) => subscribe(index + more)));
process.on('message', () => process.send!({ messages }));
process.send!('ready');

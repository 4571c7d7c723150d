// Subscribers in one process: tells when all are connected, and how many messages they have had whenever it is asked.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { QUERY } from './query.ts';

const [url, count] = process.argv.slice(2);
let messages = 0;

async function subscribe(index: number): Promise<void> {
  const socket = new WebSocket(url!, 'graphql-transport-ws', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const first = once(socket, 'message');
  socket.on('message', () => messages++);
  // As long as the ids that clients make.
  const id = `${index}`.padStart(36, '0');
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: QUERY } }));
  await first;
}

for (let index = 0; index < Number(count); index += 50)
  await Promise.all(Array.from({ length: 50 }, (_, more) => subscribe(index + more)));
process.on('message', () => process.send!({ messages }));
process.send!('ready');

// A thousand clients at one tick a second: the gateway, and servers written by hand that send the same bytes, over bare
// sockets, with the library ws and as server-sent events. Over a WebSocket each client watches both cpu and memory, as
// events one of them. Servers and clients are processes of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contender, contest } from '../contest.ts';
import type { Case } from './bench.ts';

const SUBSCRIBERS = 1_000;
const SECONDS = 10;
const ROUNDS = 3;

async function told<T>(child: ChildProcess, ask?: string): Promise<T> {
  if (ask !== undefined) child.send(ask);
  const [answer] = await once(child, 'message');
  return answer as T;
}

/** What a server takes for a thousand messages. */
const serving = (server: string): Contender => ({
  name: server,
  async measure() {
    const started = fork(new URL('../subscribers/server.ts', import.meta.url), [server]);
    const { url } = await told<{ url: string }>(started);
    const clients = fork(new URL('../subscribers/clients.ts', import.meta.url), [url, String(SUBSCRIBERS)]);
    await told(clients);
    const count = async () => ({
      ...(await told<{ cpuMs: number }>(started, 'cpu')),
      ...(await told<{ messages: number }>(clients, 'count')),
    });
    const [before, start] = [await count(), performance.now()];
    await sleep(SECONDS * 1000);
    const [after, wallMs] = [await count(), performance.now() - start];
    for (const child of [clients, started]) child.kill();
    const thousands = (after.messages - before.messages) / 1000;
    return { cpuMs: (after.cpuMs - before.cpuMs) / thousands, wallMs: wallMs / thousands };
  },
});

const rules = { rounds: ROUNDS, times: 1 };

export const subscribers: Case = async () => [
  await contest('1,000 messages over WebSockets', ['gateway', 'with ws', 'by hand'].map(serving), rules),
  await contest('1,000 server-sent events', ['gateway, SSE', 'SSE by hand'].map(serving), rules),
];

// A thousand clients at one tick a second: the processor time of the gateway, and of servers written by hand that send
// the same bytes, over bare sockets, with the library ws and as server-sent events, in turns. Over a WebSocket each
// client watches both cpu and memory, as events one of them. Servers and clients are processes of their own, and what
// is measured is what is shipped.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const SUBSCRIBERS = 1_000;
const SECONDS = 10;
const ROUNDS = 3;

interface Measure {
  readonly cpuMs: number;
}

async function told<T>(child: ChildProcess, ask?: string): Promise<T> {
  if (ask !== undefined) child.send(ask);
  const [answer] = await once(child, 'message');
  return answer as T;
}

/** Microseconds of processor time that a server takes for a message. */
async function measure(server: string): Promise<number> {
  const serving = fork(new URL('./subscribers/server.ts', import.meta.url), [server]);
  const { url } = await told<{ url: string }>(serving);
  const watching = fork(new URL('./subscribers/clients.ts', import.meta.url), [url, String(SUBSCRIBERS)]);
  await told(watching);
  const before = { ...(await told<Measure>(serving, 'cpu')), ...(await told<{ messages: number }>(watching, 'count')) };
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const after = { ...(await told<Measure>(serving, 'cpu')), ...(await told<{ messages: number }>(watching, 'count')) };
  for (const child of [watching, serving]) child.kill();
  return (1000 * (after.cpuMs - before.cpuMs)) / (after.messages - before.messages);
}

/** The gateway last, beside those it is compared with. */
const PAIRS = { gateway: ['by hand', 'with ws'], 'gateway, SSE': ['SSE by hand'] } as const;

const rounds = new Map<string, number[]>();
console.log(`\n${SUBSCRIBERS} subscribers at 1 Hz, microseconds of processor time a message`);
for (let round = 0; round < ROUNDS; round++) {
  for (const server of Object.entries(PAIRS).flatMap(([gateway, others]) => [...others, gateway])) {
    const cost = await measure(server);
    rounds.set(server, [...(rounds.get(server) ?? []), cost]);
    console.log(`${server.padEnd(12)} ${cost.toFixed(1).padStart(8)}`);
  }
}
const least = (server: string) => Math.min(...rounds.get(server)!);
for (const [gateway, others] of Object.entries(PAIRS))
  for (const other of others)
    console.log(`${gateway} takes ${(least(gateway) / least(other)).toFixed(2)} times as much as ${other}`);

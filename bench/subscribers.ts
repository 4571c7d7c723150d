// A thousand subscribers at one tick a second: the processor time of the gateway, and of two servers written by hand
// that send the same bytes, over bare sockets and with the library ws, in turns. Servers and clients are processes of
// their own, and what is measured is what is shipped.
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

const rounds = { gateway: [] as number[], 'by hand': [] as number[], 'with ws': [] as number[] };
console.log(`\n${SUBSCRIBERS} subscribers at 1 Hz, microseconds of processor time a message`);
for (let round = 0; round < ROUNDS; round++) {
  for (const server of ['by hand', 'with ws', 'gateway'] as const) {
    const cost = await measure(server);
    rounds[server].push(cost);
    console.log(`${server.padEnd(8)} ${cost.toFixed(1).padStart(8)}`);
  }
}
const least = (of: number[]) => Math.min(...of);
for (const server of ['by hand', 'with ws'] as const) {
  const times = (least(rounds.gateway) / least(rounds[server])).toFixed(2);
  console.log(`the gateway takes ${times} times as much as one ${server}`);
}

// A thousand subscribers at one tick a second: the processor time of the gateway, and of a server written by hand that
// sends the same bytes over bare sockets, in turns. Servers and clients are processes of their own, and what is
// measured is what is shipped.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const SUBSCRIBERS = 1_000;
const SECONDS = 15;
const ROUNDS = 3;

interface Measure {
  readonly cpuMs: number;
}

async function told<T>(child: ChildProcess, ask?: string): Promise<T> {
  if (ask !== undefined) child.send(ask);
  const [answer] = await once(child, 'message');
  return answer as T;
}

/** Milliseconds of processor time a second that a server takes for all of them. */
async function measure(server: string): Promise<{ cpuMs: number; messages: number }> {
  const path = (name: string) => new URL(`subscribers/${name}.ts`, import.meta.url);
  const serving = fork(path('server'), [server]);
  const { url } = await told<{ url: string }>(serving);
  const watching = fork(path('clients'), [url, String(SUBSCRIBERS)]);
  await told(watching);
  const before = { ...(await told<Measure>(serving, 'cpu')), ...(await told<{ messages: number }>(watching, 'count')) };
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const after = { ...(await told<Measure>(serving, 'cpu')), ...(await told<{ messages: number }>(watching, 'count')) };
  for (const child of [watching, serving]) child.kill();
  return {
    cpuMs: (after.cpuMs - before.cpuMs) / SECONDS,
    messages: (after.messages - before.messages) / SECONDS,
  };
}

const rounds = { gateway: [] as number[], 'by hand': [] as number[] };
console.log(`\n${SUBSCRIBERS} subscribers at 1 Hz, milliseconds of processor time a second (messages a second)`);
for (let round = 0; round < ROUNDS; round++) {
  for (const server of ['by hand', 'gateway'] as const) {
    const { cpuMs, messages } = await measure(server);
    rounds[server].push(cpuMs);
    console.log(`${server.padEnd(8)} ${cpuMs.toFixed(1).padStart(8)}  (${messages.toFixed(0)})`);
  }
}
const least = (of: number[]) => Math.min(...of);
console.log(`the gateway takes ${(least(rounds.gateway) / least(rounds['by hand'])).toFixed(2)} times as much`);

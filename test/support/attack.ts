import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, vi } from 'vitest';
import type { startLive } from './live.ts';
import { type Answer, JSON_BODY, send } from './serving.ts';

export type Live = Awaited<ReturnType<typeof startLive>>;

const GOOD = JSON.stringify({ query: '{ process(pid: 1) { pid } }' });

export const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** By a connection of its own, so that none is left. */
export const post = ({ url }: Pick<Live, 'url'>, body: string, headers: object = {}): Promise<Answer> =>
  send(
    {
      host: '127.0.0.1',
      port: url.port,
      path: '/graphql',
      method: 'POST',
      agent: false,
      headers: { ...JSON_BODY, ...headers },
    },
    body,
  );

/** Whoever asks next is answered. */
export async function expectWell(live: Pick<Live, 'url'>): Promise<void> {
  const { status, text } = await post(live, GOOD);
  expect([status, text]).toEqual([200, '{"data":{"process":{"pid":1}}}']);
}

/** How many there are once what came before has let go of its own. */
export async function atRest(): Promise<number> {
  for (let count = descriptors(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = descriptors();
    if (now === count) return now;
    count = now;
  }
}

/** And nothing is held any more of what was held during an attack. */
export async function leavingNothing(live: Live, attack: () => Promise<void>): Promise<void> {
  const before = await atRest();
  await attack();
  await expectWell(live);
  await backTo(before);
}

export const backTo = (before: number): Promise<void> =>
  vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(before), { timeout: 30_000, interval: 50 });

/** A connection by itself, and everything it is sent until it is closed. */
export function raw(port: string): { socket: Socket; all: Promise<string> } {
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  const all = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return { socket, all };
}

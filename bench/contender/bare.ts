// What a tick takes of Node alone, in a process of its own: nobody who is written in it can do with less.
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../contest.ts';
import { repeat } from './gateway.ts';
import { lines } from './lines.ts';
import { costOf } from './process-time.ts';

const PROGRAM = fileURLToPath(new URL('./bare.mjs', import.meta.url));

export interface Bare {
  readonly ticking: Contender;
  stop(): Promise<void>;
}

export async function startBare(everyMs: number): Promise<Bare> {
  const { child, next, stop } = lines(process.execPath, [PROGRAM, String(everyMs)]);
  const port = Number(await next());
  const measure: Contender['measure'] = async (times) => {
    const socket = connect(port, '127.0.0.1');
    const tick = () => once(socket, 'data');
    await repeat(2, tick);
    const cost = await costOf(child.pid!, () => repeat(times, tick));
    socket.destroy();
    return cost;
  };
  return { ticking: { name: 'Node with nothing to tell', measure }, stop };
}

import { program } from '../../test/support/program.ts';
import type { Contender, Cost } from '../contest.ts';
import { lines } from './lines.ts';

export interface Command extends Contender {
  stop(): Promise<void>;
}

/** A command that is started anew each time, as its users do. */
export function command(name: string, ...args: readonly string[]): Command {
  const { next, stop } = lines(program('command', ['bench/contender/command.c']), args);
  return { name, measure: async (times) => JSON.parse(await next(String(times))) as Cost, stop };
}

// systeminformation, in a process of its own that does what the next line of its input says, so often.
import { fileURLToPath } from 'node:url';
import type { Bench } from '../case/bench.ts';
import type { Contender } from '../contest.ts';
import { lines } from './lines.ts';
import { costOf } from './process-time.ts';

const PROGRAM = fileURLToPath(new URL('./information.mjs', import.meta.url));

export interface Information {
  calling(...functions: readonly string[]): Contender;
  stop(): Promise<void>;
}

export async function startInformation(bench: Bench): Promise<Information | undefined> {
  const { child, next, stop } = lines(process.execPath, [PROGRAM]);
  const version = await next();
  if (version === '') {
    await stop();
    bench.skip('systeminformation', 'it is not installed: npm install --no-save systeminformation');
    return undefined;
  }
  return {
    calling: (...functions) => ({
      name: `systeminformation ${version}`,
      measure: (times) => costOf(child.pid!, () => next(JSON.stringify({ functions, times }))),
    }),
    stop,
  };
}

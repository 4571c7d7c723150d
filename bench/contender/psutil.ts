import { fileURLToPath } from 'node:url';
import type { Contender, Cost } from '../contest.ts';
import { lines } from './lines.ts';

// Debian's python3-psutil belongs to Debian's Python; another one may come first in PATH.
const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('./python.py', import.meta.url));

export interface Psutil {
  readonly version: string;
  doing(what: 'processes' | 'largest' | 'tree' | 'watch' | 'calls', ...args: unknown[]): Contender;
  stop(): Promise<void>;
}

export async function startPsutil(): Promise<Psutil> {
  const { next, stop } = lines(PYTHON, [PROGRAM]);
  const version = await next();
  return {
    version,
    doing: (what, ...args) => ({
      name: 'psutil',
      measure: async (times) => JSON.parse(await next(JSON.stringify({ do: what, args, times }))) as Cost,
    }),
    stop,
  };
}

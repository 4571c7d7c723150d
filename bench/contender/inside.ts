// A tick of the system as whoever calls a library has it: read, and made rows of, with nobody to serve. Run by itself
// it does so as often as the next line of its input says, and answers with what that took.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Source } from '../../native/index.ts';
import { bitOf } from '../../native/spec/define.ts';
import { mount } from '../../native/spec/mount.ts';
import { system } from '../../native/spec/system.ts';
import { createLoaders, lasting, openLocal } from '../built.ts';
import type { Contender, Cost } from '../contest.ts';
import { repeat } from './gateway.ts';
import { lines } from './lines.ts';

const OWN = ['boot', 'stat', 'meminfo', 'swap', 'vmstat', 'loadavg', 'cpus', 'frequency', 'disks'];
const LISTS = ['cpuTimes', 'temperatures', 'fans', 'batteries'];
const OF_SYSTEM = [...OWN, ...LISTS].reduce((mask, name) => mask | bitOf(system, name), 0);
const OF_MOUNTS = bitOf(mount, 'mountinfo') | bitOf(mount, 'usage');

interface Asked {
  readonly times: number;
  readonly mounts: boolean;
  readonly pauseMs: number;
}

/** One row of the host, with its lists, and the mounts that people have. */
async function tick(source: Source, signal: AbortSignal, mounts: boolean): Promise<void> {
  const { system: host, mount: places } = createLoaders(source, signal);
  await Promise.all([host.at([0], OF_SYSTEM), mounts ? places.shown(OF_MOUNTS) : undefined]);
}

async function serve(): Promise<void> {
  const [source, signal] = [await openLocal(), lasting()];
  await repeat(3000, () => tick(source, signal, true));
  console.log('ready');
  for await (const line of createInterface(process.stdin)) {
    const { times, mounts, pauseMs } = JSON.parse(line) as Asked;
    const [before, start] = [process.cpuUsage(), performance.now()];
    for (let time = 0; time < times; time++) {
      await tick(source, signal, mounts);
      if (pauseMs > 0) await sleep(pauseMs);
    }
    const { user, system: own } = process.cpuUsage(before);
    console.log(JSON.stringify({ cpuMs: (user + own) / 1000, wallMs: performance.now() - start } satisfies Cost));
  }
}

const PROGRAM = fileURLToPath(import.meta.url);

export interface Inside {
  ticking(mounts: boolean, pauseMs?: number): Contender;
  stop(): Promise<void>;
}

export async function startInside(): Promise<Inside> {
  const { next, stop } = lines(process.execPath, ['--import', 'tsx/esm', PROGRAM]);
  await next();
  return {
    ticking: (mounts, pauseMs = 0) => ({
      name: 'sysgraph: read, and made rows of',
      measure: async (times) => JSON.parse(await next(JSON.stringify({ times, mounts, pauseMs }))) as Cost,
    }),
    stop,
  };
}

if (process.argv[1] === PROGRAM) await serve();

// What reading costs: microseconds of the processor for one row, as measured, so that sources weigh against each other.
import { bitOf, type Table } from './define.ts';

/** The dearest of the sources that any list may have. */
export const CHEAP = 15;
/** What is not listed here: a file like most. */
const USUAL = 8;

const PRICES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  process: {
    stat: 8,
    statm: 5,
    ids: 6,
    status: 12,
    cmdline: 6,
    exe: 3,
    cwd: 3,
    io: 6,
    fds: 12,
    cgroup: 8,
    ionice: 1,
    affinity: 1,
    limits: 8,
    environ: 8,
    // These look at every descriptor or thread that a process has.
    socketFds: 60,
    files: 80,
    task: 60,
    // For these the kernel walks the page tables: 14 milliseconds a gigabyte.
    rollup: 500,
    smaps: 1000,
  },
  connection: { sockets: 2, details: 2, peers: 2, socketFds: 60 },
  // What systemd tells of a service it looks up in many places, and is asked for once whichever of them are wanted.
  service: { units: 30, files: 1000, description: 30, unit: 500, memory: 500, cpu: 500 },
};

export const prices = (table: Table): Readonly<Record<string, number>> => PRICES[table.name] ?? {};

/** The price of the sources of a mask, for one row. */
export const priceOf = (table: Table, mask: number): number =>
  Object.keys(table.sources)
    .filter((name) => (mask & bitOf(table, name)) !== 0)
    .reduce((sum, name) => sum + (prices(table)[name] ?? USUAL), 0);

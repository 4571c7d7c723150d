// What Wine cannot answer truly: of that the readers are built and their decoders tested on bytes, and no more.

export interface Lack {
  /** A table, and a source or the path of columns in it. */
  readonly what: string;
  readonly reason: string;
}

/** The sources that cannot be read there. */
export const LACKING: readonly Lack[] = [
  { what: 'process.rollup', reason: 'it has no list of the pages of a working set' },
  { what: 'process.ionice', reason: 'it keeps no I/O priorities' },
  { what: 'system.swap', reason: 'it has no page files' },
  { what: 'system.disks', reason: 'its drives count nothing' },
  { what: 'disk.io', reason: 'its drives count nothing' },
];

/** Columns that are read, and tell nothing true. */
export const UNTRUE: readonly Lack[] = [
  { what: 'thread.status', reason: 'all its threads are about to run, whatever they do' },
  { what: 'process.status', reason: 'it follows from the threads' },
  { what: 'process.isKernelThread', reason: 'it has no processes that are no programs' },
  { what: 'process.memory.vms', reason: 'it does not count what is committed' },
  { what: 'process.io', reason: 'it counts no calls' },
  { what: 'process.ctxSwitches', reason: 'it counts none' },
  { what: 'process.pageFaults', reason: 'it counts none' },
  { what: 'process.numHandles', reason: 'it tells the room of the table of handles' },
  { what: 'memoryMap.rss', reason: 'without the pages of a working set all that is committed is taken to be resident' },
  { what: 'system.cpu.stats', reason: 'it counts neither interrupts nor calls' },
  { what: 'owner', reason: 'it does not know whose most sockets are' },
  { what: 'session', reason: 'nobody ever logs in' },
  { what: 'battery', reason: 'a machine without one has none' },
  { what: 'system.loadAverage', reason: 'it follows from the threads' },
];

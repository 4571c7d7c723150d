// What processes can be filtered, sorted and grouped by.
import { type ProcessRow, processTable } from '../native/index.ts';
import { type IoRate, metersOf } from '../native/meter.ts';
import { process as table } from '../native/spec/process.ts';
import { asksOf, type Fact, type Facts, factOf } from './fact.ts';
import { fullName, nameNeeds } from './process-name.ts';
import { measure } from './rate.ts';

const fact = factOf<ProcessRow>(table);

/** A fact of what is counted in a second; not known where it was not measured. */
const rate = (name: keyof Rates, value: (rates: Rates) => number | null | undefined): Fact<ProcessRow> => {
  const { mask, bit } = metersOf(processTable).find((meter) => meter.name === name)!;
  return {
    sources: mask,
    measured: (rows, context) => measure(processTable, rows, { rates: bit }, context),
    value: ({ rates }) => value((rates ?? {}) as Rates) ?? undefined,
  };
};

interface Rates {
  readonly cpu?: number | null;
  readonly io?: IoRate | null;
}

const pid: Fact<ProcessRow> = { sources: 0, value: ({ key }) => key };
const ppid = fact('parent', (row) => row.ppid);
const name = fact('stat', fullName, { more: nameNeeds });
const username = fact('ids', (row) => row.username);
const exe = fact('exe', (row) => row.exe);
const status = fact('state', (row) => row.status);
const rss = fact('statm', (row) => row.memoryRss);
const numThreads = fact('stat', (row) => row.numThreads);
const numFds = fact('fds', (row) => row.numFds);
const readBytes = fact('io', (row) => row.ioReadBytes);
const writeBytes = fact('io', (row) => row.ioWriteBytes);
const cgroupPath = fact('cgroup', (row) => row.cgroupPath);
/** A unit that is no service, as a scope, is taken for one here. */
const service = fact('cgroup', (row) => row.serviceNames?.[0] ?? row.systemdUnit);
const container = fact('cgroup', (row) => row.containerId);
/** By the ticks since boot, which a correction of the clock does not change. */
const started = fact('stat', (row) => row.startTicks);
const cpuTime = fact('stat', (row) => (row.cpuTimesUser ?? 0) + (row.cpuTimesSystem ?? 0));

const cpuPercent = rate('cpu', ({ cpu }) => cpu);
const memoryPercent = fact('statm', (row) => row.memoryPercent);

/** By the names they have in ProcessFilter. */
export const filterFacts: Facts<ProcessRow> = {
  pid,
  ppid,
  name,
  username,
  uid: fact('ids', (row) => row.uidsReal),
  exe,
  cmdline: fact('cmdline', (row) => row.cmdline?.join(' ') ?? null),
  status,
  createTime: fact('stat', (row) => row.createTime),
  cpuPercent,
  memoryPercent,
  rss,
  numThreads,
  numFds,
  readBytes,
  writeBytes,
  terminal: fact('state', (row) => row.terminal),
  cgroupPath,
  service,
  container,
  isKernelThread: fact('stat', (row) => row.isKernelThread),
  listeningPort: fact('socketFds', ({ sockets }, { loaders }) => loaders.connection.portsOf(sockets), {
    before: ({ loaders }) => loaders.connection.readListeners(),
  }),
  openFile: fact('files', ({ openFiles }) => openFiles?.map(({ path }) => path ?? '')),
  hasDeletedFiles: fact('files', ({ openFiles }) => openFiles?.some(({ deleted }) => deleted)),
};

/** By the names of ProcessOrderField. */
export const orderFacts: Facts<ProcessRow> = {
  PID: pid,
  PPID: ppid,
  NAME: name,
  USERNAME: username,
  STATUS: status,
  CREATE_TIME: started,
  CPU_PERCENT: cpuPercent,
  CPU_TIME: cpuTime,
  RSS: rss,
  VMS: fact('statm', (row) => row.memoryVms),
  MEMORY_PERCENT: memoryPercent,
  NUM_THREADS: numThreads,
  NUM_FDS: numFds,
  NICE: fact('state', (row) => row.nice),
  READ_BYTES: readBytes,
  WRITE_BYTES: writeBytes,
  READ_RATE: rate('io', ({ io }) => io?.readBytes),
  WRITE_RATE: rate('io', ({ io }) => io?.writeBytes),
};

/** By the names of ProcessGroupKey. */
export const groupFacts: Facts<ProcessRow> = {
  NAME: name,
  USERNAME: username,
  STATUS: status,
  SERVICE: service,
  CGROUP: cgroupPath,
  CONTAINER: container,
  EXE: exe,
};

/** What the arguments of a list of processes, or of groups of them, make it read of all. */
export const asks = { table, mask: asksOf(filterFacts, { ...orderFacts, ...groupFacts }) };

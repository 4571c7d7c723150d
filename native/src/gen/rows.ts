// Generated from native/spec by `npm run gen`. Do not edit.
import { type Batch, flag, number, oneOf, Row, type TableShape, text, texts } from '../../row.ts';

export const fingerprint = '3e2c601de7ef4ad2';

export type ResourceKind = 'AS' | 'CORE' | 'CPU' | 'DATA' | 'FSIZE' | 'LOCKS' | 'MEMLOCK' | 'MSGQUEUE' | 'NICE' | 'NOFILE' | 'NPROC' | 'NPTS' | 'RSS' | 'RTPRIO' | 'RTTIME' | 'SBSIZE' | 'SIGPENDING' | 'STACK' | 'SWAP';
const ResourceKindValues: readonly ResourceKind[] = ['AS', 'CORE', 'CPU', 'DATA', 'FSIZE', 'LOCKS', 'MEMLOCK', 'MSGQUEUE', 'NICE', 'NOFILE', 'NPROC', 'NPTS', 'RSS', 'RTPRIO', 'RTTIME', 'SBSIZE', 'SIGPENDING', 'STACK', 'SWAP'];

export type ProcessStatus = 'RUNNING' | 'SLEEPING' | 'DISK_SLEEP' | 'STOPPED' | 'TRACING_STOP' | 'ZOMBIE' | 'DEAD' | 'WAKE_KILL' | 'WAKING' | 'PARKED' | 'IDLE' | 'LOCKED' | 'WAITING' | 'SUSPENDED' | 'UNKNOWN';
const ProcessStatusValues: readonly ProcessStatus[] = ['RUNNING', 'SLEEPING', 'DISK_SLEEP', 'STOPPED', 'TRACING_STOP', 'ZOMBIE', 'DEAD', 'WAKE_KILL', 'WAKING', 'PARKED', 'IDLE', 'LOCKED', 'WAITING', 'SUSPENDED', 'UNKNOWN'];

export type Platform = 'LINUX' | 'WINDOWS' | 'MACOS' | 'FREEBSD' | 'OPENBSD' | 'NETBSD' | 'SUNOS' | 'AIX' | 'OTHER';
const PlatformValues: readonly Platform[] = ['LINUX', 'WINDOWS', 'MACOS', 'FREEBSD', 'OPENBSD', 'NETBSD', 'SUNOS', 'AIX', 'OTHER'];

export class LimitRow extends Row {
  resource: ResourceKind | null = null;
  soft: number | null = null;
  hard: number | null = null;
}

export const limitTable: TableShape<LimitRow> = {
  name: 'limit',
  index: 0,
  sources: ['limits'],
  widths: [3],
  create: (key) => new LimitRow(key),
  fill: limitFill(),
  lists: [

  ],
};

function limitFill() {
  return [
    (row: LimitRow, b: Batch, at: number): void => {
      row.resource = oneOf(ResourceKindValues, b.numbers[at]);
      row.soft = number(b.numbers[at + 1]);
      row.hard = number(b.numbers[at + 2]);
    },
  ];
}

export const limitGroups = {

};

export class ProcessRow extends Row {
  startTicks: number | null = null;
  comm: string | null = null;
  isCommCut: boolean | null = null;
  ppid: number | null = null;
  status: ProcessStatus | null = null;
  createTime: number | null = null;
  isKernelThread: boolean | null = null;
  nice: number | null = null;
  numThreads: number | null = null;
  cpuNum: number | null = null;
  cpuTimesUser: number | null = null;
  cpuTimesSystem: number | null = null;
  cpuTimesChildrenUser: number | null = null;
  cpuTimesChildrenSystem: number | null = null;
  cpuTimesIowait: number | null = null;
  pageFaultsMinor: number | null = null;
  pageFaultsMajor: number | null = null;
  memoryRss: number | null = null;
  memoryVms: number | null = null;
  memoryShared: number | null = null;
  memoryText: number | null = null;
  memoryData: number | null = null;
  memoryPeakRss: number | null = null;
  memoryPeakVms: number | null = null;
  memoryRssAnon: number | null = null;
  memoryRssFile: number | null = null;
  memoryRssShmem: number | null = null;
  memoryStack: number | null = null;
  memorySwap: number | null = null;
  memoryHugetlb: number | null = null;
  memoryLocked: number | null = null;
  uidsReal: number | null = null;
  uidsEffective: number | null = null;
  uidsSaved: number | null = null;
  gidsReal: number | null = null;
  gidsEffective: number | null = null;
  gidsSaved: number | null = null;
  ctxSwitchesVoluntary: number | null = null;
  ctxSwitchesInvoluntary: number | null = null;
  username: string | null = null;
  cmdline: readonly string[] | null = null;
  limits: readonly LimitRow[] | null = null;

  get pid(): number {
    return this.key;
  }
}

export const processTable: TableShape<ProcessRow> = {
  name: 'process',
  index: 1,
  sources: ['stat', 'statm', 'status', 'cmdline', 'limits'],
  widths: [18, 5, 19, 2, 0],
  create: (key) => new ProcessRow(key),
  fill: processFill(),
  lists: [
    { property: 'limits', table: limitTable, shift: 4, mask: 16 },
  ],
};

function processFill() {
  return [
    (row: ProcessRow, b: Batch, at: number): void => {
      row.startTicks = number(b.numbers[at]);
      row.comm = text(b, at + 1);
      row.isCommCut = flag(b.numbers[at + 3]);
      row.ppid = number(b.numbers[at + 4]);
      row.status = oneOf(ProcessStatusValues, b.numbers[at + 5]);
      row.createTime = number(b.numbers[at + 6]);
      row.isKernelThread = flag(b.numbers[at + 7]);
      row.nice = number(b.numbers[at + 8]);
      row.numThreads = number(b.numbers[at + 9]);
      row.cpuNum = number(b.numbers[at + 10]);
      row.cpuTimesUser = number(b.numbers[at + 11]);
      row.cpuTimesSystem = number(b.numbers[at + 12]);
      row.cpuTimesChildrenUser = number(b.numbers[at + 13]);
      row.cpuTimesChildrenSystem = number(b.numbers[at + 14]);
      row.cpuTimesIowait = number(b.numbers[at + 15]);
      row.pageFaultsMinor = number(b.numbers[at + 16]);
      row.pageFaultsMajor = number(b.numbers[at + 17]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.memoryRss = number(b.numbers[at]);
      row.memoryVms = number(b.numbers[at + 1]);
      row.memoryShared = number(b.numbers[at + 2]);
      row.memoryText = number(b.numbers[at + 3]);
      row.memoryData = number(b.numbers[at + 4]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.memoryPeakRss = number(b.numbers[at]);
      row.memoryPeakVms = number(b.numbers[at + 1]);
      row.memoryRssAnon = number(b.numbers[at + 2]);
      row.memoryRssFile = number(b.numbers[at + 3]);
      row.memoryRssShmem = number(b.numbers[at + 4]);
      row.memoryStack = number(b.numbers[at + 5]);
      row.memorySwap = number(b.numbers[at + 6]);
      row.memoryHugetlb = number(b.numbers[at + 7]);
      row.memoryLocked = number(b.numbers[at + 8]);
      row.uidsReal = number(b.numbers[at + 9]);
      row.uidsEffective = number(b.numbers[at + 10]);
      row.uidsSaved = number(b.numbers[at + 11]);
      row.gidsReal = number(b.numbers[at + 12]);
      row.gidsEffective = number(b.numbers[at + 13]);
      row.gidsSaved = number(b.numbers[at + 14]);
      row.ctxSwitchesVoluntary = number(b.numbers[at + 15]);
      row.ctxSwitchesInvoluntary = number(b.numbers[at + 16]);
      row.username = text(b, at + 17);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.cmdline = texts(b, at);
    },
    (): void => undefined,
  ];
}

export const processGroups = {
  'cpuTimes': (row: ProcessRow) => ({
    row,
    user: row.cpuTimesUser,
    system: row.cpuTimesSystem,
    childrenUser: row.cpuTimesChildrenUser,
    childrenSystem: row.cpuTimesChildrenSystem,
    iowait: row.cpuTimesIowait,
  }),
  'memory': (row: ProcessRow) => ({
    row,
    rss: row.memoryRss,
    vms: row.memoryVms,
    shared: row.memoryShared,
    text: row.memoryText,
    data: row.memoryData,
    peakRss: row.memoryPeakRss,
    peakVms: row.memoryPeakVms,
    rssAnon: row.memoryRssAnon,
    rssFile: row.memoryRssFile,
    rssShmem: row.memoryRssShmem,
    stack: row.memoryStack,
    swap: row.memorySwap,
    hugetlb: row.memoryHugetlb,
    locked: row.memoryLocked,
  }),
  'pageFaults': (row: ProcessRow) => ({
    row,
    minor: row.pageFaultsMinor,
    major: row.pageFaultsMajor,
  }),
  'uids': (row: ProcessRow) => ({
    row,
    real: row.uidsReal,
    effective: row.uidsEffective,
    saved: row.uidsSaved,
  }),
  'gids': (row: ProcessRow) => ({
    row,
    real: row.gidsReal,
    effective: row.gidsEffective,
    saved: row.gidsSaved,
  }),
  'ctxSwitches': (row: ProcessRow) => ({
    row,
    voluntary: row.ctxSwitchesVoluntary,
    involuntary: row.ctxSwitchesInvoluntary,
  }),
};

export class SystemRow extends Row {
  machineId: string | null = null;
  bootId: string | null = null;
  pidNamespace: number | null = null;
  isPrivileged: boolean | null = null;
  hostname: string | null = null;
  platform: Platform | null = null;
  osName: string | null = null;
  osVersion: string | null = null;
  osKernel: string | null = null;
  osArch: string | null = null;
  bootTime: number | null = null;
  uptime: number | null = null;
  cpuTimesUser: number | null = null;
  cpuTimesSystem: number | null = null;
  cpuTimesIdle: number | null = null;
  cpuTimesNice: number | null = null;
  cpuTimesIowait: number | null = null;
  cpuTimesIrq: number | null = null;
  cpuTimesSoftirq: number | null = null;
  cpuTimesSteal: number | null = null;
  cpuTimesGuest: number | null = null;
  cpuTimesGuestNice: number | null = null;
  cpuStatsCtxSwitches: number | null = null;
  cpuStatsInterrupts: number | null = null;
  cpuStatsSoftInterrupts: number | null = null;
  memoryTotal: number | null = null;
  memoryAvailable: number | null = null;
  memoryUsed: number | null = null;
  memoryFree: number | null = null;
  memoryPercent: number | null = null;
  memoryActive: number | null = null;
  memoryInactive: number | null = null;
  memoryBuffers: number | null = null;
  memoryCached: number | null = null;
  memoryShared: number | null = null;
  memorySlab: number | null = null;
  loadAverageOne: number | null = null;
  loadAverageFive: number | null = null;
  loadAverageFifteen: number | null = null;
}

export const systemTable: TableShape<SystemRow> = {
  name: 'system',
  index: 2,
  sources: ['identity', 'os', 'boot', 'stat', 'meminfo', 'loadavg'],
  widths: [6, 11, 2, 13, 11, 3],
  create: (key) => new SystemRow(key),
  fill: systemFill(),
  lists: [

  ],
};

function systemFill() {
  return [
    (row: SystemRow, b: Batch, at: number): void => {
      row.machineId = text(b, at);
      row.bootId = text(b, at + 2);
      row.pidNamespace = number(b.numbers[at + 4]);
      row.isPrivileged = flag(b.numbers[at + 5]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.hostname = text(b, at);
      row.platform = oneOf(PlatformValues, b.numbers[at + 2]);
      row.osName = text(b, at + 3);
      row.osVersion = text(b, at + 5);
      row.osKernel = text(b, at + 7);
      row.osArch = text(b, at + 9);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.bootTime = number(b.numbers[at]);
      row.uptime = number(b.numbers[at + 1]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuTimesUser = number(b.numbers[at]);
      row.cpuTimesSystem = number(b.numbers[at + 1]);
      row.cpuTimesIdle = number(b.numbers[at + 2]);
      row.cpuTimesNice = number(b.numbers[at + 3]);
      row.cpuTimesIowait = number(b.numbers[at + 4]);
      row.cpuTimesIrq = number(b.numbers[at + 5]);
      row.cpuTimesSoftirq = number(b.numbers[at + 6]);
      row.cpuTimesSteal = number(b.numbers[at + 7]);
      row.cpuTimesGuest = number(b.numbers[at + 8]);
      row.cpuTimesGuestNice = number(b.numbers[at + 9]);
      row.cpuStatsCtxSwitches = number(b.numbers[at + 10]);
      row.cpuStatsInterrupts = number(b.numbers[at + 11]);
      row.cpuStatsSoftInterrupts = number(b.numbers[at + 12]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.memoryTotal = number(b.numbers[at]);
      row.memoryAvailable = number(b.numbers[at + 1]);
      row.memoryUsed = number(b.numbers[at + 2]);
      row.memoryFree = number(b.numbers[at + 3]);
      row.memoryPercent = number(b.numbers[at + 4]);
      row.memoryActive = number(b.numbers[at + 5]);
      row.memoryInactive = number(b.numbers[at + 6]);
      row.memoryBuffers = number(b.numbers[at + 7]);
      row.memoryCached = number(b.numbers[at + 8]);
      row.memoryShared = number(b.numbers[at + 9]);
      row.memorySlab = number(b.numbers[at + 10]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.loadAverageOne = number(b.numbers[at]);
      row.loadAverageFive = number(b.numbers[at + 1]);
      row.loadAverageFifteen = number(b.numbers[at + 2]);
    },
  ];
}

export const systemGroups = {
  'os': (row: SystemRow) => ({
    row,
    name: row.osName,
    version: row.osVersion,
    kernel: row.osKernel,
    arch: row.osArch,
  }),
  'cpu': (row: SystemRow) => ({
    row,

  }),
  'cpu.times': (row: SystemRow) => ({
    row,
    user: row.cpuTimesUser,
    system: row.cpuTimesSystem,
    idle: row.cpuTimesIdle,
    nice: row.cpuTimesNice,
    iowait: row.cpuTimesIowait,
    irq: row.cpuTimesIrq,
    softirq: row.cpuTimesSoftirq,
    steal: row.cpuTimesSteal,
    guest: row.cpuTimesGuest,
    guestNice: row.cpuTimesGuestNice,
  }),
  'cpu.stats': (row: SystemRow) => ({
    row,
    ctxSwitches: row.cpuStatsCtxSwitches,
    interrupts: row.cpuStatsInterrupts,
    softInterrupts: row.cpuStatsSoftInterrupts,
  }),
  'memory': (row: SystemRow) => ({
    row,
    total: row.memoryTotal,
    available: row.memoryAvailable,
    used: row.memoryUsed,
    free: row.memoryFree,
    percent: row.memoryPercent,
    active: row.memoryActive,
    inactive: row.memoryInactive,
    buffers: row.memoryBuffers,
    cached: row.memoryCached,
    shared: row.memoryShared,
    slab: row.memorySlab,
  }),
  'loadAverage': (row: SystemRow) => ({
    row,
    one: row.loadAverageOne,
    five: row.loadAverageFive,
    fifteen: row.loadAverageFifteen,
  }),
};

// Generated from native/spec by `npm run gen`. Do not edit.
import { type Batch, flag, ints, number, oneOf, Row, type TableShape, text, texts } from '../../row.ts';

export type { Row } from '../../row.ts';

export const fingerprint = '3aabdfc61470728d';

export type ResourceKind = 'AS' | 'CORE' | 'CPU' | 'DATA' | 'FSIZE' | 'LOCKS' | 'MEMLOCK' | 'MSGQUEUE' | 'NICE' | 'NOFILE' | 'NPROC' | 'NPTS' | 'RSS' | 'RTPRIO' | 'RTTIME' | 'SBSIZE' | 'SIGPENDING' | 'STACK' | 'SWAP';
export const ResourceKindValues: readonly ResourceKind[] = ['AS', 'CORE', 'CPU', 'DATA', 'FSIZE', 'LOCKS', 'MEMLOCK', 'MSGQUEUE', 'NICE', 'NOFILE', 'NPROC', 'NPTS', 'RSS', 'RTPRIO', 'RTTIME', 'SBSIZE', 'SIGPENDING', 'STACK', 'SWAP'];

export type ProcessStatus = 'RUNNING' | 'SLEEPING' | 'DISK_SLEEP' | 'STOPPED' | 'TRACING_STOP' | 'ZOMBIE' | 'DEAD' | 'WAKE_KILL' | 'WAKING' | 'PARKED' | 'IDLE' | 'LOCKED' | 'WAITING' | 'SUSPENDED' | 'UNKNOWN';
export const ProcessStatusValues: readonly ProcessStatus[] = ['RUNNING', 'SLEEPING', 'DISK_SLEEP', 'STOPPED', 'TRACING_STOP', 'ZOMBIE', 'DEAD', 'WAKE_KILL', 'WAKING', 'PARKED', 'IDLE', 'LOCKED', 'WAITING', 'SUSPENDED', 'UNKNOWN'];

export type AddressFamily = 'INET' | 'INET6' | 'LINK' | 'UNIX' | 'OTHER';
export const AddressFamilyValues: readonly AddressFamily[] = ['INET', 'INET6', 'LINK', 'UNIX', 'OTHER'];

export type SocketType = 'STREAM' | 'DGRAM' | 'SEQPACKET' | 'RAW' | 'OTHER';
export const SocketTypeValues: readonly SocketType[] = ['STREAM', 'DGRAM', 'SEQPACKET', 'RAW', 'OTHER'];

export type ConnectionStatus = 'ESTABLISHED' | 'SYN_SENT' | 'SYN_RECV' | 'FIN_WAIT1' | 'FIN_WAIT2' | 'TIME_WAIT' | 'CLOSE' | 'CLOSE_WAIT' | 'LAST_ACK' | 'LISTEN' | 'CLOSING' | 'DELETE_TCB' | 'IDLE' | 'BOUND' | 'NONE' | 'UNKNOWN';
export const ConnectionStatusValues: readonly ConnectionStatus[] = ['ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT', 'LAST_ACK', 'LISTEN', 'CLOSING', 'DELETE_TCB', 'IDLE', 'BOUND', 'NONE', 'UNKNOWN'];

export type Duplex = 'FULL' | 'HALF' | 'UNKNOWN';
export const DuplexValues: readonly Duplex[] = ['FULL', 'HALF', 'UNKNOWN'];

export type IoClass = 'NONE' | 'REALTIME' | 'BEST_EFFORT' | 'IDLE' | 'VERY_LOW' | 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL' | 'UNKNOWN';
export const IoClassValues: readonly IoClass[] = ['NONE', 'REALTIME', 'BEST_EFFORT', 'IDLE', 'VERY_LOW', 'LOW', 'NORMAL', 'HIGH', 'CRITICAL', 'UNKNOWN'];

export type PriorityClass = 'IDLE' | 'BELOW_NORMAL' | 'NORMAL' | 'ABOVE_NORMAL' | 'HIGH' | 'REALTIME' | 'UNKNOWN';
export const PriorityClassValues: readonly PriorityClass[] = ['IDLE', 'BELOW_NORMAL', 'NORMAL', 'ABOVE_NORMAL', 'HIGH', 'REALTIME', 'UNKNOWN'];

export type Platform = 'LINUX' | 'WINDOWS' | 'MACOS' | 'FREEBSD' | 'OPENBSD' | 'NETBSD' | 'SUNOS' | 'AIX' | 'OTHER';
export const PlatformValues: readonly Platform[] = ['LINUX', 'WINDOWS', 'MACOS', 'FREEBSD', 'OPENBSD', 'NETBSD', 'SUNOS', 'AIX', 'OTHER'];

export type DiskKind = 'DISK' | 'PARTITION' | 'CRYPT' | 'LVM' | 'RAID' | 'LOOP' | 'ROM' | 'OTHER';
export const DiskKindValues: readonly DiskKind[] = ['DISK', 'PARTITION', 'CRYPT', 'LVM', 'RAID', 'LOOP', 'ROM', 'OTHER'];

export type ServiceManager = 'SYSTEMD' | 'WINDOWS_SCM' | 'LAUNCHD' | 'RC' | 'OPENRC' | 'SMF' | 'SRC' | 'OTHER';
export const ServiceManagerValues: readonly ServiceManager[] = ['SYSTEMD', 'WINDOWS_SCM', 'LAUNCHD', 'RC', 'OPENRC', 'SMF', 'SRC', 'OTHER'];

export type ServiceStatus = 'RUNNING' | 'START_PENDING' | 'PAUSED' | 'PAUSE_PENDING' | 'CONTINUE_PENDING' | 'STOP_PENDING' | 'STOPPED' | 'FAILED' | 'RELOADING' | 'UNKNOWN';
export const ServiceStatusValues: readonly ServiceStatus[] = ['RUNNING', 'START_PENDING', 'PAUSED', 'PAUSE_PENDING', 'CONTINUE_PENDING', 'STOP_PENDING', 'STOPPED', 'FAILED', 'RELOADING', 'UNKNOWN'];

export type ServiceStartType = 'AUTOMATIC' | 'MANUAL' | 'DISABLED' | 'STATIC' | 'MASKED' | 'BOOT' | 'SYSTEM' | 'UNKNOWN';
export const ServiceStartTypeValues: readonly ServiceStartType[] = ['AUTOMATIC', 'MANUAL', 'DISABLED', 'STATIC', 'MASKED', 'BOOT', 'SYSTEM', 'UNKNOWN'];

export type ProcessEventKind = 'STARTED' | 'EXECED' | 'EXITED';
export const ProcessEventKindValues: readonly ProcessEventKind[] = ['STARTED', 'EXECED', 'EXITED'];

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

export class EnvironmentRow extends Row {
  name: string | null = null;
  value: string | null = null;
}

export const environmentTable: TableShape<EnvironmentRow> = {
  name: 'environment',
  index: 1,
  sources: ['environ'],
  widths: [4],
  create: (key) => new EnvironmentRow(key),
  fill: environmentFill(),
  lists: [

  ],
};

function environmentFill() {
  return [
    (row: EnvironmentRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.value = text(b, at + 2);
    },
  ];
}

export const environmentGroups = {

};

export class MemoryMapRow extends Row {
  path: string | null = null;
  rss: number | null = null;
  size: number | null = null;
  pss: number | null = null;
  sharedClean: number | null = null;
  sharedDirty: number | null = null;
  privateClean: number | null = null;
  privateDirty: number | null = null;
  referenced: number | null = null;
  anonymous: number | null = null;
  swap: number | null = null;
  locked: number | null = null;
  address: string | null = null;
  permissions: string | null = null;
}

export const memoryMapTable: TableShape<MemoryMapRow> = {
  name: 'memoryMap',
  index: 2,
  sources: ['smaps'],
  widths: [17],
  create: (key) => new MemoryMapRow(key),
  fill: memoryMapFill(),
  lists: [

  ],
};

function memoryMapFill() {
  return [
    (row: MemoryMapRow, b: Batch, at: number): void => {
      row.path = text(b, at);
      row.rss = number(b.numbers[at + 2]);
      row.size = number(b.numbers[at + 3]);
      row.pss = number(b.numbers[at + 4]);
      row.sharedClean = number(b.numbers[at + 5]);
      row.sharedDirty = number(b.numbers[at + 6]);
      row.privateClean = number(b.numbers[at + 7]);
      row.privateDirty = number(b.numbers[at + 8]);
      row.referenced = number(b.numbers[at + 9]);
      row.anonymous = number(b.numbers[at + 10]);
      row.swap = number(b.numbers[at + 11]);
      row.locked = number(b.numbers[at + 12]);
      row.address = text(b, at + 13);
      row.permissions = text(b, at + 15);
    },
  ];
}

export const memoryMapGroups = {

};

export class OpenFileRow extends Row {
  path: string | null = null;
  fd: number | null = null;
  position: number | null = null;
  mode: string | null = null;
  flags: number | null = null;
  deleted: boolean | null = null;
  size: number | null = null;
  allocated: number | null = null;
}

export const openFileTable: TableShape<OpenFileRow> = {
  name: 'openFile',
  index: 3,
  sources: ['files'],
  widths: [10],
  create: (key) => new OpenFileRow(key),
  fill: openFileFill(),
  lists: [

  ],
};

function openFileFill() {
  return [
    (row: OpenFileRow, b: Batch, at: number): void => {
      row.path = text(b, at);
      row.fd = number(b.numbers[at + 2]);
      row.position = number(b.numbers[at + 3]);
      row.mode = text(b, at + 4);
      row.flags = number(b.numbers[at + 6]);
      row.deleted = flag(b.numbers[at + 7]);
      row.size = number(b.numbers[at + 8]);
      row.allocated = number(b.numbers[at + 9]);
    },
  ];
}

export const openFileGroups = {

};

export class ThreadRow extends Row {
  startTicks: number | null = null;
  started: number | null = null;
  tid: number | null = null;
  name: string | null = null;
  status: ProcessStatus | null = null;
  cpuNum: number | null = null;
  cpuTimesUser: number | null = null;
  cpuTimesSystem: number | null = null;
  cpuTimesChildrenUser: number | null = null;
  cpuTimesChildrenSystem: number | null = null;
  cpuTimesIowait: number | null = null;
  clock: number | null = null;
}

export const threadTable: TableShape<ThreadRow> = {
  name: 'thread',
  index: 4,
  sources: ['task'],
  widths: [13],
  create: (key) => new ThreadRow(key),
  fill: threadFill(),
  lists: [

  ],
};

function threadFill() {
  return [
    (row: ThreadRow, b: Batch, at: number): void => {
      row.startTicks = number(b.numbers[at]);
      row.started = number(b.numbers[at + 1]);
      row.tid = number(b.numbers[at + 2]);
      row.name = text(b, at + 3);
      row.status = oneOf(ProcessStatusValues, b.numbers[at + 5]);
      row.cpuNum = number(b.numbers[at + 6]);
      row.cpuTimesUser = number(b.numbers[at + 7]);
      row.cpuTimesSystem = number(b.numbers[at + 8]);
      row.cpuTimesChildrenUser = number(b.numbers[at + 9]);
      row.cpuTimesChildrenSystem = number(b.numbers[at + 10]);
      row.cpuTimesIowait = number(b.numbers[at + 11]);
      row.clock = number(b.numbers[at + 12]);
    },
  ];
}

export const threadGroups = {
  'cpuTimes': (row: ThreadRow) => ({
    row,
    user: row.cpuTimesUser,
    system: row.cpuTimesSystem,
    childrenUser: row.cpuTimesChildrenUser,
    childrenSystem: row.cpuTimesChildrenSystem,
    iowait: row.cpuTimesIowait,
  }),
};

export class OwnerRow extends Row {
  pid: number | null = null;
  fd: number | null = null;
  inode: number | null = null;
}

export const ownerTable: TableShape<OwnerRow> = {
  name: 'owner',
  index: 5,
  sources: ['socketFds'],
  widths: [3],
  create: (key) => new OwnerRow(key),
  fill: ownerFill(),
  lists: [

  ],
};

function ownerFill() {
  return [
    (row: OwnerRow, b: Batch, at: number): void => {
      row.pid = number(b.numbers[at]);
      row.fd = number(b.numbers[at + 1]);
      row.inode = number(b.numbers[at + 2]);
    },
  ];
}

export const ownerGroups = {

};

export class AddressRow extends Row {
  family: AddressFamily | null = null;
  address: string | null = null;
  netmask: string | null = null;
  prefixLength: number | null = null;
  broadcast: string | null = null;
  peer: string | null = null;
  scope: string | null = null;
}

export const addressTable: TableShape<AddressRow> = {
  name: 'address',
  index: 6,
  sources: ['addresses'],
  widths: [12],
  create: (key) => new AddressRow(key),
  fill: addressFill(),
  lists: [

  ],
};

function addressFill() {
  return [
    (row: AddressRow, b: Batch, at: number): void => {
      row.family = oneOf(AddressFamilyValues, b.numbers[at]);
      row.address = text(b, at + 1);
      row.netmask = text(b, at + 3);
      row.prefixLength = number(b.numbers[at + 5]);
      row.broadcast = text(b, at + 6);
      row.peer = text(b, at + 8);
      row.scope = text(b, at + 10);
    },
  ];
}

export const addressGroups = {

};

export class ConnectionRow extends Row {
  space: number | null = null;
  inode: number | null = null;
  cookieHigh: number | null = null;
  cookieLow: number | null = null;
  peerInode: number | null = null;
  family: AddressFamily | null = null;
  type: SocketType | null = null;
  status: ConnectionStatus | null = null;
  localAddress: string | null = null;
  localPort: number | null = null;
  remoteAddress: string | null = null;
  remotePort: number | null = null;
  path: string | null = null;
  uid: number | null = null;
  receiveQueue: number | null = null;
  sendQueue: number | null = null;
  owners: readonly OwnerRow[] | null = null;
}

export const connectionTable: TableShape<ConnectionRow> = {
  name: 'connection',
  index: 7,
  sources: ['sockets', 'details', 'peers', 'socketFds'],
  widths: [15, 3, 1, 0],
  create: (key) => new ConnectionRow(key),
  fill: connectionFill(),
  lists: [
    { property: 'owners', table: ownerTable, shift: 3, mask: 8 },
  ],
};

function connectionFill() {
  return [
    (row: ConnectionRow, b: Batch, at: number): void => {
      row.space = number(b.numbers[at]);
      row.inode = number(b.numbers[at + 1]);
      row.cookieHigh = number(b.numbers[at + 2]);
      row.cookieLow = number(b.numbers[at + 3]);
      row.family = oneOf(AddressFamilyValues, b.numbers[at + 4]);
      row.type = oneOf(SocketTypeValues, b.numbers[at + 5]);
      row.status = oneOf(ConnectionStatusValues, b.numbers[at + 6]);
      row.localAddress = text(b, at + 7);
      row.localPort = number(b.numbers[at + 9]);
      row.remoteAddress = text(b, at + 10);
      row.remotePort = number(b.numbers[at + 12]);
      row.path = text(b, at + 13);
    },
    (row: ConnectionRow, b: Batch, at: number): void => {
      row.uid = number(b.numbers[at]);
      row.receiveQueue = number(b.numbers[at + 1]);
      row.sendQueue = number(b.numbers[at + 2]);
    },
    (row: ConnectionRow, b: Batch, at: number): void => {
      row.peerInode = number(b.numbers[at]);
    },
    (): void => undefined,
  ];
}

export const connectionGroups = {
  'local': (row: ConnectionRow) => ({
    row,
    address: row.localAddress,
    port: row.localPort,
  }),
  'remote': (row: ConnectionRow) => ({
    row,
    address: row.remoteAddress,
    port: row.remotePort,
  }),
};

export class NetworkRow extends Row {
  name: string | null = null;
  isUp: boolean | null = null;
  duplex: Duplex | null = null;
  speedMbps: number | null = null;
  mtu: number | null = null;
  flags: readonly string[] | null = null;
  ioBytesSent: number | null = null;
  ioBytesReceived: number | null = null;
  ioPacketsSent: number | null = null;
  ioPacketsReceived: number | null = null;
  ioErrorsIn: number | null = null;
  ioErrorsOut: number | null = null;
  ioDropsIn: number | null = null;
  ioDropsOut: number | null = null;
  ioClock: number | null = null;
  addresses: readonly AddressRow[] | null = null;
}

export const networkTable: TableShape<NetworkRow> = {
  name: 'network',
  index: 8,
  sources: ['link', 'io', 'ethtool', 'addresses'],
  widths: [6, 9, 2, 0],
  create: (key) => new NetworkRow(key),
  fill: networkFill(),
  lists: [
    { property: 'addresses', table: addressTable, shift: 3, mask: 8, whole: true },
  ],
};

function networkFill() {
  return [
    (row: NetworkRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.isUp = flag(b.numbers[at + 2]);
      row.mtu = number(b.numbers[at + 3]);
      row.flags = texts(b, at + 4);
    },
    (row: NetworkRow, b: Batch, at: number): void => {
      row.ioBytesSent = number(b.numbers[at]);
      row.ioBytesReceived = number(b.numbers[at + 1]);
      row.ioPacketsSent = number(b.numbers[at + 2]);
      row.ioPacketsReceived = number(b.numbers[at + 3]);
      row.ioErrorsIn = number(b.numbers[at + 4]);
      row.ioErrorsOut = number(b.numbers[at + 5]);
      row.ioDropsIn = number(b.numbers[at + 6]);
      row.ioDropsOut = number(b.numbers[at + 7]);
      row.ioClock = number(b.numbers[at + 8]);
    },
    (row: NetworkRow, b: Batch, at: number): void => {
      row.duplex = oneOf(DuplexValues, b.numbers[at]);
      row.speedMbps = number(b.numbers[at + 1]);
    },
    (): void => undefined,
  ];
}

export const networkGroups = {
  'io': (row: NetworkRow) => ({
    row,
    bytesSent: row.ioBytesSent,
    bytesReceived: row.ioBytesReceived,
    packetsSent: row.ioPacketsSent,
    packetsReceived: row.ioPacketsReceived,
    errorsIn: row.ioErrorsIn,
    errorsOut: row.ioErrorsOut,
    dropsIn: row.ioDropsIn,
    dropsOut: row.ioDropsOut,
  }),
};

export class ProcessRow extends Row {
  startTicks: number | null = null;
  started: number | null = null;
  comm: string | null = null;
  tty: number | null = null;
  argumentsSize: number | null = null;
  isCommCut: boolean | null = null;
  hasEnded: boolean | null = null;
  ppid: number | null = null;
  status: ProcessStatus | null = null;
  createTime: number | null = null;
  isKernelThread: boolean | null = null;
  terminal: string | null = null;
  nice: number | null = null;
  numThreads: number | null = null;
  numHandles: number | null = null;
  cpuNum: number | null = null;
  cpuTimesUser: number | null = null;
  cpuTimesSystem: number | null = null;
  cpuTimesChildrenUser: number | null = null;
  cpuTimesChildrenSystem: number | null = null;
  cpuTimesIowait: number | null = null;
  pageFaultsMinor: number | null = null;
  pageFaultsMajor: number | null = null;
  statClock: number | null = null;
  memoryRss: number | null = null;
  memoryVms: number | null = null;
  memoryShared: number | null = null;
  memoryText: number | null = null;
  memoryData: number | null = null;
  memoryPercent: number | null = null;
  memoryPeakRss: number | null = null;
  memoryPeakVms: number | null = null;
  memoryRssAnon: number | null = null;
  memoryRssFile: number | null = null;
  memoryRssShmem: number | null = null;
  memoryStack: number | null = null;
  memorySwap: number | null = null;
  memoryHugetlb: number | null = null;
  memoryLocked: number | null = null;
  memoryVirtual: number | null = null;
  memoryPeakVirtual: number | null = null;
  memoryPagedPool: number | null = null;
  memoryPeakPagedPool: number | null = null;
  memoryNonpagedPool: number | null = null;
  memoryPeakNonpagedPool: number | null = null;
  uidsReal: number | null = null;
  uidsEffective: number | null = null;
  uidsSaved: number | null = null;
  gidsReal: number | null = null;
  gidsEffective: number | null = null;
  gidsSaved: number | null = null;
  ctxSwitchesVoluntary: number | null = null;
  ctxSwitchesInvoluntary: number | null = null;
  eligibleCpus: readonly number[] | null = null;
  username: string | null = null;
  cmdlineSize: number | null = null;
  cmdline: readonly string[] | null = null;
  exe: string | null = null;
  cwd: string | null = null;
  ioReadCount: number | null = null;
  ioWriteCount: number | null = null;
  ioReadBytes: number | null = null;
  ioWriteBytes: number | null = null;
  ioReadChars: number | null = null;
  ioWriteChars: number | null = null;
  ioOtherCount: number | null = null;
  ioOtherBytes: number | null = null;
  ioClock: number | null = null;
  numFds: number | null = null;
  memoryFootprintUss: number | null = null;
  memoryFootprintPss: number | null = null;
  memoryFootprintSwap: number | null = null;
  cgroupPath: string | null = null;
  containerId: string | null = null;
  containerRuntime: string | null = null;
  systemdUnit: string | null = null;
  serviceNames: readonly string[] | null = null;
  ioNiceIoClass: IoClass | null = null;
  ioNiceValue: number | null = null;
  cpuAffinity: readonly number[] | null = null;
  priorityClass: PriorityClass | null = null;
  limits: readonly LimitRow[] | null = null;
  sockets: readonly OwnerRow[] | null = null;
  environment: readonly EnvironmentRow[] | null = null;
  memoryMaps: readonly MemoryMapRow[] | null = null;
  openFiles: readonly OpenFileRow[] | null = null;
  threads: readonly ThreadRow[] | null = null;

  get pid(): number {
    return this.key;
  }
}

export const processTable: TableShape<ProcessRow> = {
  name: 'process',
  index: 9,
  sources: ['stat', 'state', 'parent', 'statm', 'ids', 'status', 'cmdline', 'exe', 'cwd', 'io', 'fds', 'rollup', 'cgroup', 'ionice', 'affinity', 'priority', 'limits', 'socketFds', 'environ', 'smaps', 'files', 'task'],
  widths: [17, 8, 1, 6, 8, 19, 3, 2, 2, 9, 1, 3, 10, 2, 2, 1, 0, 0, 0, 0, 0, 0],
  create: (key) => new ProcessRow(key),
  fill: processFill(),
  lists: [
    { property: 'limits', table: limitTable, shift: 16, mask: 65536 },
    { property: 'sockets', table: ownerTable, shift: 17, mask: 131072 },
    { property: 'environment', table: environmentTable, shift: 18, mask: 262144 },
    { property: 'memoryMaps', table: memoryMapTable, shift: 19, mask: 524288 },
    { property: 'openFiles', table: openFileTable, shift: 20, mask: 1048576 },
    { property: 'threads', table: threadTable, shift: 21, mask: 2097152 },
  ],
};

function processFill() {
  return [
    (row: ProcessRow, b: Batch, at: number): void => {
      row.startTicks = number(b.numbers[at]);
      row.started = number(b.numbers[at + 1]);
      row.comm = text(b, at + 2);
      row.argumentsSize = number(b.numbers[at + 4]);
      row.isCommCut = flag(b.numbers[at + 5]);
      row.hasEnded = flag(b.numbers[at + 6]);
      row.createTime = number(b.numbers[at + 7]);
      row.isKernelThread = flag(b.numbers[at + 8]);
      row.numThreads = number(b.numbers[at + 9]);
      row.cpuTimesUser = number(b.numbers[at + 10]);
      row.cpuTimesSystem = number(b.numbers[at + 11]);
      row.cpuTimesChildrenUser = number(b.numbers[at + 12]);
      row.cpuTimesChildrenSystem = number(b.numbers[at + 13]);
      row.pageFaultsMinor = number(b.numbers[at + 14]);
      row.pageFaultsMajor = number(b.numbers[at + 15]);
      row.statClock = number(b.numbers[at + 16]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.tty = number(b.numbers[at]);
      row.status = oneOf(ProcessStatusValues, b.numbers[at + 1]);
      row.terminal = text(b, at + 2);
      row.nice = number(b.numbers[at + 4]);
      row.numHandles = number(b.numbers[at + 5]);
      row.cpuNum = number(b.numbers[at + 6]);
      row.cpuTimesIowait = number(b.numbers[at + 7]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.ppid = number(b.numbers[at]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.memoryRss = number(b.numbers[at]);
      row.memoryVms = number(b.numbers[at + 1]);
      row.memoryShared = number(b.numbers[at + 2]);
      row.memoryText = number(b.numbers[at + 3]);
      row.memoryData = number(b.numbers[at + 4]);
      row.memoryPercent = number(b.numbers[at + 5]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.uidsReal = number(b.numbers[at]);
      row.uidsEffective = number(b.numbers[at + 1]);
      row.uidsSaved = number(b.numbers[at + 2]);
      row.gidsReal = number(b.numbers[at + 3]);
      row.gidsEffective = number(b.numbers[at + 4]);
      row.gidsSaved = number(b.numbers[at + 5]);
      row.username = text(b, at + 6);
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
      row.memoryVirtual = number(b.numbers[at + 9]);
      row.memoryPeakVirtual = number(b.numbers[at + 10]);
      row.memoryPagedPool = number(b.numbers[at + 11]);
      row.memoryPeakPagedPool = number(b.numbers[at + 12]);
      row.memoryNonpagedPool = number(b.numbers[at + 13]);
      row.memoryPeakNonpagedPool = number(b.numbers[at + 14]);
      row.ctxSwitchesVoluntary = number(b.numbers[at + 15]);
      row.ctxSwitchesInvoluntary = number(b.numbers[at + 16]);
      row.eligibleCpus = ints(b, at + 17);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.cmdlineSize = number(b.numbers[at]);
      row.cmdline = texts(b, at + 1);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.exe = text(b, at);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.cwd = text(b, at);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.ioReadCount = number(b.numbers[at]);
      row.ioWriteCount = number(b.numbers[at + 1]);
      row.ioReadBytes = number(b.numbers[at + 2]);
      row.ioWriteBytes = number(b.numbers[at + 3]);
      row.ioReadChars = number(b.numbers[at + 4]);
      row.ioWriteChars = number(b.numbers[at + 5]);
      row.ioOtherCount = number(b.numbers[at + 6]);
      row.ioOtherBytes = number(b.numbers[at + 7]);
      row.ioClock = number(b.numbers[at + 8]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.numFds = number(b.numbers[at]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.memoryFootprintUss = number(b.numbers[at]);
      row.memoryFootprintPss = number(b.numbers[at + 1]);
      row.memoryFootprintSwap = number(b.numbers[at + 2]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.cgroupPath = text(b, at);
      row.containerId = text(b, at + 2);
      row.containerRuntime = text(b, at + 4);
      row.systemdUnit = text(b, at + 6);
      row.serviceNames = texts(b, at + 8);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.ioNiceIoClass = oneOf(IoClassValues, b.numbers[at]);
      row.ioNiceValue = number(b.numbers[at + 1]);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.cpuAffinity = ints(b, at);
    },
    (row: ProcessRow, b: Batch, at: number): void => {
      row.priorityClass = oneOf(PriorityClassValues, b.numbers[at]);
    },
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
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
    virtual: row.memoryVirtual,
    peakVirtual: row.memoryPeakVirtual,
    pagedPool: row.memoryPagedPool,
    peakPagedPool: row.memoryPeakPagedPool,
    nonpagedPool: row.memoryNonpagedPool,
    peakNonpagedPool: row.memoryPeakNonpagedPool,
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
  'io': (row: ProcessRow) => ({
    row,
    readCount: row.ioReadCount,
    writeCount: row.ioWriteCount,
    readBytes: row.ioReadBytes,
    writeBytes: row.ioWriteBytes,
    readChars: row.ioReadChars,
    writeChars: row.ioWriteChars,
    otherCount: row.ioOtherCount,
    otherBytes: row.ioOtherBytes,
  }),
  'ioNice': (row: ProcessRow) => ({
    row,
    ioClass: row.ioNiceIoClass,
    value: row.ioNiceValue,
  }),
  'memoryFootprint': (row: ProcessRow) => ({
    row,
    uss: row.memoryFootprintUss,
    pss: row.memoryFootprintPss,
    swap: row.memoryFootprintSwap,
  }),
  'ctxSwitches': (row: ProcessRow) => ({
    row,
    voluntary: row.ctxSwitchesVoluntary,
    involuntary: row.ctxSwitchesInvoluntary,
  }),
};

export class CpuRow extends Row {
  number: number | null = null;
  timesUser: number | null = null;
  timesSystem: number | null = null;
  timesIdle: number | null = null;
  timesNice: number | null = null;
  timesIowait: number | null = null;
  timesIrq: number | null = null;
  timesSoftirq: number | null = null;
  timesSteal: number | null = null;
  timesGuest: number | null = null;
  timesGuestNice: number | null = null;
  timesDpc: number | null = null;
  timesClock: number | null = null;
  frequencyCurrent: number | null = null;
  frequencyMin: number | null = null;
  frequencyMax: number | null = null;
}

export const cpuTable: TableShape<CpuRow> = {
  name: 'cpu',
  index: 10,
  sources: ['cpuTimes', 'cpuFrequency'],
  widths: [13, 3],
  create: (key) => new CpuRow(key),
  fill: cpuFill(),
  lists: [

  ],
};

function cpuFill() {
  return [
    (row: CpuRow, b: Batch, at: number): void => {
      row.number = number(b.numbers[at]);
      row.timesUser = number(b.numbers[at + 1]);
      row.timesSystem = number(b.numbers[at + 2]);
      row.timesIdle = number(b.numbers[at + 3]);
      row.timesNice = number(b.numbers[at + 4]);
      row.timesIowait = number(b.numbers[at + 5]);
      row.timesIrq = number(b.numbers[at + 6]);
      row.timesSoftirq = number(b.numbers[at + 7]);
      row.timesSteal = number(b.numbers[at + 8]);
      row.timesGuest = number(b.numbers[at + 9]);
      row.timesGuestNice = number(b.numbers[at + 10]);
      row.timesDpc = number(b.numbers[at + 11]);
      row.timesClock = number(b.numbers[at + 12]);
    },
    (row: CpuRow, b: Batch, at: number): void => {
      row.frequencyCurrent = number(b.numbers[at]);
      row.frequencyMin = number(b.numbers[at + 1]);
      row.frequencyMax = number(b.numbers[at + 2]);
    },
  ];
}

export const cpuGroups = {
  'times': (row: CpuRow) => ({
    row,
    user: row.timesUser,
    system: row.timesSystem,
    idle: row.timesIdle,
    nice: row.timesNice,
    iowait: row.timesIowait,
    irq: row.timesIrq,
    softirq: row.timesSoftirq,
    steal: row.timesSteal,
    guest: row.timesGuest,
    guestNice: row.timesGuestNice,
    dpc: row.timesDpc,
  }),
  'frequency': (row: CpuRow) => ({
    row,
    current: row.frequencyCurrent,
    min: row.frequencyMin,
    max: row.frequencyMax,
  }),
};

export class TemperatureRow extends Row {
  sensor: string | null = null;
  chip: string | null = null;
  label: string | null = null;
  current: number | null = null;
  high: number | null = null;
  critical: number | null = null;
}

export const temperatureTable: TableShape<TemperatureRow> = {
  name: 'temperature',
  index: 11,
  sources: ['temperatures'],
  widths: [9],
  create: (key) => new TemperatureRow(key),
  fill: temperatureFill(),
  lists: [

  ],
};

function temperatureFill() {
  return [
    (row: TemperatureRow, b: Batch, at: number): void => {
      row.sensor = text(b, at);
      row.chip = text(b, at + 2);
      row.label = text(b, at + 4);
      row.current = number(b.numbers[at + 6]);
      row.high = number(b.numbers[at + 7]);
      row.critical = number(b.numbers[at + 8]);
    },
  ];
}

export const temperatureGroups = {

};

export class FanRow extends Row {
  sensor: string | null = null;
  chip: string | null = null;
  label: string | null = null;
  rpm: number | null = null;
}

export const fanTable: TableShape<FanRow> = {
  name: 'fan',
  index: 12,
  sources: ['fans'],
  widths: [7],
  create: (key) => new FanRow(key),
  fill: fanFill(),
  lists: [

  ],
};

function fanFill() {
  return [
    (row: FanRow, b: Batch, at: number): void => {
      row.sensor = text(b, at);
      row.chip = text(b, at + 2);
      row.label = text(b, at + 4);
      row.rpm = number(b.numbers[at + 6]);
    },
  ];
}

export const fanGroups = {

};

export class BatteryRow extends Row {
  name: string | null = null;
  percent: number | null = null;
  secondsLeft: number | null = null;
  pluggedIn: boolean | null = null;
}

export const batteryTable: TableShape<BatteryRow> = {
  name: 'battery',
  index: 13,
  sources: ['batteries'],
  widths: [5],
  create: (key) => new BatteryRow(key),
  fill: batteryFill(),
  lists: [

  ],
};

function batteryFill() {
  return [
    (row: BatteryRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.percent = number(b.numbers[at + 2]);
      row.secondsLeft = number(b.numbers[at + 3]);
      row.pluggedIn = flag(b.numbers[at + 4]);
    },
  ];
}

export const batteryGroups = {

};

export class SessionRow extends Row {
  name: string | null = null;
  terminal: string | null = null;
  remoteHost: string | null = null;
  startedAt: number | null = null;
  pid: number | null = null;
}

export const sessionTable: TableShape<SessionRow> = {
  name: 'session',
  index: 14,
  sources: ['sessions'],
  widths: [8],
  create: (key) => new SessionRow(key),
  fill: sessionFill(),
  lists: [

  ],
};

function sessionFill() {
  return [
    (row: SessionRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.terminal = text(b, at + 2);
      row.remoteHost = text(b, at + 4);
      row.startedAt = number(b.numbers[at + 6]);
      row.pid = number(b.numbers[at + 7]);
    },
  ];
}

export const sessionGroups = {

};

export class SystemRow extends Row {
  machineId: string | null = null;
  bootId: string | null = null;
  pidNamespace: number | null = null;
  isPrivileged: boolean | null = null;
  hidesProcesses: boolean | null = null;
  ownPid: number | null = null;
  hostname: string | null = null;
  platform: Platform | null = null;
  osName: string | null = null;
  osVersion: string | null = null;
  osKernel: string | null = null;
  osArch: string | null = null;
  osMachine: string | null = null;
  osVirtualization: string | null = null;
  bootTime: number | null = null;
  uptime: number | null = null;
  cpuLogicalCount: number | null = null;
  cpuPhysicalCount: number | null = null;
  cpuUsableCount: number | null = null;
  cpuVendor: string | null = null;
  cpuModel: string | null = null;
  cpuFrequencyCurrent: number | null = null;
  cpuFrequencyMin: number | null = null;
  cpuFrequencyMax: number | null = null;
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
  cpuTimesDpc: number | null = null;
  cpuStatsCtxSwitches: number | null = null;
  cpuStatsInterrupts: number | null = null;
  cpuStatsSoftInterrupts: number | null = null;
  cpuStatsSyscalls: number | null = null;
  statClock: number | null = null;
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
  memoryWired: number | null = null;
  networkBytesSent: number | null = null;
  networkBytesReceived: number | null = null;
  networkPacketsSent: number | null = null;
  networkPacketsReceived: number | null = null;
  networkErrorsIn: number | null = null;
  networkErrorsOut: number | null = null;
  networkDropsIn: number | null = null;
  networkDropsOut: number | null = null;
  networkClock: number | null = null;
  swapTotal: number | null = null;
  swapUsed: number | null = null;
  swapFree: number | null = null;
  swapPercent: number | null = null;
  swapSwappedIn: number | null = null;
  swapSwappedOut: number | null = null;
  pressureCpuSomeAvg10: number | null = null;
  pressureCpuSomeAvg60: number | null = null;
  pressureCpuSomeAvg300: number | null = null;
  pressureCpuSomeTotal: number | null = null;
  pressureCpuFullAvg10: number | null = null;
  pressureCpuFullAvg60: number | null = null;
  pressureCpuFullAvg300: number | null = null;
  pressureCpuFullTotal: number | null = null;
  pressureMemorySomeAvg10: number | null = null;
  pressureMemorySomeAvg60: number | null = null;
  pressureMemorySomeAvg300: number | null = null;
  pressureMemorySomeTotal: number | null = null;
  pressureMemoryFullAvg10: number | null = null;
  pressureMemoryFullAvg60: number | null = null;
  pressureMemoryFullAvg300: number | null = null;
  pressureMemoryFullTotal: number | null = null;
  pressureIoSomeAvg10: number | null = null;
  pressureIoSomeAvg60: number | null = null;
  pressureIoSomeAvg300: number | null = null;
  pressureIoSomeTotal: number | null = null;
  pressureIoFullAvg10: number | null = null;
  pressureIoFullAvg60: number | null = null;
  pressureIoFullAvg300: number | null = null;
  pressureIoFullTotal: number | null = null;
  pressureIrqSomeAvg10: number | null = null;
  pressureIrqSomeAvg60: number | null = null;
  pressureIrqSomeAvg300: number | null = null;
  pressureIrqSomeTotal: number | null = null;
  pressureIrqFullAvg10: number | null = null;
  pressureIrqFullAvg60: number | null = null;
  pressureIrqFullAvg300: number | null = null;
  pressureIrqFullTotal: number | null = null;
  diskIoReadCount: number | null = null;
  diskIoWriteCount: number | null = null;
  diskIoReadBytes: number | null = null;
  diskIoWriteBytes: number | null = null;
  diskIoReadTime: number | null = null;
  diskIoWriteTime: number | null = null;
  diskIoBusyTime: number | null = null;
  diskIoReadMergedCount: number | null = null;
  diskIoWriteMergedCount: number | null = null;
  disksClock: number | null = null;
  loadAverageOne: number | null = null;
  loadAverageFive: number | null = null;
  loadAverageFifteen: number | null = null;
  cpuLogicalCpus: readonly CpuRow[] | null = null;
  sensorsTemperatures: readonly TemperatureRow[] | null = null;
  sensorsFans: readonly FanRow[] | null = null;
  sensorsBatteries: readonly BatteryRow[] | null = null;
  sessions: readonly SessionRow[] | null = null;
}

export const systemTable: TableShape<SystemRow> = {
  name: 'system',
  index: 15,
  sources: ['identity', 'os', 'boot', 'stat', 'meminfo', 'loadavg', 'network', 'cpus', 'cores', 'usable', 'cpuinfo', 'frequency', 'machine', 'swap', 'vmstat', 'pressure', 'disks', 'cpuTimes', 'cpuFrequency', 'temperatures', 'fans', 'batteries', 'sessions'],
  widths: [8, 11, 2, 16, 12, 3, 9, 1, 1, 1, 4, 3, 4, 4, 2, 32, 10, 0, 0, 0, 0, 0, 0],
  create: (key) => new SystemRow(key),
  fill: systemFill(),
  lists: [
    { property: 'cpuLogicalCpus', table: cpuTable, shift: 17, mask: 393216 },
    { property: 'sensorsTemperatures', table: temperatureTable, shift: 19, mask: 524288 },
    { property: 'sensorsFans', table: fanTable, shift: 20, mask: 1048576 },
    { property: 'sensorsBatteries', table: batteryTable, shift: 21, mask: 2097152 },
    { property: 'sessions', table: sessionTable, shift: 22, mask: 4194304 },
  ],
};

function systemFill() {
  return [
    (row: SystemRow, b: Batch, at: number): void => {
      row.machineId = text(b, at);
      row.bootId = text(b, at + 2);
      row.pidNamespace = number(b.numbers[at + 4]);
      row.isPrivileged = flag(b.numbers[at + 5]);
      row.hidesProcesses = flag(b.numbers[at + 6]);
      row.ownPid = number(b.numbers[at + 7]);
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
      row.cpuTimesDpc = number(b.numbers[at + 10]);
      row.cpuStatsCtxSwitches = number(b.numbers[at + 11]);
      row.cpuStatsInterrupts = number(b.numbers[at + 12]);
      row.cpuStatsSoftInterrupts = number(b.numbers[at + 13]);
      row.cpuStatsSyscalls = number(b.numbers[at + 14]);
      row.statClock = number(b.numbers[at + 15]);
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
      row.memoryWired = number(b.numbers[at + 11]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.loadAverageOne = number(b.numbers[at]);
      row.loadAverageFive = number(b.numbers[at + 1]);
      row.loadAverageFifteen = number(b.numbers[at + 2]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.networkBytesSent = number(b.numbers[at]);
      row.networkBytesReceived = number(b.numbers[at + 1]);
      row.networkPacketsSent = number(b.numbers[at + 2]);
      row.networkPacketsReceived = number(b.numbers[at + 3]);
      row.networkErrorsIn = number(b.numbers[at + 4]);
      row.networkErrorsOut = number(b.numbers[at + 5]);
      row.networkDropsIn = number(b.numbers[at + 6]);
      row.networkDropsOut = number(b.numbers[at + 7]);
      row.networkClock = number(b.numbers[at + 8]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuLogicalCount = number(b.numbers[at]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuPhysicalCount = number(b.numbers[at]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuUsableCount = number(b.numbers[at]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuVendor = text(b, at);
      row.cpuModel = text(b, at + 2);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.cpuFrequencyCurrent = number(b.numbers[at]);
      row.cpuFrequencyMin = number(b.numbers[at + 1]);
      row.cpuFrequencyMax = number(b.numbers[at + 2]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.osMachine = text(b, at);
      row.osVirtualization = text(b, at + 2);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.swapTotal = number(b.numbers[at]);
      row.swapUsed = number(b.numbers[at + 1]);
      row.swapFree = number(b.numbers[at + 2]);
      row.swapPercent = number(b.numbers[at + 3]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.swapSwappedIn = number(b.numbers[at]);
      row.swapSwappedOut = number(b.numbers[at + 1]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.pressureCpuSomeAvg10 = number(b.numbers[at]);
      row.pressureCpuSomeAvg60 = number(b.numbers[at + 1]);
      row.pressureCpuSomeAvg300 = number(b.numbers[at + 2]);
      row.pressureCpuSomeTotal = number(b.numbers[at + 3]);
      row.pressureCpuFullAvg10 = number(b.numbers[at + 4]);
      row.pressureCpuFullAvg60 = number(b.numbers[at + 5]);
      row.pressureCpuFullAvg300 = number(b.numbers[at + 6]);
      row.pressureCpuFullTotal = number(b.numbers[at + 7]);
      row.pressureMemorySomeAvg10 = number(b.numbers[at + 8]);
      row.pressureMemorySomeAvg60 = number(b.numbers[at + 9]);
      row.pressureMemorySomeAvg300 = number(b.numbers[at + 10]);
      row.pressureMemorySomeTotal = number(b.numbers[at + 11]);
      row.pressureMemoryFullAvg10 = number(b.numbers[at + 12]);
      row.pressureMemoryFullAvg60 = number(b.numbers[at + 13]);
      row.pressureMemoryFullAvg300 = number(b.numbers[at + 14]);
      row.pressureMemoryFullTotal = number(b.numbers[at + 15]);
      row.pressureIoSomeAvg10 = number(b.numbers[at + 16]);
      row.pressureIoSomeAvg60 = number(b.numbers[at + 17]);
      row.pressureIoSomeAvg300 = number(b.numbers[at + 18]);
      row.pressureIoSomeTotal = number(b.numbers[at + 19]);
      row.pressureIoFullAvg10 = number(b.numbers[at + 20]);
      row.pressureIoFullAvg60 = number(b.numbers[at + 21]);
      row.pressureIoFullAvg300 = number(b.numbers[at + 22]);
      row.pressureIoFullTotal = number(b.numbers[at + 23]);
      row.pressureIrqSomeAvg10 = number(b.numbers[at + 24]);
      row.pressureIrqSomeAvg60 = number(b.numbers[at + 25]);
      row.pressureIrqSomeAvg300 = number(b.numbers[at + 26]);
      row.pressureIrqSomeTotal = number(b.numbers[at + 27]);
      row.pressureIrqFullAvg10 = number(b.numbers[at + 28]);
      row.pressureIrqFullAvg60 = number(b.numbers[at + 29]);
      row.pressureIrqFullAvg300 = number(b.numbers[at + 30]);
      row.pressureIrqFullTotal = number(b.numbers[at + 31]);
    },
    (row: SystemRow, b: Batch, at: number): void => {
      row.diskIoReadCount = number(b.numbers[at]);
      row.diskIoWriteCount = number(b.numbers[at + 1]);
      row.diskIoReadBytes = number(b.numbers[at + 2]);
      row.diskIoWriteBytes = number(b.numbers[at + 3]);
      row.diskIoReadTime = number(b.numbers[at + 4]);
      row.diskIoWriteTime = number(b.numbers[at + 5]);
      row.diskIoBusyTime = number(b.numbers[at + 6]);
      row.diskIoReadMergedCount = number(b.numbers[at + 7]);
      row.diskIoWriteMergedCount = number(b.numbers[at + 8]);
      row.disksClock = number(b.numbers[at + 9]);
    },
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
    (): void => undefined,
  ];
}

export const systemGroups = {
  'os': (row: SystemRow) => ({
    row,
    name: row.osName,
    version: row.osVersion,
    kernel: row.osKernel,
    arch: row.osArch,
    machine: row.osMachine,
    virtualization: row.osVirtualization,
  }),
  'cpu': (row: SystemRow) => ({
    row,
    logicalCount: row.cpuLogicalCount,
    physicalCount: row.cpuPhysicalCount,
    usableCount: row.cpuUsableCount,
    vendor: row.cpuVendor,
    model: row.cpuModel,
    get times() {
      return systemGroups['cpu.times'](row);
    },
    get frequency() {
      return systemGroups['cpu.frequency'](row);
    },
    get stats() {
      return systemGroups['cpu.stats'](row);
    },
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
    dpc: row.cpuTimesDpc,
  }),
  'cpu.frequency': (row: SystemRow) => ({
    row,
    current: row.cpuFrequencyCurrent,
    min: row.cpuFrequencyMin,
    max: row.cpuFrequencyMax,
  }),
  'cpu.stats': (row: SystemRow) => ({
    row,
    ctxSwitches: row.cpuStatsCtxSwitches,
    interrupts: row.cpuStatsInterrupts,
    softInterrupts: row.cpuStatsSoftInterrupts,
    syscalls: row.cpuStatsSyscalls,
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
    wired: row.memoryWired,
  }),
  'network': (row: SystemRow) => ({
    row,
    bytesSent: row.networkBytesSent,
    bytesReceived: row.networkBytesReceived,
    packetsSent: row.networkPacketsSent,
    packetsReceived: row.networkPacketsReceived,
    errorsIn: row.networkErrorsIn,
    errorsOut: row.networkErrorsOut,
    dropsIn: row.networkDropsIn,
    dropsOut: row.networkDropsOut,
  }),
  'swap': (row: SystemRow) => ({
    row,
    total: row.swapTotal,
    used: row.swapUsed,
    free: row.swapFree,
    percent: row.swapPercent,
    swappedIn: row.swapSwappedIn,
    swappedOut: row.swapSwappedOut,
  }),
  'pressure': (row: SystemRow) => ({
    row,
    get cpu() {
      return systemGroups['pressure.cpu'](row);
    },
    get memory() {
      return systemGroups['pressure.memory'](row);
    },
    get io() {
      return systemGroups['pressure.io'](row);
    },
    get irq() {
      return systemGroups['pressure.irq'](row);
    },
  }),
  'pressure.cpu': (row: SystemRow) => ({
    row,
    get some() {
      return systemGroups['pressure.cpu.some'](row);
    },
    get full() {
      return systemGroups['pressure.cpu.full'](row);
    },
  }),
  'pressure.cpu.some': (row: SystemRow) => ({
    row,
    avg10: row.pressureCpuSomeAvg10,
    avg60: row.pressureCpuSomeAvg60,
    avg300: row.pressureCpuSomeAvg300,
    total: row.pressureCpuSomeTotal,
  }),
  'pressure.cpu.full': (row: SystemRow) => ({
    row,
    avg10: row.pressureCpuFullAvg10,
    avg60: row.pressureCpuFullAvg60,
    avg300: row.pressureCpuFullAvg300,
    total: row.pressureCpuFullTotal,
  }),
  'pressure.memory': (row: SystemRow) => ({
    row,
    get some() {
      return systemGroups['pressure.memory.some'](row);
    },
    get full() {
      return systemGroups['pressure.memory.full'](row);
    },
  }),
  'pressure.memory.some': (row: SystemRow) => ({
    row,
    avg10: row.pressureMemorySomeAvg10,
    avg60: row.pressureMemorySomeAvg60,
    avg300: row.pressureMemorySomeAvg300,
    total: row.pressureMemorySomeTotal,
  }),
  'pressure.memory.full': (row: SystemRow) => ({
    row,
    avg10: row.pressureMemoryFullAvg10,
    avg60: row.pressureMemoryFullAvg60,
    avg300: row.pressureMemoryFullAvg300,
    total: row.pressureMemoryFullTotal,
  }),
  'pressure.io': (row: SystemRow) => ({
    row,
    get some() {
      return systemGroups['pressure.io.some'](row);
    },
    get full() {
      return systemGroups['pressure.io.full'](row);
    },
  }),
  'pressure.io.some': (row: SystemRow) => ({
    row,
    avg10: row.pressureIoSomeAvg10,
    avg60: row.pressureIoSomeAvg60,
    avg300: row.pressureIoSomeAvg300,
    total: row.pressureIoSomeTotal,
  }),
  'pressure.io.full': (row: SystemRow) => ({
    row,
    avg10: row.pressureIoFullAvg10,
    avg60: row.pressureIoFullAvg60,
    avg300: row.pressureIoFullAvg300,
    total: row.pressureIoFullTotal,
  }),
  'pressure.irq': (row: SystemRow) => ({
    row,
    get some() {
      return systemGroups['pressure.irq.some'](row);
    },
    get full() {
      return systemGroups['pressure.irq.full'](row);
    },
  }),
  'pressure.irq.some': (row: SystemRow) => ({
    row,
    avg10: row.pressureIrqSomeAvg10,
    avg60: row.pressureIrqSomeAvg60,
    avg300: row.pressureIrqSomeAvg300,
    total: row.pressureIrqSomeTotal,
  }),
  'pressure.irq.full': (row: SystemRow) => ({
    row,
    avg10: row.pressureIrqFullAvg10,
    avg60: row.pressureIrqFullAvg60,
    avg300: row.pressureIrqFullAvg300,
    total: row.pressureIrqFullTotal,
  }),
  'diskIo': (row: SystemRow) => ({
    row,
    readCount: row.diskIoReadCount,
    writeCount: row.diskIoWriteCount,
    readBytes: row.diskIoReadBytes,
    writeBytes: row.diskIoWriteBytes,
    readTime: row.diskIoReadTime,
    writeTime: row.diskIoWriteTime,
    busyTime: row.diskIoBusyTime,
    readMergedCount: row.diskIoReadMergedCount,
    writeMergedCount: row.diskIoWriteMergedCount,
  }),
  'sensors': (row: SystemRow) => ({
    row,

  }),
  'loadAverage': (row: SystemRow) => ({
    row,
    one: row.loadAverageOne,
    five: row.loadAverageFive,
    fifteen: row.loadAverageFifteen,
  }),
};

export class DiskRow extends Row {
  name: string | null = null;
  kind: DiskKind | null = null;
  sequence: number | null = null;
  alias: string | null = null;
  size: number | null = null;
  model: string | null = null;
  rotational: boolean | null = null;
  removable: boolean | null = null;
  readOnly: boolean | null = null;
  parentNumbers: readonly string[] | null = null;
  childNumbers: readonly string[] | null = null;
  ioReadCount: number | null = null;
  ioWriteCount: number | null = null;
  ioReadBytes: number | null = null;
  ioWriteBytes: number | null = null;
  ioReadTime: number | null = null;
  ioWriteTime: number | null = null;
  ioBusyTime: number | null = null;
  ioReadMergedCount: number | null = null;
  ioWriteMergedCount: number | null = null;
  ioClock: number | null = null;
}

export const diskTable: TableShape<DiskRow> = {
  name: 'disk',
  index: 16,
  sources: ['device', 'sequence', 'properties', 'relations', 'io'],
  widths: [5, 1, 6, 4, 10],
  create: (key) => new DiskRow(key),
  fill: diskFill(),
  lists: [

  ],
};

function diskFill() {
  return [
    (row: DiskRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.kind = oneOf(DiskKindValues, b.numbers[at + 2]);
      row.alias = text(b, at + 3);
    },
    (row: DiskRow, b: Batch, at: number): void => {
      row.sequence = number(b.numbers[at]);
    },
    (row: DiskRow, b: Batch, at: number): void => {
      row.size = number(b.numbers[at]);
      row.model = text(b, at + 1);
      row.rotational = flag(b.numbers[at + 3]);
      row.removable = flag(b.numbers[at + 4]);
      row.readOnly = flag(b.numbers[at + 5]);
    },
    (row: DiskRow, b: Batch, at: number): void => {
      row.parentNumbers = texts(b, at);
      row.childNumbers = texts(b, at + 2);
    },
    (row: DiskRow, b: Batch, at: number): void => {
      row.ioReadCount = number(b.numbers[at]);
      row.ioWriteCount = number(b.numbers[at + 1]);
      row.ioReadBytes = number(b.numbers[at + 2]);
      row.ioWriteBytes = number(b.numbers[at + 3]);
      row.ioReadTime = number(b.numbers[at + 4]);
      row.ioWriteTime = number(b.numbers[at + 5]);
      row.ioBusyTime = number(b.numbers[at + 6]);
      row.ioReadMergedCount = number(b.numbers[at + 7]);
      row.ioWriteMergedCount = number(b.numbers[at + 8]);
      row.ioClock = number(b.numbers[at + 9]);
    },
  ];
}

export const diskGroups = {
  'io': (row: DiskRow) => ({
    row,
    readCount: row.ioReadCount,
    writeCount: row.ioWriteCount,
    readBytes: row.ioReadBytes,
    writeBytes: row.ioWriteBytes,
    readTime: row.ioReadTime,
    writeTime: row.ioWriteTime,
    busyTime: row.ioBusyTime,
    readMergedCount: row.ioReadMergedCount,
    writeMergedCount: row.ioWriteMergedCount,
  }),
};

export class MountRow extends Row {
  device: string | null = null;
  mountpoint: string | null = null;
  fstype: string | null = null;
  options: readonly string[] | null = null;
  deviceNumber: number | null = null;
  isReal: boolean | null = null;
  isDuplicate: boolean | null = null;
  isReachable: boolean | null = null;
  mayHang: boolean | null = null;
  usageTotal: number | null = null;
  usageUsed: number | null = null;
  usageFree: number | null = null;
  usagePercent: number | null = null;
  usageInodesTotal: number | null = null;
  usageInodesFree: number | null = null;
}

export const mountTable: TableShape<MountRow> = {
  name: 'mount',
  index: 17,
  sources: ['mountinfo', 'usage'],
  widths: [13, 6],
  create: (key) => new MountRow(key),
  fill: mountFill(),
  lists: [

  ],
};

function mountFill() {
  return [
    (row: MountRow, b: Batch, at: number): void => {
      row.device = text(b, at);
      row.mountpoint = text(b, at + 2);
      row.fstype = text(b, at + 4);
      row.options = texts(b, at + 6);
      row.deviceNumber = number(b.numbers[at + 8]);
      row.isReal = flag(b.numbers[at + 9]);
      row.isDuplicate = flag(b.numbers[at + 10]);
      row.isReachable = flag(b.numbers[at + 11]);
      row.mayHang = flag(b.numbers[at + 12]);
    },
    (row: MountRow, b: Batch, at: number): void => {
      row.usageTotal = number(b.numbers[at]);
      row.usageUsed = number(b.numbers[at + 1]);
      row.usageFree = number(b.numbers[at + 2]);
      row.usagePercent = number(b.numbers[at + 3]);
      row.usageInodesTotal = number(b.numbers[at + 4]);
      row.usageInodesFree = number(b.numbers[at + 5]);
    },
  ];
}

export const mountGroups = {
  'usage': (row: MountRow) => ({
    row,
    total: row.usageTotal,
    used: row.usageUsed,
    free: row.usageFree,
    percent: row.usagePercent,
    inodesTotal: row.usageInodesTotal,
    inodesFree: row.usageInodesFree,
  }),
};

export class ServiceRow extends Row {
  name: string | null = null;
  manager: ServiceManager | null = null;
  status: ServiceStatus | null = null;
  subStatus: string | null = null;
  startType: ServiceStartType | null = null;
  displayName: string | null = null;
  description: string | null = null;
  binaryPath: string | null = null;
  username: string | null = null;
  pid: number | null = null;
  startedAt: number | null = null;
  memory: number | null = null;
  cpuTime: number | null = null;
}

export const serviceTable: TableShape<ServiceRow> = {
  name: 'service',
  index: 18,
  sources: ['units', 'files', 'description', 'unit', 'memory', 'cpu'],
  widths: [6, 1, 4, 6, 1, 1],
  create: (key) => new ServiceRow(key),
  fill: serviceFill(),
  lists: [

  ],
};

function serviceFill() {
  return [
    (row: ServiceRow, b: Batch, at: number): void => {
      row.name = text(b, at);
      row.manager = oneOf(ServiceManagerValues, b.numbers[at + 2]);
      row.status = oneOf(ServiceStatusValues, b.numbers[at + 3]);
      row.subStatus = text(b, at + 4);
    },
    (row: ServiceRow, b: Batch, at: number): void => {
      row.startType = oneOf(ServiceStartTypeValues, b.numbers[at]);
    },
    (row: ServiceRow, b: Batch, at: number): void => {
      row.displayName = text(b, at);
      row.description = text(b, at + 2);
    },
    (row: ServiceRow, b: Batch, at: number): void => {
      row.binaryPath = text(b, at);
      row.username = text(b, at + 2);
      row.pid = number(b.numbers[at + 4]);
      row.startedAt = number(b.numbers[at + 5]);
    },
    (row: ServiceRow, b: Batch, at: number): void => {
      row.memory = number(b.numbers[at]);
    },
    (row: ServiceRow, b: Batch, at: number): void => {
      row.cpuTime = number(b.numbers[at]);
    },
  ];
}

export const serviceGroups = {

};

export class HeapRow extends Row {
  used: number | null = null;
  mmapped: number | null = null;
  heapCount: number | null = null;
}

export const heapTable: TableShape<HeapRow> = {
  name: 'heap',
  index: 19,
  sources: ['allocator'],
  widths: [3],
  create: (key) => new HeapRow(key),
  fill: heapFill(),
  lists: [

  ],
};

function heapFill() {
  return [
    (row: HeapRow, b: Batch, at: number): void => {
      row.used = number(b.numbers[at]);
      row.mmapped = number(b.numbers[at + 1]);
      row.heapCount = number(b.numbers[at + 2]);
    },
  ];
}

export const heapGroups = {

};

export class EventRow extends Row {
  kind: ProcessEventKind | null = null;
  at: number | null = null;
  ticks: number | null = null;
  startTicks: number | null = null;
  ppid: number | null = null;
  name: string | null = null;
  exitCode: number | null = null;
  signal: string | null = null;
}

export const eventTable: TableShape<EventRow> = {
  name: 'event',
  index: 20,
  sources: ['told'],
  widths: [10],
  create: (key) => new EventRow(key),
  fill: eventFill(),
  lists: [

  ],
};

function eventFill() {
  return [
    (row: EventRow, b: Batch, at: number): void => {
      row.kind = oneOf(ProcessEventKindValues, b.numbers[at]);
      row.at = number(b.numbers[at + 1]);
      row.ticks = number(b.numbers[at + 2]);
      row.startTicks = number(b.numbers[at + 3]);
      row.ppid = number(b.numbers[at + 4]);
      row.name = text(b, at + 5);
      row.exitCode = number(b.numbers[at + 7]);
      row.signal = text(b, at + 8);
    },
  ];
}

export const eventGroups = {

};

/** How groups of columns are taken out of rows, by table and by path. */
export const groupsByTable = {
  limit: limitGroups,
  environment: environmentGroups,
  memoryMap: memoryMapGroups,
  openFile: openFileGroups,
  thread: threadGroups,
  owner: ownerGroups,
  address: addressGroups,
  connection: connectionGroups,
  network: networkGroups,
  process: processGroups,
  cpu: cpuGroups,
  temperature: temperatureGroups,
  fan: fanGroups,
  battery: batteryGroups,
  session: sessionGroups,
  system: systemGroups,
  disk: diskGroups,
  mount: mountGroups,
  service: serviceGroups,
  heap: heapGroups,
  event: eventGroups,
};

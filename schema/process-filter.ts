import { ProcessStatus } from '../native/spec/status.ts';
import { builder } from './builder.ts';
import { choiceType } from './columns.ts';
import {
  BigIntFilter,
  DateTimeFilter,
  described,
  type FilterLines,
  FloatFilter,
  filterInput,
  IntFilter,
  orderInput,
  paging,
  StringFilter,
} from './filter.ts';

const LINES: FilterLines = {
  pid: [IntFilter, 'Process id.'],
  ppid: [IntFilter, 'Process id of the parent.'],
  name: [StringFilter, 'Its name.'],
  username: [StringFilter, 'Name of its real user.'],
  uid: [BigIntFilter, 'Id of its real user.'],
  exe: [StringFilter, 'Its program, as a path.'],
  cmdline: [StringFilter, 'Its program and arguments, with a blank between any two.'],
  status: [[choiceType(ProcessStatus)], 'What it is doing: one of these.'],
  createTime: [DateTimeFilter, 'When it started.'],
  cpuPercent: [FloatFilter, 'What it uses of one CPU. In percent: 250 is two and a half CPUs.'],
  memoryPercent: [FloatFilter, "Its resident set, of the host's memory. In percent, 0 to 100."],
  rss: [BigIntFilter, 'Memory it occupies now. In bytes.'],
  numThreads: [IntFilter, 'How many threads it has.'],
  numFds: [IntFilter, 'How many file descriptors it has open.'],
  readBytes: [BigIntFilter, 'Fetched from block devices. In bytes.'],
  writeBytes: [BigIntFilter, 'Sent to block devices. In bytes.'],
  terminal: [StringFilter, 'Its controlling terminal.'],
  cgroupPath: [StringFilter, 'Its control group.'],
  service: [StringFilter, 'Name of the service it is part of: ssh.service.'],
  container: [StringFilter, 'What its runtime calls the container it is in.'],
  isKernelThread: ['Boolean', 'Whether it is a thread of the kernel.'],
  listeningPort: [IntFilter, 'A TCP or UDP port it listens on: one for which all of these hold.'],
  openFile: [StringFilter, 'Path of a regular file it has open: one for which all of these hold.'],
  hasDeletedFiles: ['Boolean', 'Whether it has a file open that is gone from its directory.'],
};

export const ProcessFilter = filterInput('ProcessFilter', 'processes', LINES);

const ProcessOrderField = builder.enumType('ProcessOrderField', {
  description: 'What processes are sorted by.',
  values: described({
    PID: 'Process id.',
    PPID: 'Process id of the parent.',
    NAME: 'Name.',
    USERNAME: 'Name of the real user.',
    STATUS: 'What it is doing, by its name.',
    CREATE_TIME: 'When it started.',
    CPU_PERCENT: 'What it uses of one CPU.',
    CPU_TIME: 'CPU time it has used.',
    RSS: 'Resident memory.',
    VMS: 'Address space.',
    MEMORY_PERCENT: "Resident set, of the host's memory.",
    NUM_THREADS: 'Number of threads.',
    NUM_FDS: 'Number of open descriptors.',
    NICE: 'Scheduling priority.',
    READ_BYTES: 'Fetched from block devices.',
    WRITE_BYTES: 'Sent to block devices.',
    READ_RATE: 'Fetched from block devices in a second.',
    WRITE_RATE: 'Sent to block devices in a second.',
  }),
});

export const ProcessOrder = orderInput(
  'ProcessOrder',
  ProcessOrderField,
  'An order of processes; where all that is asked for is equal, by pid.',
);

export const processArgs = builder.args((t) => ({
  filter: t.field({ type: ProcessFilter, description: 'Which; all of them without it.' }),
  orderBy: t.field({ type: [ProcessOrder], description: 'By what, the first first; by pid without it.' }),
  ...paging,
}));

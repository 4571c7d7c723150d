import { owner } from './connection.ts';
import {
  bytes,
  type Column,
  choice,
  choices,
  clock,
  count,
  flag,
  group,
  hidden,
  int,
  ints,
  list,
  on,
  percent,
  required,
  seconds,
  shortened,
  source,
  table,
  text,
  texts,
  time,
} from './define.ts';
import { environment } from './environment.ts';
import { limit } from './limit.ts';
import { memoryMap } from './memory-map.ts';
import { openFile } from './open-file.ts';
import { ProcessStatus } from './status.ts';
import { thread } from './thread.ts';

export const IoClass = choices('IoClass', 'Whose turn it is at a disk.', {
  NONE: 'None was set: it follows from the nice value.',
  REALTIME: 'First, whatever the others want.',
  BEST_EFFORT: 'By turns, those of a smaller value more often.',
  IDLE: 'When nobody else wants the disk.',
  VERY_LOW: 'Windows: last.',
  LOW: 'Windows: after the others.',
  NORMAL: 'Windows: as most.',
  HIGH: 'Windows: before the others.',
  CRITICAL: 'Windows: first.',
  UNKNOWN: 'A class this version does not know.',
});

export const PriorityClass = choices('PriorityClass', 'How Windows schedules a process beside others.', {
  IDLE: 'When nothing else runs.',
  BELOW_NORMAL: 'After most.',
  NORMAL: 'As most.',
  ABOVE_NORMAL: 'Before most.',
  HIGH: 'Before all that is not realtime.',
  REALTIME: 'Before everything, the system itself included.',
  UNKNOWN: 'A class this version does not know.',
});

/** What the Unix family has and Windows has not. */
const unix = (column: Column): Column => on(['LINUX'], column);

const PROCESS_TABLE = 'SystemProcessInformation';

export const process = table('process', {
  type: 'Process',
  description:
    'A running program, by the identity the kernel gives it: host, boot, process id namespace, pid and start.',
  key: 'pid',
  sources: {
    // On Windows one table of all processes tells this, memory, I/O and threads: it is read once a call.
    // On Linux one file tells these three: what changes only while the process itself runs is apart from what others
    // change, and from who its parent is, which its parent's being there proves.
    stat: source({ LINUX: '/proc/PID/stat', WINDOWS: PROCESS_TABLE }, { gated: true }),
    state: source({ LINUX: '/proc/PID/stat', WINDOWS: PROCESS_TABLE }),
    parent: source({ LINUX: '/proc/PID/stat', WINDOWS: PROCESS_TABLE }),
    statm: source({ LINUX: '/proc/PID/statm', WINDOWS: PROCESS_TABLE }),
    // Who it is costs half of status where the kernel tells it alone, and nothing where status is read anyway.
    ids: source({ LINUX: '/proc/PID/status or PIDFD_GET_INFO', WINDOWS: 'OpenProcessToken' }, { gated: true }),
    status: source({ LINUX: '/proc/PID/status', WINDOWS: PROCESS_TABLE }),
    cmdline: source(
      { LINUX: '/proc/PID/cmdline', WINDOWS: 'PEB; ProcessCommandLineInformation' },
      { access: 'SHOWN', gated: true, beside: 'stat' },
    ),
    exe: source({ LINUX: '/proc/PID/exe', WINDOWS: 'SystemProcessIdInformation' }, { access: 'OWNER', beside: 'stat' }),
    cwd: source({ LINUX: '/proc/PID/cwd', WINDOWS: 'PEB' }, { access: 'OWNER', beside: 'stat' }),
    io: source({ LINUX: '/proc/PID/io', WINDOWS: PROCESS_TABLE }, { access: 'OWNER', gated: true }),
    fds: source({ LINUX: '/proc/PID/fd' }, { access: 'OWNER', gated: true }),
    rollup: source({ LINUX: '/proc/PID/smaps_rollup', WINDOWS: 'MemoryWorkingSetInformation' }, { access: 'OWNER' }),
    cgroup: source({ LINUX: '/proc/PID/cgroup', WINDOWS: 'EnumServicesStatusExW' }),
    ionice: source({ LINUX: 'ioprio_get(2)', WINDOWS: 'ProcessIoPriority' }),
    affinity: source({ LINUX: 'sched_getaffinity(2)', WINDOWS: 'GetProcessAffinityMask' }),
    priority: source({ WINDOWS: 'GetPriorityClass' }),
  },
  groups: {
    cpuTimes: group('ProcessCpuTimes', 'CPU time of a process or thread.', 'CPU time it has used.'),
    memory: group('ProcessMemory', 'Memory of a process.', 'Memory it uses.'),
    pageFaults: group('PageFaults', 'Page faults of a process.', 'Its own page faults, not those of its children.'),
    uids: group('Ids', 'The ids a process acts under.', 'User ids.'),
    gids: group('Ids', 'The ids a process acts under.', 'Group ids.'),
    io: group('ProcessIo', 'What a process read and wrote.', 'What it read and wrote since it started.'),
    ioNice: group('IoNice', 'Priority at the disks.', 'Its priority at the disks.'),
    memoryFootprint: group(
      'ProcessMemoryFootprint',
      'Memory that a process is the cause of.',
      'Unique, proportional and swapped size; the kernel walks its page tables for them.',
    ),
    ctxSwitches: group('ProcessCtxSwitches', 'Context switches.', 'Context switches of its main thread.'),
  },
  lists: {
    limits: list(limit, 'How much of each resource it may use.'),
    sockets: hidden(list(owner, 'The sockets it holds.')),
    environment: list(environment, 'The environment it was started with; empty for a kernel thread.'),
    memoryMaps: list(memoryMap, 'What its address space is made of.'),
    openFiles: list(openFile, 'The regular files it has open.'),
    threads: shortened(list(thread, 'Its threads, by id.')),
  },
  columns: [
    hidden(count('startTicks', 'stat', 'Start, in clock ticks since boot: with pid and boot it is the identity.')),
    hidden(seconds('started', 'stat', 'Start, since boot, time asleep included.')),
    hidden(text('comm', 'stat', 'The name as the kernel keeps it, which is cut at 15 bytes.')),
    hidden(count('tty', 'state', 'Device number of its controlling terminal; 0 is none.')),
    hidden(
      count('argumentsSize', 'stat', 'Bytes of the arguments it was started with; null where they may not be read.'),
    ),
    hidden(flag('isCommCut', 'stat', 'True if the name is so long that it may have been cut.')),
    hidden(flag('hasEnded', 'stat', 'True once it only waits for its parent to take note of its end.')),
    int(
      'ppid',
      'parent',
      'Process id of the parent: who started it or, if that one ended, who took it over. 0 has none.',
    ),
    choice('status', 'state', ProcessStatus, 'What it is doing.'),
    time('createTime', 'stat', 'When it started, to a hundredth of a second; it follows corrections of the clock.'),
    flag('isKernelThread', 'stat', 'True for a thread of the kernel, which has no program of its own.'),
    unix(text('terminal', 'state', 'Its controlling terminal: /dev/pts/3. Null where it has none.')),
    unix(int('nice', 'state', 'Scheduling priority, from -20 (first) to 19 (last).')),
    int('numThreads', 'stat', 'How many threads it has.'),
    on(['WINDOWS'], int('numHandles', 'state', 'How many handles it has open.')),
    unix(int('cpuNum', 'state', 'Number of the CPU its main thread last ran on.')),
    required(seconds('cpuTimes.user', 'stat', 'In its own code.')),
    required(seconds('cpuTimes.system', 'stat', 'In the kernel on its behalf.')),
    unix(seconds('cpuTimes.childrenUser', 'stat', 'As user, of children that ended and were waited for.')),
    unix(seconds('cpuTimes.childrenSystem', 'stat', 'As system, of children that ended and were waited for.')),
    unix(seconds('cpuTimes.iowait', 'state', 'Waiting for block devices; 0 unless the kernel accounts for delays.')),
    required(count('pageFaults.minor', 'stat', 'Served without a disk.')),
    required(count('pageFaults.major', 'stat', 'Had to wait for a disk.')),
    clock('statClock', 'stat'),

    required(
      bytes('memory.rss', 'statm', 'Resident set: memory it occupies now, shared pages included. The exact count.'),
    ),
    required(bytes('memory.vms', 'statm', 'Address space it has reserved; on Windows what is committed to it alone.')),
    unix(bytes('memory.shared', 'statm', 'Resident and backed by files or shared memory.')),
    unix(bytes('memory.text', 'statm', 'Address space of its code.')),
    unix(bytes('memory.data', 'statm', 'Address space of its data and stacks.')),
    percent('memoryPercent', 'statm', "Its resident set, of the host's memory."),

    bytes('memory.peakRss', 'status', 'Largest resident set it ever had.'),
    bytes('memory.peakVms', 'status', 'The largest that vms ever was.'),
    unix(bytes('memory.rssAnon', 'status', 'Resident and anonymous.')),
    unix(bytes('memory.rssFile', 'status', 'Resident and backed by files.')),
    unix(bytes('memory.rssShmem', 'status', 'Resident and in shared memory.')),
    unix(bytes('memory.stack', 'status', 'Its main stack.')),
    unix(bytes('memory.swap', 'status', 'Swapped out, shared memory not counted.')),
    unix(bytes('memory.hugetlb', 'status', 'In huge pages.')),
    unix(bytes('memory.locked', 'status', 'Locked in memory.')),
    on(['WINDOWS'], bytes('memory.virtual', 'status', 'Address space it has reserved.')),
    on(['WINDOWS'], bytes('memory.peakVirtual', 'status', 'Largest address space it ever had.')),
    on(['WINDOWS'], bytes('memory.pagedPool', 'status', 'Taken by the kernel on its behalf, where it may be swapped.')),
    on(['WINDOWS'], bytes('memory.peakPagedPool', 'status', 'The largest that pagedPool ever was.')),
    on(['WINDOWS'], bytes('memory.nonpagedPool', 'status', 'Taken by the kernel on its behalf, and always resident.')),
    on(['WINDOWS'], bytes('memory.peakNonpagedPool', 'status', 'The largest that nonpagedPool ever was.')),
    unix(required(count('uids.real', 'ids', 'Who started it.'))),
    unix(required(count('uids.effective', 'ids', 'Whose rights it has.'))),
    unix(required(count('uids.saved', 'ids', 'Whose rights it may take back.'))),
    unix(required(count('gids.real', 'ids', 'Who started it.'))),
    unix(required(count('gids.effective', 'ids', 'Whose rights it has.'))),
    unix(required(count('gids.saved', 'ids', 'Whose rights it may take back.'))),
    required(count('ctxSwitches.voluntary', 'status', 'It gave up the CPU; on Windows all there were.')),
    unix(count('ctxSwitches.involuntary', 'status', 'The CPU was taken from it.')),

    unix(
      ints(
        'eligibleCpus',
        'status',
        'CPUs the kernel lets it run on, those that are offline included: its affinity within its cpuset.',
      ),
    ),

    text(
      'username',
      'ids',
      'Name of its real user; the number where the user database has no name. On Windows with its domain: HOST\\me.',
    ),

    hidden(count('cmdlineSize', 'cmdline', 'Bytes of what it shows as its arguments.')),
    texts(
      'cmdline',
      'cmdline',
      'Program and arguments as it was started or as it rewrote them; empty for a kernel thread.',
    ),
    text('exe', 'exe', 'Its program, as a path; null for a kernel thread.'),
    text('cwd', 'cwd', 'Its working directory.'),

    required(count('io.readCount', 'io', 'Calls that read.')),
    required(count('io.writeCount', 'io', 'Calls that wrote.')),
    bytes('io.readBytes', 'io', 'Fetched from block devices; on Windows read by calls, from wherever.'),
    bytes('io.writeBytes', 'io', 'Sent, or to be sent, to block devices; on Windows written by calls, to wherever.'),
    unix(bytes('io.readChars', 'io', 'Read by calls, from wherever.')),
    unix(bytes('io.writeChars', 'io', 'Written by calls, to wherever.')),
    on(['WINDOWS'], count('io.otherCount', 'io', 'Calls that neither read nor wrote.')),
    on(['WINDOWS'], bytes('io.otherBytes', 'io', 'Carried by calls that neither read nor wrote.')),
    clock('ioClock', 'io'),

    int('numFds', 'fds', 'How many file descriptors it has open.'),

    required(bytes('memoryFootprint.uss', 'rollup', 'Resident and of this process alone: what its end would free.')),
    unix(bytes('memoryFootprint.pss', 'rollup', 'Resident, of a shared page only the share.')),
    unix(bytes('memoryFootprint.swap', 'rollup', 'Swapped out.')),

    unix(text('cgroupPath', 'cgroup', 'Its control group, as a path below the root of the hierarchy.')),
    hidden(unix(text('containerId', 'cgroup', 'What its runtime calls the container it is in.'))),
    hidden(unix(text('containerRuntime', 'cgroup', 'What runs that container, where its control group tells.'))),
    unix(text('systemdUnit', 'cgroup', 'The systemd unit it is part of: ssh.service. Null outside of any.')),
    hidden(texts('serviceNames', 'cgroup', 'What their manager calls the services it is part of, in their order.')),

    required(choice('ioNice.ioClass', 'ionice', IoClass, 'Its class.')),
    unix(int('ioNice.value', 'ionice', 'From 0 (first) to 7 (last), within BEST_EFFORT and REALTIME.')),

    ints('cpuAffinity', 'affinity', 'Numbers of the CPUs its main thread may run on.'),

    choice('priorityClass', 'priority', PriorityClass, 'Its scheduling priority.'),
  ],
});

import { choice, choices, count, required, source, table } from './define.ts';

export const ResourceKind = choices('ResourceKind', 'What a process may use only so much of.', {
  AS: 'Address space, in bytes.',
  CORE: 'Size of a core dump, in bytes.',
  CPU: 'CPU time, in seconds.',
  DATA: 'Data segment, in bytes.',
  FSIZE: 'Size of a file it writes, in bytes.',
  LOCKS: 'File locks.',
  MEMLOCK: 'Locked memory, in bytes.',
  MSGQUEUE: 'POSIX message queues, in bytes.',
  NICE: 'Ceiling of the nice value: 20 less this.',
  NOFILE: 'Open file descriptors.',
  NPROC: 'Processes and threads of its user.',
  NPTS: 'Pseudo terminals.',
  RSS: 'Resident memory, in bytes.',
  RTPRIO: 'Real-time priority.',
  RTTIME: 'CPU time in a row under real-time scheduling, in microseconds.',
  SBSIZE: 'Socket buffers, in bytes.',
  SIGPENDING: 'Queued signals.',
  STACK: 'Stack, in bytes.',
  SWAP: 'Swap, in bytes.',
});

export const limit = table('limit', {
  type: 'ResourceLimit',
  description: 'How much of a resource a process may use. Null is unlimited.',
  key: 'owner',
  sources: { limits: source({ LINUX: '/proc/PID/limits' }, { access: 'OWNER' }) },
  columns: [
    required(choice('resource', 'limits', ResourceKind, 'What is limited.')),
    count('soft', 'limits', 'What is enforced; null is unlimited.'),
    count('hard', 'limits', 'How far the process may raise what is enforced; null is unlimited.'),
  ],
});

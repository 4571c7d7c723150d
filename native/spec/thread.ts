import { choice, clock, count, group, hidden, int, on, required, seconds, source, table, text } from './define.ts';
import { ProcessStatus } from './status.ts';

export const thread = table('thread', {
  type: 'Thread',
  description: 'A thread of a process.',
  key: 'owner',
  sources: { task: source({ LINUX: '/proc/PID/task/TID/stat', WINDOWS: 'SystemProcessInformation' }) },
  groups: { cpuTimes: group('ProcessCpuTimes', 'CPU time of a process or thread.', 'CPU time it has used.') },
  columns: [
    hidden(count('startTicks', 'task', 'Start, in clock ticks since boot: with tid, pid and boot it is the identity.')),
    hidden(seconds('started', 'task', 'Start, since boot, time asleep included.')),
    required(count('tid', 'task', 'Thread id; that of the main thread is the process id.')),
    text('name', 'task', 'Its own name, of which the kernel keeps 15 bytes.'),
    choice('status', 'task', ProcessStatus, 'What it is doing.'),
    on(['LINUX'], int('cpuNum', 'task', 'Number of the CPU it last ran on.')),
    required(seconds('cpuTimes.user', 'task', 'In its own code.')),
    required(seconds('cpuTimes.system', 'task', 'In the kernel on its behalf.')),
    on(['LINUX'], seconds('cpuTimes.childrenUser', 'task', 'As user, of children that ended and were waited for.')),
    on(['LINUX'], seconds('cpuTimes.childrenSystem', 'task', 'As system, of children that ended and were waited for.')),
    on(
      ['LINUX'],
      seconds('cpuTimes.iowait', 'task', 'Waiting for block devices; 0 unless the kernel accounts for delays.'),
    ),
    clock('clock', 'task'),
  ],
});

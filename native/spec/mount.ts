import { bytes, count, flag, group, hidden, on, percent, required, source, table, text, texts } from './define.ts';

export const mount = table('mount', {
  type: 'Mount',
  description: 'A file system in its place.',
  key: 'number',
  sources: {
    mountinfo: source({
      LINUX: '/proc/1/mountinfo, /proc/self/mountinfo',
      WINDOWS: 'GetLogicalDriveStringsW, FindFirstVolumeMountPointW',
    }),
    usage: source({ LINUX: 'statvfs(3)', WINDOWS: 'GetDiskFreeSpaceExW' }),
  },
  groups: {
    usage: group(
      'DiskUsage',
      'How full a file system is.',
      'How full it is; what may hang is waited for a while, once.',
    ),
  },
  columns: [
    required(text('device', 'mountinfo', 'What is mounted; empty where that has no name.')),
    required(text('mountpoint', 'mountinfo', 'Where it is mounted.')),
    text('fstype', 'mountinfo', 'Kind of file system: ext4.'),
    required(texts('options', 'mountinfo', 'How it is mounted: rw, relatime.')),
    hidden(count('deviceNumber', 'mountinfo', 'Number of the block device, or of what stands for one.')),
    hidden(flag('isReal', 'mountinfo', 'False for what the kernel makes up.')),
    hidden(flag('isDuplicate', 'mountinfo', 'True if the same is to be seen in a better place.')),
    hidden(flag('isReachable', 'mountinfo', 'False if something is mounted over it.')),
    hidden(flag('mayHang', 'mountinfo', 'False if nothing but this kernel is needed to tell how full it is.')),

    required(bytes('usage.total', 'usage', 'All there is.')),
    required(bytes('usage.used', 'usage', 'Taken.')),
    required(bytes('usage.free', 'usage', 'What an ordinary user may still take.')),
    required(percent('usage.percent', 'usage', 'Taken, of what an ordinary user may have.')),
    on(['LINUX'], count('usage.inodesTotal', 'usage', 'How many files there can be; null where that has no bound.')),
    on(
      ['LINUX'],
      count('usage.inodesFree', 'usage', 'How many files can still be made; null where that has no bound.'),
    ),
  ],
});

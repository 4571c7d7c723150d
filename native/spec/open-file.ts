import { bytes, count, flag, int, on, source, table, text } from './define.ts';

export const openFile = table('openFile', {
  type: 'OpenFile',
  description: 'A regular file that a process has open.',
  key: 'owner',
  sources: {
    files: source(
      { LINUX: '/proc/PID/fd, /proc/PID/fdinfo', WINDOWS: 'ProcessHandleInformation; SystemExtendedHandleInformation' },
      { access: 'SENSITIVE' },
    ),
  },
  columns: [
    text('path', 'files', 'Where it was opened, as the process that holds it would say it.'),
    int('fd', 'files', 'Number of the descriptor; on Windows, of the handle.'),
    count('position', 'files', 'Where the next read or write starts, in bytes from its start.'),
    text('mode', 'files', 'How it was opened: r, w, a (append), r+ (both), a+ (both, append).'),
    on(['LINUX'], int('flags', 'files', 'The flags of open(2).')),
    flag('deleted', 'files', 'True if it is gone from its directory; it takes space until it is closed.'),
    bytes('size', 'files', 'From its start to its end, holes and all.'),
    bytes('allocated', 'files', 'What it takes of its file system.'),
  ],
});

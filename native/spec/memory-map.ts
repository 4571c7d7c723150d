import { bytes, type Column, on, required, source, table, text } from './define.ts';

const unix = (column: Column): Column => on(['LINUX'], column);

export const memoryMap = table('memoryMap', {
  type: 'MemoryMap',
  description: 'A part of the address space of a process, or all parts that are of one file.',
  key: 'owner',
  sources: {
    smaps: source({ LINUX: '/proc/PID/smaps', WINDOWS: 'VirtualQueryEx' }, { access: 'SENSITIVE', beside: 'stat' }),
  },
  columns: [
    required(text('path', 'smaps', 'The file it is of, or what else it is in brackets: [heap], [stack], [anon].')),
    required(bytes('rss', 'smaps', 'Resident.')),
    bytes('size', 'smaps', 'Address space it takes.'),
    unix(bytes('pss', 'smaps', 'Resident, of a shared page only the share.')),
    unix(bytes('sharedClean', 'smaps', 'Resident, used by others too, as on disk.')),
    unix(bytes('sharedDirty', 'smaps', 'Resident, used by others too, changed.')),
    unix(bytes('privateClean', 'smaps', 'Resident, of this process alone, as on disk.')),
    unix(bytes('privateDirty', 'smaps', 'Resident, of this process alone, changed.')),
    unix(bytes('referenced', 'smaps', 'Marked as used.')),
    unix(bytes('anonymous', 'smaps', 'Not of any file.')),
    unix(bytes('swap', 'smaps', 'Swapped out.')),
    unix(bytes('locked', 'smaps', 'Locked in memory.')),
    text('address', 'smaps', 'First address and the one after the last; null where parts are folded.'),
    text('permissions', 'smaps', 'What may be done with it: rwx, and p (private) or s (shared); null where folded.'),
  ],
});

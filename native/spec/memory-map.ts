import { bytes, required, source, table, text } from './define.ts';

export const memoryMap = table('memoryMap', {
  type: 'MemoryMap',
  description: 'A part of the address space of a process, or all parts that are of one file.',
  key: 'owner',
  sources: { smaps: source({ LINUX: '/proc/PID/smaps' }, { access: 'SENSITIVE', beside: 'stat' }) },
  columns: [
    required(text('path', 'smaps', 'The file it is of, or what else it is in brackets: [heap], [stack], [anon].')),
    required(bytes('rss', 'smaps', 'Resident.')),
    bytes('size', 'smaps', 'Address space it takes.'),
    bytes('pss', 'smaps', 'Resident, of a shared page only the share.'),
    bytes('sharedClean', 'smaps', 'Resident, used by others too, as on disk.'),
    bytes('sharedDirty', 'smaps', 'Resident, used by others too, changed.'),
    bytes('privateClean', 'smaps', 'Resident, of this process alone, as on disk.'),
    bytes('privateDirty', 'smaps', 'Resident, of this process alone, changed.'),
    bytes('referenced', 'smaps', 'Marked as used.'),
    bytes('anonymous', 'smaps', 'Not of any file.'),
    bytes('swap', 'smaps', 'Swapped out.'),
    bytes('locked', 'smaps', 'Locked in memory.'),
    text('address', 'smaps', 'First address and the one after the last; null where parts are folded.'),
    text('permissions', 'smaps', 'What may be done with it: rwx, and p (private) or s (shared); null where folded.'),
  ],
});

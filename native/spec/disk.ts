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
  on,
  required,
  seconds,
  source,
  table,
  text,
  texts,
} from './define.ts';

export const DiskKind = choices('DiskKind', 'What a block device is.', {
  DISK: 'A whole disk.',
  PARTITION: 'A part of a disk.',
  CRYPT: 'An encrypted volume.',
  LVM: 'A logical volume, or another mapped device.',
  RAID: 'Several devices as one.',
  LOOP: 'A file as a device.',
  ROM: 'A drive for optical discs.',
  OTHER: 'Memory as a device, and whatever this version does not know.',
});

export const ioGroup = (description: string) =>
  group('DiskIo', 'What was read from and written to disks.', description);

export const ioOf = (path: string, from: string): Column[] => [
  required(count(`${path}.readCount`, from, 'Reads.')),
  required(count(`${path}.writeCount`, from, 'Writes.')),
  required(bytes(`${path}.readBytes`, from, 'Read.')),
  required(bytes(`${path}.writeBytes`, from, 'Written.')),
  seconds(`${path}.readTime`, from, 'All reads together took.'),
  seconds(`${path}.writeTime`, from, 'All writes together took.'),
  seconds(`${path}.busyTime`, from, 'Something was being done.'),
  on(['LINUX'], count(`${path}.readMergedCount`, from, 'Reads that were joined with others.')),
  on(['LINUX'], count(`${path}.writeMergedCount`, from, 'Writes that were joined with others.')),
];

export const disk = table('disk', {
  type: 'Disk',
  description: 'A block device.',
  key: 'number',
  sources: {
    device: source({ LINUX: '/sys/block', WINDOWS: 'PhysicalDrive' }),
    sequence: source({ LINUX: '/sys/block/NAME/diskseq' }),
    properties: source({
      LINUX: '/sys/block/NAME/{size,ro,removable,queue/rotational,device/model}',
      WINDOWS: 'IOCTL_STORAGE_QUERY_PROPERTY, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX',
    }),
    relations: source({ LINUX: '/sys/block/NAME/{slaves,holders}' }),
    io: source({ LINUX: '/proc/diskstats, /sys/block/NAME/stat', WINDOWS: 'IOCTL_DISK_PERFORMANCE' }),
  },
  groups: { io: ioGroup('What was read and written since boot.') },
  columns: [
    required(text('name', 'device', 'Name the kernel gave it: nvme0n1p2.')),
    required(choice('kind', 'device', DiskKind, 'What it is.')),
    hidden(count('sequence', 'sequence', 'Tells a device from another that had its place before; null where unknown.')),
    hidden(text('alias', 'device', 'Its name below /dev/mapper, if it has one.')),

    bytes('size', 'properties', 'How much it holds.'),
    text('model', 'properties', 'What its maker calls it; of a partition, what its disk is called.'),
    flag('rotational', 'properties', 'True if it turns.'),
    flag('removable', 'properties', 'True if it can be taken out.'),
    flag('readOnly', 'properties', 'True if it cannot be written to.'),

    hidden(texts('parentNumbers', 'relations', 'Device numbers of what it lies on.')),
    hidden(texts('childNumbers', 'relations', 'Device numbers of what lies on it.')),

    ...ioOf('io', 'io'),
    clock('ioClock', 'io'),
  ],
});

import { bitOf } from '../native/spec/define.ts';
import { disk as diskTable } from '../native/spec/disk.ts';
import { mount as mountTable } from '../native/spec/mount.ts';
import { system } from '../native/spec/system.ts';
import { type DiskRow, diskGroups, type MountRow, mountGroups } from '../native/src/gen/rows.ts';
import * as disk from '../resolvers/disk.ts';
import * as mount from '../resolvers/mount.ts';
import * as rate from '../resolvers/rate.ts';
import { builder } from './builder.ts';
import { columns, platforms } from './columns.ts';
import { figures } from './figures.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';

const device = { cost: { sources: bitOf(diskTable, 'device') } };
const sequence = { cost: { sources: bitOf(diskTable, 'device') | bitOf(diskTable, 'sequence') } };
const relations = { cost: { sources: bitOf(diskTable, 'relations') } };
const mountinfo = { cost: { sources: bitOf(mountTable, 'mountinfo') } };

const rates = {
  cost: { sources: bitOf(diskTable, 'io') | bitOf(diskTable, 'sequence'), rates: bitOf(diskTable, 'io') },
};

/** Of one disk, where it is known from a later one in its place; of all together also elsewhere. */
const OF_ONE = platforms(diskTable, 'io', 'sequence');
const OF_ALL = platforms(system, 'disks');

export const DiskRate = builder.objectRef<object>('DiskRate').implement({
  description: 'What is read and written in a second, since the gateway looked before.',
  fields: (t) => ({
    ...figures(t, ` a second. ${OF_ALL}`, {
      readBytes: 'Read. In bytes',
      writeBytes: 'Written. In bytes',
      reads: 'Reads. In requests',
      writes: 'Writes. In requests',
    }),
    ...figures(t, ` In percent, 0 to 100. ${OF_ONE}`, {
      busyPercent: 'Time in which something was being done; null of several disks together.',
    }),
  }),
});

export const Disk = builder.objectRef<DiskRow>('Disk');
export const Mount = builder.objectRef<MountRow>('Mount');

Disk.implement({
  description: diskTable.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Opaque; carries host, boot and device.', extensions: sequence, resolve: disk.id }),
    ...columns(t, diskTable, diskGroups),
    rate: t.field({
      type: DiskRate,
      nullable: true,
      description: `What is read from and written to it. ${OF_ONE}`,
      extensions: rates,
      resolve: rate.diskRate,
    }),
    parents: t.field({
      type: [Disk],
      description: 'What it lies on: the disk of a partition, the devices below a volume.',
      extensions: relations,
      resolve: disk.parents,
    }),
    children: t.field({
      type: [Disk],
      description: 'What lies on it: partitions, and volumes that use it.',
      extensions: relations,
      resolve: disk.children,
    }),
    mounts: t.field({
      type: [Mount],
      nullable: true,
      description: 'Where it is mounted.',
      extensions: device,
      resolve: disk.mounts,
    }),
    gaps: t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: disk.gaps }),
  }),
});

Mount.implement({
  description: mountTable.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries host, boot, device and place.',
      extensions: mountinfo,
      resolve: mount.id,
    }),
    ...columns(t, mountTable, mountGroups),
    disks: t.field({
      type: [Disk],
      nullable: true,
      description: 'The block devices it lies on; none where it has none.',
      extensions: mountinfo,
      resolve: disk.disksOf,
    }),
    gaps: t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: mount.gaps }),
  }),
});

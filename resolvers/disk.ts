import type { GraphQLResolveInfo } from 'graphql';
import { type DiskRow, diskTable, type MountRow } from '../native/index.ts';
import { bitOf } from '../native/spec/define.ts';
import { disk as table } from '../native/spec/disk.ts';
import { mount as mountTable } from '../native/spec/mount.ts';
import type { Context } from './context.ts';
import { allowed, gapsOf } from './gaps.ts';
import { diskId } from './id.ts';
import { liesOn, presentMounts } from './mount.ts';
import { measure } from './rate.ts';
import { type Need, needs, type Within } from './selection.ts';

const DEVICE = bitOf(table, 'device');
const SEQUENCE = bitOf(table, 'sequence');
const PROPERTIES = bitOf(table, 'properties');
const MOUNTINFO = bitOf(mountTable, 'mountinfo');
const NODE: Within = { type: 'Disk' };

const permittedNeeds = (context: Context, info: GraphQLResolveInfo, within?: Within): Need => {
  const need = needs(info, within);
  return { ...need, mask: need.mask & allowed(table, context.access), required: need.required | DEVICE };
};

/** Without its device, or what is selected non-null, there is no disk. */
const exists = (row: DiskRow, { required }: Need): boolean => (row.have & required) === required;

/** Those of them that there are, their rates told. */
function shown(rows: readonly DiskRow[], need: Need, context: Context): DiskRow[] {
  const there = rows.filter((row) => exists(row, need));
  void measure(diskTable, there, need, context);
  return there;
}

/** A disk of its own, with something in it. */
const isWhole = ({ kind, size }: DiskRow): boolean => kind === 'DISK' && size !== 0;

export async function disks(_: unknown, { all }: { all: boolean }, context: Context, info: GraphQLResolveInfo) {
  const need = permittedNeeds(context, info);
  const rows = await context.loaders.disk.all(need.mask | DEVICE | (all ? 0 : PROPERTIES));
  return shown(
    rows.filter((row) => all || isWhole(row)),
    need,
    context,
  );
}

async function disksAt(numbers: readonly string[] | null, context: Context, info: GraphQLResolveInfo) {
  const need = permittedNeeds(context, info);
  const rows = await context.loaders.disk.at((numbers ?? []).map(Number), need.mask | DEVICE);
  return shown(rows, need, context);
}

export const parents = (row: DiskRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  disksAt(row.parentNumbers, context, info);

export const children = (row: DiskRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  disksAt(row.childNumbers, context, info);

export async function mounts(row: DiskRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const all = await context.loaders.mount.all(MOUNTINFO);
  const here = all.filter((mount) => mount.isReachable && liesOn(mount, row));
  return presentMounts(here, context, info);
}

/** The block devices that a file system lies on; none of those that have none, or only their own. */
export async function disksOf(mount: MountRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const need = permittedNeeds(context, info);
  const all = await context.loaders.disk.all(DEVICE);
  const below = all.filter((row) => (row.have & DEVICE) !== 0 && liesOn(mount, row));
  await context.loaders.disk.ensure(below, need.mask);
  return shown(below, need, context);
}

/** Null when that very device is gone, whatever has its number now. */
export async function diskById(
  { number, sequence }: { readonly number: number; readonly sequence: number },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<DiskRow | null> {
  const need = permittedNeeds(context, info, NODE);
  const [row] = await context.loaders.disk.at([number], need.mask | DEVICE | SEQUENCE);
  return row && (row.sequence ?? 0) === sequence ? (shown([row], need, context)[0] ?? null) : null;
}

export const id = (row: DiskRow, _: unknown, context: Context): string => diskId(context.host, row);
export const gaps = (row: DiskRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

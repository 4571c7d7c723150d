import { isAbsolute } from 'node:path';
import type { GraphQLResolveInfo } from 'graphql';
import type { DiskRow, MountRow } from '../native/index.ts';
import { bitOf } from '../native/spec/define.ts';
import { mount as table } from '../native/spec/mount.ts';
import type { Context } from './context.ts';
import { badInput } from './error.ts';
import { allowed, gapsOf } from './gaps.ts';
import { mountId, mountMark } from './id.ts';
import { type Need, needs, type Within } from './selection.ts';

const MOUNTINFO = bitOf(table, 'mountinfo');
const NODE: Within = { type: 'Mount' };
/** Device numbers below this belong to no block device. */
const FIRST_DEVICE = 2 ** 20;

const permittedNeeds = (context: Context, info: GraphQLResolveInfo, within?: Within): Need => {
  const need = needs(info, within);
  return { ...need, mask: need.mask & allowed(table, context.access), required: need.required | MOUNTINFO };
};

/** One that was unmounted meanwhile, or lacks what is selected non-null, is not there. */
const exists = (row: MountRow, { required }: Need): boolean => (row.have & required) === required;

/** How full they are is asked only of those that are shown: what may hang costs nothing where nobody looks. */
export async function mounts(_: unknown, { all }: { all: boolean }, context: Context, info: GraphQLResolveInfo) {
  const { mount } = context.loaders;
  const mask = permittedNeeds(context, info).mask | MOUNTINFO;
  return presentMounts(await (all ? mount.all(mask) : mount.shown(mask)), context, info);
}

/** These mounts with what is selected of them. */
export async function presentMounts(rows: readonly MountRow[], context: Context, info: GraphQLResolveInfo) {
  const need = permittedNeeds(context, info);
  await context.loaders.mount.ensure(rows, need.mask);
  return rows.filter((row) => exists(row, need));
}

/**
 * Where a link leads tells what a directory holds. So a caller who may see only what every user sees is answered by the
 * letters of the path, without a look at any file.
 */
export async function mount(_: unknown, { path }: { path: string }, context: Context, info: GraphQLResolveInfo) {
  if (!isAbsolute(path) || path.includes('\0'))
    throw badInput('path must be absolute: it starts with a slash, or on Windows with a drive');
  const need = permittedNeeds(context, info);
  const row = await context.loaders.mount.of(path, context.access.has('OWNER'), need.mask | MOUNTINFO);
  return row && exists(row, need) ? row : null;
}

/** Null when that very mount is gone, whatever has its number now. */
export async function mountById(
  { number, mark }: { readonly number: number; readonly mark: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<MountRow | null> {
  const need = permittedNeeds(context, info, NODE);
  const [row] = await context.loaders.mount.at([number], need.mask | MOUNTINFO);
  return row && exists(row, need) && mountMark(row) === mark ? row : null;
}

/** By number; a file system over several devices has a number of its own, and the name of one of them. */
export function liesOn({ deviceNumber, device }: MountRow, disk: DiskRow): boolean {
  if (deviceNumber !== null && deviceNumber >= FIRST_DEVICE) return deviceNumber === disk.key;
  return device === `/dev/${disk.name}` || (disk.alias !== null && device === `/dev/mapper/${disk.alias}`);
}

export const id = (row: MountRow, _: unknown, context: Context): string => mountId(context.host, row);
export const gaps = (row: MountRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

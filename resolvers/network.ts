import type { GraphQLResolveInfo } from 'graphql';
import { type NetworkRow, networkTable, type SystemRow, systemTable } from '../native/index.ts';
import { network as table } from '../native/spec/network.ts';
import type { Context } from './context.ts';
import { allowed, gapsOf } from './gaps.ts';
import { interfaceId } from './id.ts';
import { measure } from './rate.ts';
import { needs, type Within } from './selection.ts';

const NODE: Within = { type: 'NetworkInterface' };
const BELOW: Within = { inside: ['networkInterfaces'] };
const TOTAL = 1 << systemTable.sources.indexOf('network');
const LINK = 1 << networkTable.sources.indexOf('link');

/** One that vanished while it was read is left out, as is one without what is selected non-null. */
async function listed(context: Context, info: GraphQLResolveInfo, more = 0, within?: Within) {
  const need = needs(info, within);
  const rows = await context.loaders.network.all((need.mask | more) & allowed(table, context.access));
  const isGone = (row: NetworkRow) => row.faults?.some(({ status }) => status === 'GONE') ?? false;
  const there = rows.filter((row) => (row.have & need.required) === need.required && !isGone(row));
  void measure(networkTable, there, need, context);
  return there;
}

/** Has what the interfaces below will be asked for be read in the turn of the row that they hang on. */
export function foresee(context: Context, info: GraphQLResolveInfo): void {
  const { mask } = needs(info, BELOW);
  if (mask === 0) return;
  // What goes wrong is told to whoever asks.
  context.loaders.network.all(mask & allowed(table, context.access)).catch(() => undefined);
}

/** What all of them counted tells whether they can be listed at all: the gap of the one is that of the other. */
export const networkInterfaces = (row: SystemRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  (row.have & TOTAL) === 0 ? null : listed(context, info);

export async function interfaceByName(
  { name }: { readonly name: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<NetworkRow | null> {
  const rows = await listed(context, info, LINK, NODE);
  return rows.find((row) => row.name === name) ?? null;
}

export const id = (row: NetworkRow, _: unknown, context: Context): string => interfaceId(context.host, row.name!);
export const gaps = (row: NetworkRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

import type { GraphQLResolveInfo } from 'graphql';
import { type Protocol, protocolOf } from '../loaders/connection.ts';
import type { ConnectionRow, ProcessRow } from '../native/index.ts';
import { connection as table } from '../native/spec/connection.ts';
import type { Context } from './context.ts';
import { checkFirst } from './error.ts';
import { allowed, gapsOf } from './gaps.ts';
import { connectionId, connectionKey } from './id.ts';
import { processOf } from './process.ts';
import { needs, type Within } from './selection.ts';

const PAGE: Within = { inside: 'nodes' };
const NODE: Within = { type: 'Connection' };

/** What psutil's kinds of connections stand for. */
const KINDS = {
  INET: ['TCP4', 'TCP6', 'UDP4', 'UDP6'],
  INET4: ['TCP4', 'UDP4'],
  INET6: ['TCP6', 'UDP6'],
  TCP: ['TCP4', 'TCP6'],
  TCP4: ['TCP4'],
  TCP6: ['TCP6'],
  UDP: ['UDP4', 'UDP6'],
  UDP4: ['UDP4'],
  UDP6: ['UDP6'],
  UNIX: ['UNIX'],
  ALL: ['TCP4', 'TCP6', 'UDP4', 'UDP6', 'UNIX', 'RAW4', 'RAW6'],
} as const satisfies Record<string, readonly Protocol[]>;

export type ConnectionKind = keyof typeof KINDS;

interface Args {
  readonly kind: ConnectionKind;
  readonly first?: number | null | undefined;
}

export interface ConnectionPage {
  readonly totalCount: number;
  readonly nodes: readonly ConnectionRow[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly at: number;
}

/** Reads what is selected of these, as far as the caller may have it read. */
async function ready<R extends ConnectionRow>(
  rows: readonly R[],
  context: Context,
  info: GraphQLResolveInfo,
  within?: Within,
): Promise<readonly R[]> {
  await context.loaders.connection.ensure(rows, needs(info, within).mask & allowed(table, context.access));
  return rows;
}

/** Null where the kernel does not tell of all of them. With `first`, the holders of the others are not looked for. */
export async function connections(
  _: unknown,
  { kind, first }: Args,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ConnectionPage | null> {
  checkFirst(first);
  const at = Date.now();
  const all = await context.loaders.connection.all(KINDS[kind]);
  if (all === null) return null;
  const nodes = await ready(all.slice(0, first ?? undefined), context, info, PAGE);
  return { totalCount: all.length, nodes, pageInfo: { hasNextPage: nodes.length < all.length, endCursor: null }, at };
}

/** The sockets that a process holds, in whichever namespace they are, in the order of their descriptors. */
export async function connectionsOf(
  { sockets }: ProcessRow,
  { kind, first }: Args,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly ConnectionRow[] | null> {
  checkFirst(first);
  if (sockets === null) return null;
  const inodes = [...new Set(sockets.map(({ inode }) => inode!))];
  // Where there are none, nobody else's are read.
  const rows = inodes.length === 0 ? [] : await context.loaders.connection.at(inodes, KINDS[kind]);
  return ready(rows.slice(0, first ?? undefined), context, info);
}

export async function connectionById(
  { protocol, key }: { readonly protocol: Protocol; readonly key: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ConnectionRow | null> {
  const all = await context.loaders.connection.all([protocol]);
  const row = all?.find((one) => connectionKey(one) === key);
  return row === undefined ? null : ((await ready([row], context, info, NODE))[0] ?? null);
}

export async function peer(row: ConnectionRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const found = await context.loaders.connection.peerOf(row);
  return found && ((await ready([found], context, info))[0] ?? null);
}

/** They are by pid, and so the first has the lowest. */
export const pid = ({ owners }: ConnectionRow): number | null => owners?.[0]?.pid ?? null;

export const process = (row: ConnectionRow, _: unknown, context: Context, info: GraphQLResolveInfo) => {
  const holder = pid(row);
  return holder === null ? null : processOf(holder, context, info);
};

export const id = (row: ConnectionRow, _: unknown, context: Context): string =>
  connectionId(context.host, protocolOf(row), row);
export const gaps = (row: ConnectionRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

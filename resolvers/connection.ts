import type { GraphQLResolveInfo } from 'graphql';
import { PROTOCOLS, type Protocol, protocolOf } from '../loaders/connection.ts';
import type { ConnectionRow, ProcessRow } from '../native/index.ts';
import { Notes } from '../native/notes.ts';
import { connection as table } from '../native/spec/connection.ts';
import { process as processTable } from '../native/spec/process.ts';
import { filterFacts, orderFacts } from './connection-fact.ts';
import type { Context } from './context.ts';
import { checkFirst } from './error.ts';
import { learn } from './fact.ts';
import { type Filter, passing, steps } from './filter.ts';
import { at, formOf, KEY, literal, type Pattern } from './form.ts';
import { allowed, argumentsBeside, explain, type Fault, gapsOf } from './gaps.ts';
import { connectionId, connectionKey } from './id.ts';
import { type OrderBy, order } from './order.ts';
import { cut, EVERYTHING, isEverything, type Listed, markOf, type Page, type Paging } from './page.ts';
import { processOf } from './process.ts';
import { needs, PAGE, type Within } from './selection.ts';

const NODE: Within = { type: 'Connection' };

/** What psutil's kinds of connections stand for. */
export const KINDS = {
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

interface Kind {
  readonly kind: ConnectionKind;
}

interface HeldArgs extends Kind {
  readonly first?: number | null | undefined;
}

export interface ConnectionArguments extends Kind, Paging {
  readonly filter?: Filter | null | undefined;
  readonly orderBy?: readonly OrderBy[] | null | undefined;
}

export type ConnectionPage = Page<ConnectionRow>;

/** Reads what is selected of these, as far as the caller may have it read. */
async function ready<R extends ConnectionRow>(
  rows: readonly R[],
  context: Context,
  info: GraphQLResolveInfo,
  within?: Within,
): Promise<readonly R[]> {
  await context.loaders.connection.ensure(rows, needs(info, within).mask & allowed(table, context.access));
  await context.budget.take(table, rows);
  return rows;
}

/** What is asked, as what is done about it. Throws where it cannot be answered. */
export function checkConnections({ first, filter, orderBy }: ConnectionArguments, context: Context) {
  checkFirst(first);
  const tests = steps(filter, filterFacts, table, context);
  return { tests, by: order(orderBy, orderFacts, tieOf, table, context) };
}

/**
 * Null where the kernel does not tell of all of them. The holders of those that are not on the page are not looked for,
 * unless the filter or the order does. All of them, in no order that was asked for, stand as the kernel gave them.
 */
export async function connections(
  _: unknown,
  args: ConnectionArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ConnectionPage | null> {
  const { connection } = context.loaders;
  const { tests, by } = checkConnections(args, context);
  const read = Date.now();
  const listed = await connection.all(KINDS[args.kind]);
  if (listed === null) return null;
  const ensure = connection.ensure.bind(connection);
  const rows = await passing(listed, tests, ensure, context);
  await learn(rows, by.facts, ensure, context);
  const isAsListed = args.first == null && args.after == null && by.facts.length === 0;
  const page = isAsListed
    ? { rows, pageInfo: { hasNextPage: false, endCursor: null } }
    : cut(rows, by, args, markOf('connections', args, context), context);
  const nodes = await ready(page.rows, context, info, PAGE);
  return { totalCount: rows.length, nodes, pageInfo: page.pageInfo, at: read };
}

/** A page of sockets; all there are as they are written where they are read, if that is what is asked for. */
export async function listConnections(
  _: unknown,
  args: ConnectionArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Listed<ConnectionRow> | null> {
  const { mask } = needs(info, PAGE);
  const isPlain = isEverything(args) && info.pattern && (mask & ~allowed(table, context.access)) === 0;
  if (!isPlain) return connections(_, args, context, info);
  const read = Date.now();
  await context.budget.check();
  const nodes = await context.loaders.connection.tell(KINDS[args.kind], mask, formOf(info.pattern, context.host));
  if (!nodes) return nodes === null ? null : connections(_, args, context, info);
  await context.budget.takeTold(table, nodes);
  return { totalCount: nodes.length, nodes, pageInfo: EVERYTHING, at: read };
}

/** No two of one moment have the same. */
const tieOf = (row: ConnectionRow): string => `${row.key}:${connectionKey(row)}`;

/** The sockets that a process holds, in whichever namespace they are, in the order of their descriptors. */
export async function connectionsOf(
  { sockets }: ProcessRow,
  { kind, first }: HeldArgs,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly ConnectionRow[] | null> {
  if (sockets === null) return null;
  const inodes = [...new Set(sockets.map(({ inode }) => inode!))];
  // Where there are none, nobody else's are read.
  const rows = inodes.length === 0 ? [] : await context.loaders.connection.at(inodes, KINDS[kind]);
  return rows && ready(rows.slice(0, first ?? undefined), context, info);
}

/** The gaps of a process, and that of its sockets where those of a kind that was selected could not all be read. */
export function gapsOfProcess(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const own = gapsOf(processTable, row, context, info);
  const kinds = row.sockets?.length ? argumentsBeside('connections', 'kind', info) : [];
  if (kinds.length === 0) return own;
  const protocols = kinds.flatMap((kind) => KINDS[(kind ?? 'INET') as ConnectionKind]);
  return context.loaders.connection.fault(protocols).then((fault) => {
    return fault === null ? own : [...own, { field: 'connections', ...explain(fault as Fault, table, 'sockets') }];
  });
}

export async function connectionById(
  { protocol, key }: { readonly protocol: Protocol; readonly key: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ConnectionRow | null> {
  const row = (await byKey(protocol, context)).get(key);
  return row === undefined ? null : ((await ready([row], context, info, NODE))[0] ?? null);
}

type ByKey = Promise<ReadonlyMap<string, ConnectionRow>>;

/** Made once an operation: an id for each of many would have every socket looked at for each of them. */
const keyed = new Notes<Context['loaders'], Map<Protocol, ByKey>>();

function byKey(protocol: Protocol, { loaders }: Context): ByKey {
  const protocols = keyed.get(loaders) ?? new Map<Protocol, ByKey>();
  keyed.set(loaders, protocols);
  const known = protocols.get(protocol);
  if (known) return known;
  const made = loaders.connection.all([protocol]).then((all) => new Map(all?.map((row) => [connectionKey(row), row])));
  protocols.set(protocol, made);
  return made;
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

/** As `connectionId` writes it, of one that the kernel tells from any other. */
export const ID: Pattern = [
  { op: 'HOST', text: ({ host, boot }) => `"Connection:${host}:${boot}:` },
  { op: 'CHOICE', at: KEY, texts: PROTOCOLS.map((name) => `${name}:`) },
  ...['space', 'cookieHigh', 'cookieLow'].flatMap((path, index): Pattern => {
    const place = at(table, path);
    return [...(index === 0 ? [] : [literal(':')]), { op: 'PRESENT', at: place }, { op: 'BIG', at: place }];
  }),
  literal('"'),
];

export const id = (row: ConnectionRow, _: unknown, context: Context): string =>
  connectionId(context.host, protocolOf(row), row);
export const gaps = (row: ConnectionRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

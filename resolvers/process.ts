import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import { type ProcessRow, processTable, type Row } from '../native/index.ts';
import { process as table } from '../native/spec/process.ts';
import type { Context } from './context.ts';
import { badInput, checkFirst } from './error.ts';
import { allowed, gapsOf } from './gaps.ts';
import { processId } from './id.ts';
import { measure } from './rate.ts';
import { type Need, needs, type Within } from './selection.ts';

const STAT = bit('stat');
const CMDLINE = bit('cmdline');
const CMDLINE_ACCESS = table.sources.cmdline!.access;
const PAGE: Within = { inside: 'nodes' };
const NODE: Within = { type: 'Process' };

export interface ProcessPage {
  readonly totalCount: number;
  readonly nodes: readonly ProcessRow[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly at: number;
}

/** What a selection of processes needs, less what the caller may not have read. */
function permittedNeeds(context: Context, info: GraphQLResolveInfo, within?: Within): Need {
  const need = needs(info, within);
  return { ...need, mask: need.mask & allowed(table, context.access) };
}

/** A process that ended while it was read is in no list, and neither is one without what was selected non-null. */
const exists = (row: ProcessRow, { required }: Need): boolean => (row.have & required) === required && !isGone(row);

const isGone = (row: ProcessRow): boolean => row.faults?.some(({ status }) => status === 'GONE') ?? false;

async function present(rows: readonly ProcessRow[], need: Need, context: Context): Promise<ProcessRow[]> {
  await context.loaders.process.ensure(rows, need.mask);
  return shown(rows, need, context);
}

/** Those of them that there are, their rates told. */
function shown(rows: readonly ProcessRow[], need: Need, context: Context): ProcessRow[] {
  const there = rows.filter((row) => exists(row, need));
  void measure(processTable, there, need, context);
  return there;
}

export async function processes(
  _: unknown,
  { first }: { first?: number | null | undefined },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessPage> {
  checkFirst(first);
  const need = permittedNeeds(context, info, PAGE);
  const at = Date.now();
  const all = await listed(first ?? null, need, context);
  const nodes = first == null ? all : all.slice(0, first);
  return { totalCount: all.length, nodes, pageInfo: { hasNextPage: nodes.length < all.length, endCursor: null }, at };
}

/** With `first`, only so many are read: the others are only counted. */
async function listed(first: number | null, need: Need, context: Context): Promise<readonly ProcessRow[]> {
  const { process } = context.loaders;
  if (first === null) return shown(await process.all(need.mask), need, context);
  const all = (await process.all(0)).filter((row) => !isGone(row));
  await process.ensure(all.slice(0, first), need.mask);
  const head = shown(all.slice(0, first), need, context);
  return [...head, ...all.slice(first)];
}

/** The process that a row of one of its lists belongs to. */
export async function owner(of: Row, _: unknown, context: Context, info: GraphQLResolveInfo) {
  return processOf(of.key, context, info);
}

/** The process of a pid that something else told. */
export const processOf = (pid: number, context: Context, info: GraphQLResolveInfo): Promise<ProcessRow | null> =>
  processByPid(pid, permittedNeeds(context, info), context);

/** Null when there is no such process; stat is read too, because it tells whether there is. */
export async function process(
  _: unknown,
  { pid }: { pid: number },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessRow | null> {
  if (pid < 0) throw badInput(`pid is ${pid}; a process id is 0 or more`);
  return processByPid(pid, permittedNeeds(context, info), context);
}

async function processByPid(pid: number, need: Need, context: Context): Promise<ProcessRow | null> {
  const [row] = await context.loaders.process.at([pid], need.mask | STAT);
  return row && !isUnknowable(row) ? (shown([row], need, context)[0] ?? null) : null;
}

/** Where nothing tells which processes there are, none is. A stat that is refused, or damaged, is that of a process. */
const isUnknowable = (row: ProcessRow): boolean =>
  row.faults?.some(({ bit: of, status }) => of === STAT && status === 'UNSUPPORTED') ?? false;

/** Null when that very process is gone, whoever has its pid now. */
export async function processById(
  { pid, startTicks }: { readonly pid: number; readonly startTicks: number },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessRow | null> {
  const row = await processByPid(pid, permittedNeeds(context, info, NODE), context);
  return row?.startTicks === startTicks ? row : null;
}

/** A row that was read elsewhere, with what it lacks; one that is gone stands as it was. */
export async function heldProcess(
  row: ProcessRow,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessRow | null> {
  const need = permittedNeeds(context, info);
  if (!isGone(row)) context.loaders.process.adopt(row);
  await context.loaders.process.ensure([row], need.mask);
  // Its own rates are of its stream; those of what hangs on it are not.
  void measure(processTable, [row], need, context);
  return (row.have & need.required) === need.required ? row : null;
}

// A parent is older than its child: one that seems younger has only got the pid. Ticks do not step like the clock.
const isOlder = (row: ProcessRow, child: ProcessRow): boolean =>
  (row.startTicks ?? 0) <= (child.startTicks ?? Infinity);

async function parentRow(row: ProcessRow, context: Context): Promise<ProcessRow | null> {
  if (row.ppid === null || row.ppid === 0) return null;
  const [parent] = await context.loaders.process.at([row.ppid], STAT);
  return parent && (parent.have & STAT) !== 0 && isOlder(parent, row) ? parent : null;
}

export async function parent(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const found = await parentRow(row, context);
  return found && ((await present([found], permittedNeeds(context, info), context))[0] ?? null);
}

/** Null, with a gap, where the process's own stat could not be read. */
export async function parents(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  if ((row.have & STAT) === 0) return null;
  const line: ProcessRow[] = [];
  for (let at = await parentRow(row, context); at && !line.includes(at); at = await parentRow(at, context))
    line.push(at);
  return present(line, permittedNeeds(context, info), context);
}

export async function children(
  row: ProcessRow,
  { recursive, first }: { recursive: boolean; first?: number | null | undefined },
  context: Context,
  info: GraphQLResolveInfo,
) {
  checkFirst(first);
  if ((row.have & STAT) === 0) return null;
  const byPid = await context.loaders.process.childrenByPid();
  const below = recursive ? descendants(row, byPid) : childrenOf(row, byPid);
  return present(below.slice(0, first ?? undefined), permittedNeeds(context, info), context);
}

type ByPid = ReadonlyMap<number, readonly ProcessRow[]>;

const childrenOf = (row: ProcessRow, byPid: ByPid): ProcessRow[] =>
  (byPid.get(row.key) ?? []).filter((child) => child !== row && isOlder(row, child));

/** Depth first, each process once: the pass is not of one instant, so it may hold a cycle. */
function descendants(root: ProcessRow, byPid: ByPid): ProcessRow[] {
  const found = new Set<ProcessRow>();
  const stack = childrenOf(root, byPid).reverse();
  for (let row = stack.pop(); row; row = stack.pop()) {
    if (row === root || found.has(row)) continue;
    found.add(row);
    stack.push(...childrenOf(row, byPid).reverse());
  }
  return [...found];
}

/** The kernel keeps 15 bytes of a name; where that may be a part, the program's own name may tell the rest. */
export function name(
  row: ProcessRow,
  _: unknown,
  { loaders, access }: Context,
): string | null | Promise<string | null> {
  if (row.isCommCut !== true || row.isKernelThread === true || !access.has(CMDLINE_ACCESS)) return row.comm;
  const done = (row.asked & CMDLINE) !== 0;
  return done ? fullName(row) : loaders.process.ensure([row], CMDLINE).then(() => fullName(row));
}

// A cut may have gone through a character: up to three bytes are left of it, and were escaped.
const BROKEN_END = /(\\x[0-9a-f]{2}){1,3}$/;

function fullName({ comm, cmdline }: ProcessRow): string | null {
  const path = cmdline?.[0];
  if (comm === null || path === undefined) return comm;
  const program = path.slice(path.lastIndexOf('/') + 1);
  return program.startsWith(comm.replace(BROKEN_END, '')) ? program : comm;
}

export const isRunning = (row: ProcessRow): boolean => !isGone(row);
export const id = (row: ProcessRow, _: unknown, context: Context): string => processId(context.host, row);
export const gaps = (row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

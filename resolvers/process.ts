import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import { type ProcessRow, processTable, type Row } from '../native/index.ts';
import { process as table } from '../native/spec/process.ts';
import type { Context, Target } from './context.ts';
import { badInput, checkFirst } from './error.ts';
import { learn, sourcesOf } from './fact.ts';
import { type Filter, passing, steps } from './filter.ts';
import { at, formOf, KEY, literal, type Pattern } from './form.ts';
import { allowed } from './gaps.ts';
import { processId } from './id.ts';
import { type OrderBy, order } from './order.ts';
import { cut, EVERYTHING, isEverything, type Listed, markOf, type Page, type Paging } from './page.ts';
import { filterFacts, orderFacts } from './process-fact.ts';
import { fullName, nameNeeds } from './process-name.ts';
import { measure } from './rate.ts';
import { type Need, needs, PAGE, type Within } from './selection.ts';

const STAT = bit('stat');
/** Who it is, and who its parent. */
const LINE = STAT | bit('parent');
const NODE: Within = { type: 'Process' };

export type ProcessPage = Page<ProcessRow>;

export interface ProcessArguments extends Paging {
  readonly filter?: Filter | null | undefined;
  readonly orderBy?: readonly OrderBy[] | null | undefined;
}

/** What a selection of processes needs, less what the caller may not have read. */
export function permittedNeeds(context: Context, info: GraphQLResolveInfo, within?: Within): Need {
  const need = needs(info, within);
  return { ...need, mask: need.mask & allowed(table, context.access) };
}

/** A process that ended while it was read is in no list, and neither is one without what was selected non-null. */
export const exists = (row: ProcessRow, { required }: Need): boolean =>
  (row.have & required) === required && !isGone(row);

const isGone = (row: ProcessRow): boolean => row.faults?.some(({ status }) => status === 'GONE') ?? false;

async function present(rows: readonly ProcessRow[], need: Need, context: Context): Promise<ProcessRow[]> {
  await context.budget.check();
  await context.loaders.process.ensure(rows, need.mask);
  const there = shown(rows, need, context);
  await context.budget.take(table, there);
  return there;
}

/** Those of them that there are, their rates told. */
function shown(rows: readonly ProcessRow[], need: Need, context: Context): ProcessRow[] {
  const there = rows.filter((row) => exists(row, need));
  void measure(processTable, there, need, context);
  return there;
}

/** Of these rows what is selected, whatever asked for them. */
export const presentProcesses = (rows: readonly ProcessRow[], context: Context, info: GraphQLResolveInfo) =>
  present(rows, permittedNeeds(context, info), context);

/** The processes that pass a filter, each with the sources of `mask` asked if there is none. */
export async function matching(filter: Filter | null | undefined, mask: number, context: Context) {
  const { process } = context.loaders;
  const by = steps(filter, filterFacts, table, context);
  const rows = await process.all(by[0]?.sources ?? mask);
  const ensure = process.ensure.bind(process);
  return passing(rows.filter(isThere), by, ensure, context, isThere);
}

export const isThere = (row: ProcessRow): boolean => !isGone(row);

const orderOf = ({ orderBy }: ProcessArguments, context: Context) =>
  order(orderBy, orderFacts, ({ key }) => key, table, context, true);

/** Throws where what is asked cannot be answered. */
export function checkProcesses(args: ProcessArguments, context: Context): void {
  checkFirst(args.first);
  steps(args.filter, filterFacts, table, context);
  orderOf(args, context);
}

/** Of those that are not on the page only what the filter and the order take is read. */
export async function processes(
  _: unknown,
  args: ProcessArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessPage> {
  checkFirst(args.first);
  const need = permittedNeeds(context, info, PAGE);
  const read = Date.now();
  const by = orderOf(args, context);
  const isWhole = args.first == null && args.after == null;
  const rows = await matching(args.filter, (isWhole ? need.mask : 0) | sourcesOf(by.facts), context);
  const ensure = context.loaders.process.ensure.bind(context.loaders.process);
  await learn(rows, by.facts, ensure, context);
  const there = rows.filter(isThere);
  const page = cut(there, by, args, markOf('processes', args, context), context);
  const nodes = await present(page.rows, need, context);
  return { totalCount: there.length - page.rows.length + nodes.length, nodes, pageInfo: page.pageInfo, at: read };
}

/** A page of processes; all there are as they are written where they are read, if that is what is asked for. */
export async function listProcesses(
  _: unknown,
  args: ProcessArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Listed<ProcessRow>> {
  return (isEverything(args) ? await toldProcesses(context, info) : null) ?? processes(_, args, context, info);
}

/** Null where they cannot be written. */
async function toldProcesses(context: Context, info: GraphQLResolveInfo): Promise<Listed<ProcessRow> | null> {
  const need = permittedNeeds(context, info, PAGE);
  if (!info.pattern || need.mask !== needs(info, PAGE).mask) return null;
  const read = Date.now();
  await context.budget.check();
  const told = await context.loaders.process.tell(need.mask, formOf(info.pattern, context.host));
  if (!told) return null;
  const nodes = told.filter((row) => exists(row, need));
  await context.budget.takeTold(table, nodes);
  return { totalCount: nodes.length, nodes, pageInfo: EVERYTHING, at: read };
}

/** The process that a row of one of its lists belongs to. */
export async function owner(of: Row, _: unknown, context: Context, info: GraphQLResolveInfo) {
  return processOf(of.key, context, info);
}

/** The process of a pid that something else told. */
export const processOf = (pid: number, context: Context, info: GraphQLResolveInfo): Promise<ProcessRow | null> =>
  processByPid(pid, permittedNeeds(context, info), context);

/** The very process that something was done to; null once it is gone, whoever has its pid then. */
export async function processAs({ pid, startTicks }: Target, context: Context, info: GraphQLResolveInfo) {
  const row = await processOf(pid, context, info);
  return row?.startTicks === startTicks ? row : null;
}

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
  within: Within | undefined = NODE,
): Promise<ProcessRow | null> {
  const row = await processByPid(pid, permittedNeeds(context, info, within), context);
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
  await context.budget.check();
  const [parent] = await context.loaders.process.at([row.ppid], LINE);
  return parent && (parent.have & STAT) !== 0 && isOlder(parent, row) ? parent : null;
}

export async function parent(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const found = await parentRow(row, context);
  return found && ((await present([found], permittedNeeds(context, info), context))[0] ?? null);
}

/** Null, with a gap, where the process's own stat could not be read. */
export async function parents(row: ProcessRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  if ((row.have & LINE) !== LINE) return null;
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
  if ((row.have & STAT) === 0) return null;
  const byPid = await context.loaders.process.childrenByPid();
  await context.budget.check();
  const below = recursive ? descendants(row, byPid) : childrenOf(row, byPid);
  return present(below.slice(0, first ?? undefined), permittedNeeds(context, info), context);
}

type ByPid = ReadonlyMap<number, readonly ProcessRow[]>;

const childrenOf = (row: ProcessRow, byPid: ByPid): ProcessRow[] =>
  (byPid.get(row.key) ?? []).filter((child) => child !== row && isOlder(row, child));

/** Depth first, each process once: the pass is not of one instant, so it may hold a cycle. */
export function descendants(root: ProcessRow, byPid: ByPid): ProcessRow[] {
  const found = new Set<ProcessRow>();
  const stack = childrenOf(root, byPid).reverse();
  for (let row = stack.pop(); row; row = stack.pop()) {
    if (row === root || found.has(row)) continue;
    found.add(row);
    stack.push(...childrenOf(row, byPid).reverse());
  }
  return [...found];
}

export const PID: Pattern = [{ op: 'INT', at: KEY }];

/** What the kernel may have cut is left to `name`. */
export const NAME: Pattern = [
  { op: 'UNSET', at: at(table, 'isCommCut') },
  { op: 'TEXT', at: at(table, 'comm') },
];

/** Its name, for which some need their command line. */
export function name(row: ProcessRow, _: unknown, context: Context): string | null | Promise<string | null> {
  const lacking = nameNeeds(row, context) & ~row.asked;
  return lacking === 0 ? fullName(row) : context.loaders.process.ensure([row], lacking).then(() => fullName(row));
}

export const isRunning = (row: ProcessRow): boolean => !isGone(row);

/** As `processId` writes it. */
export const ID: Pattern = [
  { op: 'PRESENT', at: at(table, 'startTicks') },
  { op: 'HOST', text: ({ host, boot }) => `"Process:${host}:${boot}:` },
  ...PID,
  literal(':'),
  { op: 'BIG', at: at(table, 'startTicks') },
  literal('"'),
];

export const id = (row: ProcessRow, _: unknown, context: Context): string => processId(context.host, row);

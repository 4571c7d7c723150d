// Processes folded by what they share.
import type { GraphQLResolveInfo } from 'graphql';
import { type ProcessRow, processTable, Row } from '../native/index.ts';
import { process as table } from '../native/spec/process.ts';
import type { Context } from './context.ts';
import { checkFirst } from './error.ts';
import { checkAccess, type Facts, known, learn, sourcesOf } from './fact.ts';
import type { Filter } from './filter.ts';
import { allowed } from './gaps.ts';
import { processGroupId } from './id.ts';
import { type OrderBy, order } from './order.ts';
import { cut, markOf, type Page, type Paging } from './page.ts';
import { isThere, matching, presentProcesses } from './process.ts';
import { groupFacts, orderFacts } from './process-fact.ts';
import { measure } from './rate.ts';
import { needs, PAGE } from './selection.ts';

export type ProcessGroupKey = 'NAME' | 'USERNAME' | 'STATUS' | 'SERVICE' | 'CGROUP' | 'CONTAINER' | 'EXE';

interface Args extends Paging {
  readonly by: ProcessGroupKey;
  readonly filter?: Filter | null | undefined;
  readonly orderBy?: readonly OrderBy[] | null | undefined;
}

/** A row like any other, so that what sorts and cuts rows sorts and cuts groups: it has what its members have. */
export class ProcessGroup extends Row {
  readonly by: ProcessGroupKey;
  readonly shared: string | null;
  readonly members: readonly ProcessRow[];

  constructor(by: ProcessGroupKey, shared: string | null, members: readonly ProcessRow[]) {
    super(0);
    this.by = by;
    this.shared = shared;
    this.members = members;
    this.have = members.reduce((mask, { have }) => mask & have, -1);
  }
}

/** Null if it is not known of one of them: a sum of the others would be too small. */
const sumOf = (members: readonly ProcessRow[], value: (row: ProcessRow) => number | null): number | null =>
  members.reduce((sum: number | null, row) => (sum === null ? null : plus(sum, value(row))), 0);

/** A sum of tenths is one, but for how numbers are kept. */
const rounded = (sum: number | null): number | null => sum && Math.round(sum * 10) / 10;

const plus = (sum: number, value: number | null): number | null => (value === null ? null : sum + value);

export const count = ({ members }: ProcessGroup): number => members.length;
export const rss = ({ members }: ProcessGroup) => sumOf(members, (row) => row.memoryRss);
export const memoryPercent = ({ members }: ProcessGroup) => rounded(sumOf(members, (row) => row.memoryPercent));
/** Of members that were measured. */
export const cpuPercent = ({ members }: ProcessGroup) =>
  rounded(sumOf(members, ({ rates }) => (rates?.cpu ?? null) as number | null));
export const numThreads = ({ members }: ProcessGroup) => sumOf(members, (row) => row.numThreads);

/** By the names of ProcessGroupOrderField. Sources are those of the members. */
const groupOrders: Facts<ProcessGroup> = {
  KEY: { sources: 0, value: ({ shared }) => shared },
  COUNT: { sources: 0, value: count },
  CPU_PERCENT: {
    sources: orderFacts.CPU_PERCENT!.sources,
    measured: (groups, context) => orderFacts.CPU_PERCENT!.measured!(membersOf(groups), context),
    value: cpuPercent,
  },
  RSS: { sources: orderFacts.RSS!.sources, value: rss },
  NUM_THREADS: { sources: orderFacts.NUM_THREADS!.sources, value: numThreads },
};

export async function processGroups(
  _: unknown,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Page<ProcessGroup>> {
  checkFirst(args.first);
  const { process } = context.loaders;
  const fact = groupFacts[args.by]!;
  checkAccess(args.by, fact, table, context);
  const by = order(args.orderBy, groupOrders, ({ shared }) => shared, table, context);
  const need = needs(info, PAGE);
  const selected = need.mask & allowed(table, context.access);
  const isWhole = args.first == null && args.after == null;
  const at = Date.now();
  const mask = fact.sources | sourcesOf(by.facts) | (isWhole ? selected : 0);
  const rows = await matching(args.filter, mask, context);
  const ensure = process.ensure.bind(process);
  await learn(rows, [fact], ensure, context);
  await process.ensure(rows, sourcesOf(by.facts));
  const groups = fold(rows.filter(isThere), args.by, context);
  await Promise.all(by.facts.map(({ measured }) => measured?.(groups, context)));
  const page = cut(groups, by, args, markOf('processGroups', args, context), context);
  await process.ensure(membersOf(page.rows), selected);
  const nodes = page.rows.map(without).filter(({ members }) => members.length > 0);
  await measure(processTable, membersOf(nodes), need, context);
  await context.budget.take(table, nodes);
  return { totalCount: groups.length - page.rows.length + nodes.length, nodes, pageInfo: page.pageInfo, at };
}

const membersOf = (groups: readonly ProcessGroup[]): ProcessRow[] => groups.flatMap(({ members }) => members);

/** Without those that have ended, of whom nothing is known any more. */
const without = ({ by, shared, members }: ProcessGroup): ProcessGroup =>
  new ProcessGroup(by, shared, members.filter(isThere));

function fold(rows: readonly ProcessRow[], by: ProcessGroupKey, context: Context): ProcessGroup[] {
  const members = new Map<string | null, ProcessRow[]>();
  for (const row of rows) {
    const key = (known(groupFacts[by]!, row, context) ?? null) as string | null;
    const group = members.get(key);
    if (group) group.push(row);
    else members.set(key, [row]);
  }
  return [...members].map(([key, of]) => new ProcessGroup(by, key, of));
}

export async function processes(
  { members }: ProcessGroup,
  { first }: Pick<Paging, 'first'>,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly ProcessRow[]> {
  return presentProcesses(members.slice(0, first ?? undefined), context, info);
}

export const id = ({ by, shared }: ProcessGroup, _: unknown, { host }: Context): string =>
  processGroupId(host, by, shared);

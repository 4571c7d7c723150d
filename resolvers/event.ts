// What happens to processes, for those who ask about some of them.
import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import { copyRow, type ProcessRow, processTable } from '../native/index.ts';
import { Notes } from '../native/notes.ts';
import { process as table } from '../native/spec/process.ts';
import type { Context, Happening } from './context.ts';
import type { Facts } from './fact.ts';
import { type Filter, passing, type Step, steps } from './filter.ts';
import { processId } from './id.ts';
import { checkPace, type Pace } from './live.ts';
import { isThere, processById } from './process.ts';
import { filterFacts } from './process-fact.ts';
import { fullName, nameKept } from './process-name.ts';

const STAT = bit('stat');
const PARENT = bit('parent');

interface EventArguments extends Pace {
  readonly filter?: Filter | null | undefined;
}

/** A process and what is told of it. What was not read of it is not known. */
interface Told extends ProcessRow {
  readonly told: Happening;
}

/** By the names of ProcessFilter: what is told needs no reading, so that it is known of those that are gone too. */
const facts: Facts<Told> = {
  ...filterFacts,
  ppid: { sources: 0, value: ({ told }) => told.ppid ?? undefined },
  name: {
    sources: 0,
    more: ({ told }, context) => nameKept(told.name, context),
    value: (row) => (row.comm === row.told.name ? fullName(row) : row.told.name) ?? undefined,
  },
};

/** Streams what happens; of nobody's processes but those that the caller sees. */
export function watchEvents(_: unknown, args: EventArguments, context: Context) {
  checkPace(args);
  steps(args.filter, facts, table, context);
  return context.watch.events(args.everyMs);
}

type Rows = ReadonlyMap<number, Told>;

/** What passed the filter up to one moment, by pid, for those who were answered alike. */
const known = new Notes<Context['loaders'], Rows>();

/**
 * Those that the filter lets through. A start and a program are tested by what can be read then; an end by what was
 * read last, and that stands for whatever could not be read any more.
 */
export async function happenings(
  events: readonly Happening[],
  { filter }: EventArguments,
  context: Context,
): Promise<readonly Happening[]> {
  const by = steps(filter, facts, table, context);
  if (by.length === 0) return events;
  const before = (context.before && known.get(context.before)) ?? (await those(by, context));
  const rows = events.map((told) => rowOf(told, before.get(told.pid)));
  const passed = new Set(await passing(rows, by, ensureIn(context), context));
  const now = new Map(before);
  for (const row of rows) {
    if (row.told.kind !== 'EXITED' && passed.has(row)) now.set(row.key, row);
    else now.delete(row.key);
  }
  known.set(context.loaders, now);
  return [...passed].map(({ told }) => told);
}

/** The processes that there are and that pass: of these an end may have to be told. */
async function those(by: readonly Step<Told>[], context: Context): Promise<Rows> {
  const there = (await context.loaders.process.all(STAT | PARENT)).filter(isThere);
  const rows = there.map((row) => rowOf(startOf(row)));
  return new Map((await passing(rows, by, ensureIn(context), context)).map((row) => [row.key, row]));
}

const startOf = ({ pid, startTicks, ppid, comm: name }: ProcessRow): Happening => ({
  ...{ kind: 'STARTED', at: 0, pid, startTicks, ppid, name, exit: null },
});

/** With what was known of it, unless that was another of the same pid. */
function rowOf(told: Happening, before?: Told): Told {
  const isIt = before !== undefined && before.told.startTicks === told.startTicks;
  const row = isIt ? copyRow(processTable, before as ProcessRow) : processTable.create(told.pid);
  return Object.assign(row, { told });
}

/** Reads each process once, however much happened to it. */
const ensureIn =
  ({ loaders }: Context) =>
  async (rows: readonly Told[], mask: number): Promise<void> => {
    const isLiving = ({ told }: Told) => told.kind !== 'EXITED' && told.startTicks !== null;
    const living = mask === 0 ? [] : rows.filter(isLiving);
    if (living.length === 0) return;
    const pids = [...new Set(living.map(({ key }) => key))];
    const read = new Map((await loaders.process.at(pids, mask | STAT)).map((row) => [row.key, row]));
    for (const row of living) {
      const now = read.get(row.key)!;
      if (isThere(now) && now.startTicks === row.told.startTicks) Object.assign(row, copyRow(processTable, now));
    }
  };

/** Null of one that was gone before its start was known. */
export const eventProcessId = ({ pid, startTicks }: Happening, _: unknown, { host }: Context): string | null =>
  startTicks === null ? null : processId(host, { key: pid, startTicks });

/** Null once that very process is gone. */
export const eventProcess = async (
  { pid, startTicks }: Happening,
  _: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ProcessRow | null> => (startTicks === null ? null : processById({ pid, startTicks }, context, info, {}));

// What is watched, and what is made of it for one event. When it is read is not decided here.
import type { GraphQLResolveInfo } from 'graphql';
import { keyOf, OWN as OWN_OF_SOCKETS, protocolOf } from '../loaders/connection.ts';
import {
  type ConnectionRow,
  type ProcessRow,
  processTable as processShape,
  type ServiceRow,
  type SystemRow,
} from '../native/index.ts';
import { Notes } from '../native/notes.ts';
import { rankIn } from '../native/ranks.ts';
import { process as processSpec } from '../native/spec/process.ts';
import { service as serviceSpec } from '../native/spec/service.ts';
import { system as systemSpec } from '../native/spec/system.ts';
import { type ConnectionArguments, checkConnections, connections, KINDS } from './connection.ts';
import type { Context, Seen, Target } from './context.ts';
import { badInput } from './error.ts';
import { allowed } from './gaps.ts';
import { connectionId, parseId, processId, serviceId } from './id.ts';
import { checkProcesses, exists, heldProcess, type ProcessArguments, permittedNeeds, processes } from './process.ts';
import { nameNeeds } from './process-name.ts';
import { measure } from './rate.ts';
import { isOwn, needs, PAGE, type Within } from './selection.ts';
import { checkServices, type ServiceArguments, services } from './service.ts';
import { system } from './system.ts';
import { watchedTable } from './table.ts';

export interface Pace {
  readonly everyMs: number;
}

const LEAST_MS = 100;
const MOST_MS = 3_600_000;

export function checkPace({ everyMs }: Pace): void {
  if (everyMs >= LEAST_MS && everyMs <= MOST_MS) return;
  throw badInput(`everyMs is ${everyMs}; it must be from ${LEAST_MS} to ${MOST_MS}`);
}

/** Streams what is selected of the host as a whole. */
export function watchSystem(_: unknown, pace: Pace, { watch, access }: Context, info: GraphQLResolveInfo) {
  checkPace(pace);
  return watch.system(needs(info).mask & allowed(systemSpec, access), pace.everyMs);
}

export interface ProcessArgs extends Pace {
  readonly id?: string | null | undefined;
  readonly pid?: number | null | undefined;
}

/** The process that is meant; null if it was one of before the last boot. */
export function targetOf({ id, pid }: Omit<ProcessArgs, 'everyMs'>, { host }: Context): Target | null {
  if ((id == null) === (pid == null)) throw badInput('give exactly one of id and pid');
  if (id == null) return { pid: checkPid(pid!), startTicks: null };
  const named = parseId(host, id);
  if (named !== null && named.type !== 'Process') throw badInput(`this is the id of a ${named.type}, not of a Process`);
  return named;
}

function checkPid(pid: number): number {
  if (pid < 0) throw badInput(`pid is ${pid}; a process id is 0 or more`);
  return pid;
}

/** The bits of what stands in its own row: lists that hang on it are read for each event that wants them. */
const OWN = ~processShape.lists.reduce((mask, list) => mask | list.mask, 0);
const WHOLE: Within = { inside: ['system'] };

/** Streams what is selected of one process. */
export function watchProcess(_: unknown, args: ProcessArgs, context: Context, info: GraphQLResolveInfo) {
  checkPace(args);
  const mask = needs(info).mask & allowed(processSpec, context.access) & OWN;
  return context.watch.process(targetOf(args, context), mask, args.everyMs);
}

type TableArgs = Pace & Omit<ProcessArguments, 'after'>;

/** Streams what is selected of all processes; of a part of them, who there are: the rest is read of that part alone. */
export function watchProcesses(_: unknown, args: TableArgs, context: Context, info: GraphQLResolveInfo) {
  checkPace(args);
  checkProcesses(args, context);
  const isWhole = args.first == null && args.filter == null;
  const mask = isWhole ? needs(info, PAGE).mask & allowed(processSpec, context.access) & OWN : 0;
  return context.watch.processes(mask, args.everyMs);
}

/** What became of the processes, listed as a query lists them: what the stream has read is not read again. */
export const processTable = (
  { sample, last }: Seen<ProcessRow>,
  args: TableArgs,
  context: Context,
  info: GraphQLResolveInfo,
) => {
  const need = permittedNeeds(context, info, PAGE);
  const { process } = context.loaders;
  const isPlain = args.first == null && args.filter == null && !args.orderBy?.length;
  const isAsRead = isPlain && isOwn(info, PAGE.inside!, OWN);
  const list = async () => {
    if (isAsRead) {
      const rows = sample.value.filter((row) => exists(row, need)).sort(byPid);
      await context.budget.take(processSpec, rows);
      return listed(rows);
    }
    process.adoptAll(sample.value);
    const { nodes, totalCount } = await processes(null, args, context, info);
    return { ...listed(nodes), totalCount };
  };
  const listed = (rows: readonly ProcessRow[]) => {
    return { rows, ids: rows.map((row) => idOf(row, context.host)), totalCount: rows.length };
  };
  const before = isAsRead && last ? last.value : [];
  const stood = rankIn(before.length, (place) => before[place]!);
  // What tells the rest of a name may differ though nothing else does.
  const isSame = (row: ProcessRow): boolean => stood(row) >= 0 && (nameNeeds(row, context) & ~need.mask) === 0;
  // Events that cover another time share rows, and tell other rates of them.
  const rated = (rows: readonly ProcessRow[], quiet: readonly boolean[]) => {
    if (need.rates === 0 && !isAsRead) return rows;
    void measure(processShape, rows, need, context);
    return rows.map((row, index) =>
      quiet[index] ? row : Object.assign(process.copy(row), { rates: { ...row.rates } }),
    );
  };
  return watchedTable(context, info, list, { isSame, rated });
};

const byPid = (a: ProcessRow, b: ProcessRow): number => a.key - b.key;

/** Made once for a row, which lasts as long as nothing differs. */
const ids = new Notes<ProcessRow, string>();

function idOf(row: ProcessRow, host: Context['host']): string {
  const id = ids.get(row) ?? processId(host, row);
  ids.set(row, id);
  return id;
}

type ConnectionTableArgs = Pace & Omit<ConnectionArguments, 'after'>;

/** Streams sockets: who holds them is looked for once for each event that wants it. */
export function watchConnections(_: unknown, args: ConnectionTableArgs, context: Context) {
  checkPace(args);
  checkConnections(args, context);
  return context.watch.connections(OWN_OF_SOCKETS, KINDS[args.kind].map(keyOf), args.everyMs);
}

export const connectionTable = (
  { sample }: Seen<ConnectionRow>,
  args: ConnectionTableArgs,
  context: Context,
  info: GraphQLResolveInfo,
) =>
  watchedTable(context, info, async () => {
    context.loaders.connection.adoptAll(KINDS[args.kind], sample.value);
    const page = await connections(null, args, context, info);
    const rows = page?.nodes ?? [];
    const ids = rows.map((row) => connectionId(context.host, protocolOf(row), row));
    return { rows, ids, totalCount: page?.totalCount ?? 0 };
  });

type ServiceTableArgs = Pace & Pick<ServiceArguments, 'filter'>;

/** Streams what is selected of all services; of a part of them, which there are. */
export function watchServices(_: unknown, args: ServiceTableArgs, context: Context, info: GraphQLResolveInfo) {
  checkPace(args);
  checkServices(args, context);
  const mask = args.filter == null ? needs(info, PAGE).mask & allowed(serviceSpec, context.access) : 0;
  return context.watch.services(mask, args.everyMs);
}

export const serviceTable = (
  { sample }: Seen<ServiceRow>,
  args: ServiceTableArgs,
  context: Context,
  info: GraphQLResolveInfo,
) =>
  watchedTable(context, info, async () => {
    context.loaders.service.adoptAll(sample.value);
    const { nodes, totalCount } = await services(null, args, context, info);
    return { rows: nodes, ids: nodes.map(({ name }) => serviceId(context.host, name!)), totalCount };
  });

/** Streams what stands in the host's row, and hangs on it: the rest is read for each event that wants it. */
export function watchWhole(_: unknown, pace: Pace, { watch, access }: Context, info: GraphQLResolveInfo) {
  checkPace(pace);
  return watch.system(needs(info, WHOLE).mask & allowed(systemSpec, access), pace.everyMs);
}

/** The host of an event: what its stream has read is not read again. */
export function systemSeen(event: Seen<SystemRow>, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const row = event.sample.value[0];
  if (row) context.loaders.system.adoptAll([row]);
  return system(null, {}, context, info);
}

/** The process of an event: what its stream has read is not read again. */
export const processSeen = (
  { row }: { row: ProcessRow | null },
  _: unknown,
  context: Context,
  info: GraphQLResolveInfo,
) => row && heldProcess(row, context, info);

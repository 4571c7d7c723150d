// What is watched, and what is made of it for one event. When it is read is not decided here.
import type { GraphQLResolveInfo } from 'graphql';
import { type ProcessRow, processTable } from '../native/index.ts';
import { process as processSpec } from '../native/spec/process.ts';
import { system as systemSpec } from '../native/spec/system.ts';
import type { Context, Target } from './context.ts';
import { badInput } from './error.ts';
import { allowed } from './gaps.ts';
import { parseId } from './id.ts';
import { heldProcess } from './process.ts';
import { needs } from './selection.ts';

interface Pace {
  readonly everyMs: number;
}

const LEAST_MS = 100;
const MOST_MS = 3_600_000;

function checkPace({ everyMs }: Pace): void {
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
const OWN = ~processTable.lists.reduce((mask, list) => mask | list.mask, 0);

/** Streams what is selected of one process. */
export function watchProcess(_: unknown, args: ProcessArgs, context: Context, info: GraphQLResolveInfo) {
  checkPace(args);
  const mask = needs(info).mask & allowed(processSpec, context.access) & OWN;
  return context.watch.process(targetOf(args, context), mask, args.everyMs);
}

/** The process of an event: what its stream has read is not read again. */
export const processSeen = (
  { row }: { row: ProcessRow | null },
  _: unknown,
  context: Context,
  info: GraphQLResolveInfo,
) => row && heldProcess(row, context, info);

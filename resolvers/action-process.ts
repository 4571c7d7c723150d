// What is done to processes: to one, which is named by its id, or to all that is below it too.
import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import type { Action, IoClass, PriorityClass, ProcessRow, ResourceKind } from '../native/index.ts';
import {
  type ActionError,
  type ActionResult,
  attempt,
  failed,
  failure,
  type Notes,
  named,
  permit,
  recordable,
} from './action.ts';
import { problemOf, refusalOf } from './action-problem.ts';
import { signalTree } from './action-tree.ts';
import type { Context, Target } from './context.ts';
import { processId } from './id.ts';
import { processAs } from './process.ts';

const STAT = bit('stat');
const PARENT = bit('parent');

/** All that is done to processes has one turn: what stops a tree for a moment must not meet what stops one for good. */
const TURN = 'process';

export interface ProcessActionResult extends ActionResult {
  readonly target: Target | null;
}

interface Named {
  readonly id: string;
}

/** Finds the process, and does this to it. */
function actOn<Args extends Named>(
  { id, ...args }: Args,
  context: Context,
  info: GraphQLResolveInfo,
  deed: (row: ProcessRow, notes: Notes) => Promise<ActionResult>,
): Promise<ProcessActionResult> {
  return attempt({ action: info.fieldName, args, turn: TURN }, context, async (notes) => {
    notes.target = { id };
    const found = await find(id, context);
    if ('code' in found) {
      permit(context);
      return { target: null, ...failed(found) };
    }
    notes.target = { id, ...describe(found) };
    permit(context);
    const target = { pid: found.key, startTicks: found.startTicks };
    const refused = refusalOf(found, context) ?? recordable(context);
    if (refused) return { target, ...failed({ ...refused, processId: id }) };
    return { target, ...(await deed(found, notes)) };
  });
}

/** The very process of an id; or why there is none. */
async function find(id: string, context: Context): Promise<ProcessRow | ActionError> {
  const target = named('Process', id, context);
  if (target !== null && 'code' in target) return target;
  const row = target && (await context.loaders.actor.at(target.pid, STAT | PARENT));
  if (row && (row.have & STAT) !== 0 && row.startTicks === target.startTicks) return row;
  return failure('NO_SUCH_PROCESS', `${GONE}, whoever may have its pid now`, id);
}

const GONE = 'this process has ended';

/** What a record says of a process. */
export const describe = ({ key, comm, createTime }: ProcessRow): object => ({
  pid: key,
  name: comm,
  startedAt: createTime === null ? null : new Date(createTime).toISOString(),
});

/** Does it to one process. */
async function actOnOne(row: ProcessRow, action: Action, context: Context, notes: Notes): Promise<ActionResult> {
  const { effect, isHeld } = await context.loaders.actor.act({ pid: row.key, startTicks: row.startTicks! }, action);
  if (!isHeld && effect === 'DONE') notes.more = { isHeld };
  if (effect === 'DONE') return { affected: 1, errors: [] };
  const { code, message } = await problemOf(effect, action, row, context.loaders.actor);
  return failed(failure(code, message, processId(context.host, row)));
}

type Resolve<Args extends Named> = (
  _: unknown,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<ProcessActionResult>;

/** The same signal each time, or the one that the arguments name. */
const signalling =
  (always?: string): Resolve<Named & { readonly signal?: string; readonly recursive?: boolean }> =>
  (_, args, context, info) =>
    actOn(args, context, info, (row, notes) => {
      const signal = always ?? args.signal!;
      return args.recursive
        ? signalTree(row, signal, context, notes)
        : actOnOne(row, { act: 'signal', signal }, context, notes);
    });

export const signalProcess = signalling();
export const terminateProcess = signalling('SIGTERM');
export const killProcess = signalling('SIGKILL');
export const suspendProcess = signalling('SIGSTOP');
export const resumeProcess = signalling('SIGCONT');

/** What the arguments ask for; or why that cannot be. */
const changing =
  <Args extends Named>(actionOf: (args: Args) => Action | ActionError): Resolve<Args> =>
  (_, args, context, info) =>
    actOn(args, context, info, async (row, notes) => {
      const action = actionOf(args);
      if ('act' in action) return actOnOne(row, action, context, notes);
      return failed({ ...action, processId: args.id });
    });

export const setProcessNice = changing(({ nice }: Named & { nice: number }) => ({ act: 'nice', nice }));

/** The schema lets no other value pass. */
export const setProcessPriorityClass = changing(({ priorityClass }: Named & { priorityClass: string }) => ({
  act: 'priorityClass',
  priorityClass: priorityClass as PriorityClass,
}));

interface IoNiceArgs extends Named {
  /** The schema lets no other value pass. */
  readonly ioClass: string;
  readonly value?: number | null | undefined;
}

export const setProcessIoNice = changing(({ ioClass, value }: IoNiceArgs) => ({
  ...{ act: 'ioNice', ioClass: ioClass as IoClass },
  ...(value == null ? {} : { value }),
}));

export const setProcessCpuAffinity = changing(({ cpus }: Named & { cpus: readonly number[] }) => ({
  act: 'affinity',
  cpus,
}));

/** Exactly one of them. */
export interface LimitInput {
  readonly value?: number | null | undefined;
  readonly unlimited?: boolean | null | undefined;
}

interface LimitArgs extends Named {
  /** The schema lets no other value pass. */
  readonly resource: string;
  readonly soft?: LimitInput | null | undefined;
  readonly hard?: LimitInput | null | undefined;
}

export const setProcessLimit = changing(({ resource, soft, hard }: LimitArgs) => {
  if (!soft && !hard) return failure('INVALID_ARGUMENT', 'nothing is to be changed: give soft, hard or both');
  if (soft?.unlimited === false || hard?.unlimited === false)
    return failure('INVALID_ARGUMENT', 'unlimited is true or left out; give a value for what is limited');
  return {
    ...{ act: 'limit', resource: resource as ResourceKind },
    ...(soft ? { soft: limitOf(soft) } : {}),
    ...(hard ? { hard: limitOf(hard) } : {}),
  };
});

const limitOf = ({ value }: LimitInput): number => value ?? Number.POSITIVE_INFINITY;

export const process = ({ target }: ProcessActionResult, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  target && processAs(target, context, info);

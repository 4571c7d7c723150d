// Why something is not done to a process, or was not, and what would be right.
import type { Actor } from '../loaders/action.ts';
import { type Action, type Effect, type Platform, type ProcessRow, processTable } from '../native/index.ts';
import { type ActionError, type ActionErrorCode, failure } from './action.ts';
import type { Context } from './context.ts';

interface Problem {
  readonly code: ActionErrorCode;
  readonly message: string;
}

/** The kernel keeps one that has ended until its parent asks; one whose other threads live has not ended. */
export const isZombie = ({ hasEnded, numThreads }: ProcessRow): boolean => hasEnded === true && (numThreads ?? 1) <= 1;

/** To whom nothing is ever done, and why. */
export function untouchable(row: ProcessRow, { gateway }: Pick<Context, 'gateway'>): string | null {
  if (row.key === gateway.ownPid) return 'is this gateway itself, which is stopped by what started it';
  if (row.key === 1) return 'is the first process, without which no other lives';
  return row.isKernelThread ? 'is a thread of the kernel, which is not changed from here' : null;
}

/** Why nothing is done to this process. */
export function refusalOf(row: ProcessRow, context: Context): ActionError | null {
  if (context.gateway.ownPid === null)
    return failure(
      'NOT_SUPPORTED',
      'the gateway reads files of another host here, and can change none of its processes',
    );
  const why = untouchable(row, context);
  if (why) return failure('REFUSED', `process ${row.key} ${why}`);
  if (!isZombie(row)) return null;
  const parent = row.ppid ? `process ${row.ppid}` : 'its parent';
  return failure('NO_SUCH_PROCESS', `process ${row.key} has ended already: ${parent} has to take note of that, or end`);
}

/** What came of an action that was not done. */
export async function problemOf(effect: Effect, action: Action, row: ProcessRow, actor: Actor): Promise<Problem> {
  if (effect === 'INVALID') return { code: 'INVALID_ARGUMENT', message: await INVALID[action.act](action, row, actor) };
  const [code, says] = PROBLEMS[effect] ?? PROBLEMS.FAILED!;
  return { code, message: `${await says(action, actor)} (process ${row.key})` };
}

/** What the kernel asks of who does it, where it can be done at all. */
const RIGHTS: Partial<Record<Platform, Partial<Record<Action['act'], string>>>> = {
  LINUX: {
    signal: 'a signal takes the same user as the process, or CAP_KILL',
    nice: 'it takes the same user as the process, or CAP_SYS_NICE, and CAP_SYS_NICE to lower a nice value',
    ioNice: 'it takes the same user as the process, or CAP_SYS_NICE, and CAP_SYS_NICE or CAP_SYS_ADMIN for REALTIME',
    affinity: 'it takes the same user as the process, or CAP_SYS_NICE',
    limit: 'it takes the same user as the process, and CAP_SYS_RESOURCE for another user or to raise what is hard',
  },
  WINDOWS: {
    signal: 'it takes the same user as the process, or SeDebugPrivilege, and nobody does it to a protected process',
    ioNice: 'it takes the same user as the process, or SeDebugPrivilege, and SeIncreaseBasePriorityPrivilege for HIGH',
    affinity: 'it takes the same user as the process, or SeDebugPrivilege',
    priorityClass:
      'it takes the same user as the process, or SeDebugPrivilege, and SeIncreaseBasePriorityPrivilege for REALTIME',
  },
};

/** Of a platform that is not known nothing is said. */
async function denied({ act }: Action, actor: Actor): Promise<string> {
  const right = RIGHTS[(await actor.platform()) ?? 'OTHER']?.[act];
  return `the kernel does not let the gateway do this${right ? `: ${right}` : ''}`;
}

/** What there is instead, where a platform has another thing for it. */
const LACKS: Partial<Record<Action['act'], (action: Action) => string>> = {
  signal: () => 'this host has no such signal; SIGTERM, SIGKILL, SIGSTOP and SIGCONT are had everywhere',
  nice: () => 'this host has no nice values; setProcessPriorityClass is what there is on Windows',
  limit: (action) => `this host has no limit ${(action as Extract<Action, { act: 'limit' }>).resource}`,
  priorityClass: () => 'only Windows has priority classes; setProcessNice is what there is here',
};

type Says = readonly [ActionErrorCode, (action: Action, actor: Actor) => string | Promise<string>];

const PROBLEMS: Partial<Record<Effect, Says>> = {
  GONE: ['NO_SUCH_PROCESS', () => 'it ended before it was reached'],
  DENIED: ['ACCESS_DENIED', denied],
  UNSUPPORTED: ['NOT_SUPPORTED', (action) => LACKS[action.act]?.(action) ?? 'this host cannot do that'],
  UNCERTAIN: ['FAILED', () => 'it ended in between, and so this may have reached another process that has its pid now'],
  FAILED: ['FAILED', () => 'the kernel did not do it, and does not say why'],
};

/** What would be right in the place of what was given. */
type Explain = (action: Action, row: ProcessRow, actor: Actor) => string | Promise<string>;

const INVALID: Readonly<Record<Action['act'], Explain>> = {
  signal: (action) => {
    const { signal } = action as Extract<Action, { act: 'signal' }>;
    return `there is no signal ${JSON.stringify(signal.slice(0, 40))}; signals are SIGTERM, TERM, SIGRTMIN+3 and so on`;
  },
  nice: (action) => `nice is ${(action as Extract<Action, { act: 'nice' }>).nice}; it must be from -20 to 19`,
  ioNice: (action) => {
    const { ioClass, value } = action as Extract<Action, { act: 'ioNice' }>;
    const given = value === undefined ? ioClass : `${ioClass} ${value}`;
    const classes = 'ioClass is NONE, REALTIME, BEST_EFFORT or IDLE, on Windows VERY_LOW, LOW, NORMAL or HIGH';
    return `${given} is no priority: ${classes}, and value is from 0 to 7, of REALTIME and BEST_EFFORT alone`;
  },
  priorityClass: () => 'a priority class is IDLE, BELOW_NORMAL, NORMAL, ABOVE_NORMAL, HIGH or REALTIME',
  affinity: async (action, _, actor) => {
    const { cpus } = action as Extract<Action, { act: 'affinity' }>;
    const there = await actor.cpus();
    const wrong = [...new Set(cpus)].filter((cpu) => !there.includes(cpu)).slice(0, 10);
    if (wrong.length > 0) return `there is no CPU ${wrong.join(', ')}; this host has ${rangesOf(there)}`;
    return 'its cpuset does not let it run on all of these CPUs; an empty list asks for all that it does';
  },
  limit: async (action, row, actor) => {
    const { resource, ...wanted } = action as Extract<Action, { act: 'limit' }>;
    const { limits } = await actor.at(row.key, LIMITS);
    const now = limits?.find((limit) => limit.resource === resource);
    const [soft, hard] = [wanted.soft ?? shown(now?.soft), wanted.hard ?? shown(now?.hard)];
    return `soft would be ${wordOf(soft)} and hard ${wordOf(hard)}; each is 0 or more, and soft at most what hard is`;
  },
};

const LIMITS = processTable.lists.find(({ property }) => property === 'limits')!.mask;

const shown = (limit: number | null | undefined): number | undefined =>
  limit === null ? Number.POSITIVE_INFINITY : limit;

const wordOf = (limit: number | undefined): string =>
  limit === undefined ? 'as it is' : limit === Number.POSITIVE_INFINITY ? 'unlimited' : String(limit);

/** 0,1,2,5 is 0-2,5. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
}

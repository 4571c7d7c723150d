// A signal for a process and all that is below it, children first, though it forks meanwhile: what is stopped forks no
// more, so all is stopped, collected, signalled, and let go again.
import { setTimeout } from 'node:timers/promises';
import { groupByKey } from '../loaders/group.ts';
import { bit } from '../loaders/process.ts';
import type { Effect, Outcome, ProcessRow } from '../native/index.ts';
import { type ActionError, type ActionResult, failed, failure, type Notes } from './action.ts';
import { isZombie, problemOf, untouchable } from './action-problem.ts';
import type { Context } from './context.ts';
import { processId } from './id.ts';
import { descendants } from './process.ts';

const LINE = bit('stat') | bit('state') | bit('parent');

/** Signals that stop or continue: what they are sent for must not be undone by what is sent around others. */
const PAUSING = /^(SIG)?(STOP|CONT|TSTP|TTIN|TTOU)$/;
const STOP = { act: 'signal', signal: 'SIGSTOP' } as const;
const CONTINUE = { act: 'signal', signal: 'SIGCONT' } as const;

/** However fast a tree forks, and whatever does not stop: a pass is a list of all processes, and a signal for each. */
const MOST_PASSES = 200;
/** One that was told to stop has done so by then, mostly; on a busy machine it takes longer. */
const REST_MS = 2;
const LONGEST_REST_MS = 50;
/** Records name so many at most, and count the others. */
const MOST_NAMED = 1_000;

interface Member {
  readonly row: ProcessRow;
  /** What came of the first signal it was sent. */
  readonly effect: Effect;
  /** How far it is below the first one. */
  readonly depth: number;
}

/** Whoever was found so far. */
type Known = Map<string, Member>;

interface Gathered {
  /** Why nothing is to be done to them. */
  readonly refused: string | null;
  /** False if there may be more. */
  readonly isWhole: boolean;
}

type Send = (row: ProcessRow, what: { readonly act: 'signal'; readonly signal: string }) => Promise<Outcome>;

/** Who is not reached is told of, except those below that ended by themselves. */
export async function signalTree(
  root: ProcessRow,
  signal: string,
  context: Context,
  notes: Notes,
): Promise<ActionResult> {
  const { actor } = context.loaders;
  const action = { act: 'signal', signal } as const;
  const send: Send = (row, what) => actor.act({ pid: row.key, startTicks: row.startTicks! }, what);
  const error = async (row: ProcessRow, effect: Effect): Promise<ActionError> => {
    const { code, message } = await problemOf(effect, action, row, actor);
    return failure(code, message, processId(context.host, row));
  };
  // To nobody, to learn whether there is such a signal: none is to be stopped for one that there is not.
  const { effect: dry } = await actor.act({ pid: root.key, startTicks: Number.NaN }, action);
  if (dry === 'INVALID') return failed(await error(root, dry));

  const pauses = PAUSING.test(signal);
  const known: Known = new Map();
  let isLeftAsItIs = false;
  try {
    const { refused, isWhole } = await gather(root, context, send, pauses ? action : STOP, known);
    if (refused !== null) return failed(failure('REFUSED', refused, processId(context.host, root)));
    isLeftAsItIs = pauses;
    const effects = await childrenFirst([...known.values()], async ({ row, effect }) => ({
      row,
      effect: pauses ? effect : (await send(row, action)).effect,
    }));
    const reached = effects.filter(({ effect }) => effect === 'DONE').map(({ row }) => row);
    // Whoever ended by itself has no error, but for the one that was named.
    const others = effects.filter(
      ({ row, effect }) => effect !== 'DONE' && (effect !== 'GONE' || row.key === root.key),
    );
    const errors = await Promise.all(others.map(({ row, effect }) => error(row, effect)));
    if (known.size === 0) errors.push(await error(root, 'GONE'));
    if (!isWhole) errors.push(failure('TIMED_OUT', UNENDED, processId(context.host, root)));
    notes.more = { processes: reached.slice(0, MOST_NAMED).map(({ key, comm }) => ({ pid: key, name: comm })) };
    return { affected: reached.length, errors };
  } finally {
    const ours = [...known.values()].filter(({ row, effect }) => effect === 'DONE' && !isStopped(row));
    if (!isLeftAsItIs) await childrenFirst(ours, ({ row }) => send(row, CONTINUE));
  }
}

/** Those of one depth at once: one by one each would wait for its turn on a machine that is busy with what forks. */
async function childrenFirst<T>(members: readonly Member[], work: (member: Member) => Promise<T>): Promise<T[]> {
  const levels = [...groupByKey(members, ({ depth }) => depth)].sort(([a], [b]) => b - a);
  const done: T[] = [];
  for (const [, level] of levels) done.push(...(await Promise.all(level.map(work))));
  return done;
}

const UNENDED = 'it forked, or did not stop, for longer than it was waited for: ask again for what is left of it';

/** Sends each of the tree its first signal, parents first; where that stops them, until nobody is left to make more. */
async function gather(
  root: ProcessRow,
  context: Context,
  send: Send,
  first: { readonly act: 'signal'; readonly signal: string },
  known: Known,
): Promise<Gathered> {
  const stops = /^(SIG)?STOP$/.test(first.signal);
  const isMoving = (row: ProcessRow): boolean => known.get(nameOf(row))!.effect === 'DONE' && !isStopped(row);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const tree = (await treeOf(root, context)).filter((row) => !isZombie(row));
    for (const row of tree) {
      const why = untouchable(row, context);
      if (why) return { refused: `process ${row.key}, which is below it, ${why}`, isWhole: false };
    }
    const fresh = tree.filter((row) => !known.has(nameOf(row)));
    const outcomes = await Promise.all(fresh.map((row) => send(row, first)));
    const depths = depthsOf(tree);
    for (const [index, row] of fresh.entries())
      known.set(nameOf(row), { row, effect: outcomes[index]!.effect, depth: depths.get(row.key)! });
    if (!stops || (fresh.length === 0 && !tree.some(isMoving))) return { refused: null, isWhole: true };
    if (fresh.length === 0) await setTimeout(Math.min(pass * REST_MS, LONGEST_REST_MS));
  }
  return { refused: null, isWhole: false };
}

/** By pid. */
function depthsOf(tree: readonly ProcessRow[]): ReadonlyMap<number, number> {
  const depths = new Map<number, number>();
  for (const { key, ppid } of tree) depths.set(key, (depths.get(ppid!) ?? -1) + 1);
  return depths;
}

const nameOf = ({ key, startTicks }: ProcessRow): string => `${key} ${startTicks}`;

const isStopped = ({ status }: ProcessRow): boolean => status === 'STOPPED' || status === 'TRACING_STOP';

/** The process and all below it, as they are now, a parent before its children; nobody once it is gone. */
async function treeOf({ key, startTicks }: ProcessRow, { loaders }: Context): Promise<readonly ProcessRow[]> {
  const all = await loaders.actor.all(LINE);
  const root = all.find((row) => row.key === key && row.startTicks === startTicks);
  return root
    ? [
        root,
        ...descendants(
          root,
          groupByKey(all, ({ ppid }) => ppid),
        ),
      ]
    : [];
}

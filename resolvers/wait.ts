// What waiting for processes comes to.
import type { Effect, Waited } from '../native/index.ts';
import type { ActionError, ActionErrorCode } from './action.ts';
import type { Context } from './context.ts';
import { badInput } from './error.ts';
import { parseId } from './id.ts';

export interface WaitResult {
  readonly processId: string;
  readonly exited: boolean;
  readonly exit: Waited['exit'];
  readonly error: ActionError | null;
}

/** What a wait may come to where it could not be had. */
const REASONS: Partial<Record<Effect, readonly [ActionErrorCode, string]>> = {
  DENIED: ['ACCESS_DENIED', 'The kernel does not let the gateway look at this process.'],
  UNSUPPORTED: ['NOT_SUPPORTED', 'The gateway cannot wait for processes of this host.'],
};
const OTHER = ['FAILED', 'The kernel did not say whether this process has ended.'] as const;

const MOST_IDS = 1_000;
const MOST_MS = 60_000;

interface WaitArgs {
  readonly ids: readonly string[];
  readonly timeoutMs: number;
}

/** Answers when all of them have ended or the time is up, in the order of the ids. */
export async function waitProcesses(_: unknown, { ids, timeoutMs }: WaitArgs, context: Context): Promise<WaitResult[]> {
  if (ids.length > MOST_IDS)
    throw badInput(`there are ${ids.length} ids; at most ${MOST_IDS} can be waited for at once`);
  if (timeoutMs < 0 || timeoutMs > MOST_MS)
    throw badInput(`timeoutMs is ${timeoutMs}; it must be from 0 to ${MOST_MS}`);
  const targets = new Map([...new Set(ids)].map((id) => [id, targetOf(id, context)]));
  const living = [...targets].flatMap(([id, target]) => (target ? [{ id, ...target }] : []));
  const all = living.length === 0 ? [] : await context.loaders.process.wait(living, timeoutMs);
  const waited = new Map(living.map(({ id }, index) => [id, all?.[index] ?? NOBODY]));
  return ids.map((processId) => resultOf(processId, waited.get(processId) ?? BEFORE));
}

const NOBODY: Waited = { effect: 'UNSUPPORTED', hasEnded: false, exit: null };
/** One of before the host was last started. */
const BEFORE: Waited = { effect: 'DONE', hasEnded: true, exit: null };

function targetOf(id: string, { host }: Context) {
  const named = parseId(host, id);
  if (named !== null && named.type !== 'Process')
    throw badInput(`${id} is the id of a ${named.type}, not of a Process`);
  return named;
}

function resultOf(processId: string, { effect, hasEnded, exit }: Waited): WaitResult {
  if (effect === 'DONE') return { processId, exited: hasEnded, exit, error: null };
  const [code, message] = REASONS[effect] ?? OTHER;
  return { processId, exited: false, exit: null, error: { code, message, processId } };
}

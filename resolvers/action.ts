// What every attempt to do something to the host has in common: it may be refused, it waits for its turn, and it is
// recorded, whatever came of it.
import { GraphQLError } from 'graphql';
import type { ServiceOutcome } from '../native/index.ts';
import type { Context } from './context.ts';
import { notPermitted } from './error.ts';
import { type NodeId, parseId } from './id.ts';
import { flagOf } from './limit.ts';

/** Why something was not done; the words are those of the contract. */
export type ActionErrorCode = Exclude<ServiceOutcome['code'], 'DONE'> | 'NO_SUCH_PROCESS';

export interface ActionError {
  readonly code: ActionErrorCode;
  readonly message: string;
  readonly processId: string | null;
}

export interface ActionResult {
  readonly affected: number;
  readonly errors: readonly ActionError[];
}

/** What is asked for: a field of Mutation and its arguments. */
export interface Asked {
  readonly action: string;
  readonly args: object;
  /** Those of one turn are done one after the other. */
  readonly turn: string;
}

/** Takes what is to be recorded besides: of the target, and of what came of it. */
export interface Notes {
  target: object;
  more: object;
}

export const failure = (code: ActionErrorCode, message: string, processId: string | null = null): ActionError => ({
  code,
  message,
  processId,
});

export const failed = (error: ActionError): ActionResult => ({ affected: 0, errors: [error] });

/** Runs what is asked for when its turn comes, and records it. What it throws, nobody may do. */
export function attempt<Result extends ActionResult>(
  { action, args, turn }: Asked,
  context: Context,
  work: (notes: Notes) => Promise<Result>,
): Promise<Result> {
  const { actions, viewer, from, loaders } = context;
  return actions.inTurn(turn, async () => {
    const notes: Notes = { target: {}, more: {} };
    const { name: who, issuer } = viewer;
    const about = { at: Date.now(), who, ...(issuer === undefined ? {} : { issuer }), from, action, arguments: args };
    const record = (outcome: string, more: object) =>
      actions.record({ ...about, target: notes.target, outcome, more: { ...more, ...notes.more } });
    try {
      const result = await work(notes);
      record(outcomeOf(result), shownOf(result));
      return result;
    } catch (error) {
      const { message, extensions } = error instanceof GraphQLError ? error : new GraphQLError(String(error));
      record(String(extensions.code ?? 'FAILED'), { affected: 0, errors: [{ message }] });
      throw error;
    } finally {
      loaders.renew();
    }
  });
}

const outcomeOf = ({ affected, errors: [error] }: ActionResult): string =>
  error === undefined ? 'DONE' : affected > 0 ? 'PARTLY' : error.code;

const shownOf = ({ affected, errors }: ActionResult): object => ({
  affected,
  ...(errors.length > 0 ? { errors } : {}),
});

/** Throws where nobody may do anything, or not this caller. */
export function permit({ actions, viewer }: Context): void {
  if (!actions.isOn) throw notPermitted(`this gateway changes nothing; ${flagOf('allowActions')} would let it`, null);
  if (!viewer.scopes.includes('CONTROL'))
    throw notPermitted('to change something needs the scope CONTROL, which the request does not have', 'CONTROL');
}

/** Why it is not even tried: what cannot be recorded is not done. */
export function recordable({ actions }: Context): ActionError | null {
  const trouble = actions.trouble();
  return trouble === null ? null : failure('REFUSED', `what cannot be recorded is not done: ${trouble}`);
}

/** What an id names here: null for what was there before the host was started anew. */
export function named<Type extends NodeId['type']>(
  type: Type,
  id: string,
  { host }: Context,
): Extract<NodeId, { type: Type }> | ActionError | null {
  try {
    const found = parseId(host, id);
    if (found === null || found.type === type) return found as Extract<NodeId, { type: Type }> | null;
    return failure('INVALID_ARGUMENT', `this is the id of a ${found.type}, and takes that of a ${type}`);
  } catch (error) {
    return failure('INVALID_ARGUMENT', (error as Error).message);
  }
}

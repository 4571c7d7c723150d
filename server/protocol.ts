// The operations of one WebSocket: what is run for a message of the type subscribe, and how its answers are sent.
import type { IncomingMessage } from 'node:http';
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import type { Clients } from './clients.ts';
import { plain } from './errors.ts';
import type { Caller, Graphql } from './graphql.ts';
import { isForwarded, type Refusal } from './guard.ts';
import { limitError } from './limits.ts';
import type { Finished, Stream } from './live.ts';
import type { Options } from './options.ts';
import { type Admit, type Admitted, audienceOf, type Claim, clientOf, isRefusal, nameOf, placeOf } from './viewer.ts';

/** What belongs to one WebSocket. */
export interface Extra extends Record<PropertyKey, unknown> {
  readonly request: IncomingMessage;
  /** Sends a message that stands in parts, and calls when it is on its way, if ever. */
  readonly deliver: (sent: (error?: Error | null) => void, ...parts: readonly Buffer[]) => void;
  readonly gone: AbortController;
  /** Who it is, once it has greeted, or why it is turned away. */
  admitted?: Admitted;
  refusal?: Refusal;
  /** By what it said so. */
  claim?: Claim;
  /** Whether it is known, once that is found out and told. */
  greeting?: Promise<boolean>;
  /** Called once it is known: it is for as long as what it said is good. */
  readonly stay: (admitted: Admitted) => void;
  /** Who asks how much. */
  readonly clients: Clients;
  /** Operations at work, though the client may have taken back the asking. */
  running: number;
}

type Connection = Context<Record<string, unknown>, Extra>;

type Answer = Promise<ExecutionResult> | AsyncGenerator<never>;

/** What graphql-ws hands on from where an operation is looked at to where it is run. */
export interface Prepared extends ExecutionArgs {
  readonly answer: () => Answer;
}

/** What is to be run, or why it is not. */
export async function prepare(
  graphql: Graphql,
  options: Options,
  connection: Connection,
  id: string,
  payload: SubscribePayload,
): Promise<Prepared | GraphQLError[]> {
  const { operationName, variables: variableValues } = payload;
  const query = graphql.persisted.textOf(payload) ?? '';
  if (query instanceof GraphQLError) return [plain(query)];
  if (isFull(connection, options.maxSubscriptions))
    return [limitError('maxSubscriptions', options, 'This WebSocket has too many operations open')];
  const caller = callerOf(connection.extra);
  const leave = connection.extra.clients.enter(clientOf(caller.viewer, connection.extra.request));
  if (leave instanceof GraphQLError) return [leave];
  const params = { query, ...(variableValues ? { variables: variableValues } : {}) };
  const { schema, parse, validate, execute, contextFactory } = graphql.yoga.getEnveloped({ caller, params });
  try {
    const document: DocumentNode = parse(query);
    const errors: GraphQLError[] = validate(schema, document);
    if (errors.length > 0) throw errors;
    const asked = { document, operationName, variableValues };
    const identified = getOperationAST(document, operationName);
    // graphql-ws would say so too, but run nothing that lets go of what was entered.
    if (!identified) throw [UNIDENTIFIED];
    if (identified.operation === 'subscription') {
      const stream = await graphql.open(caller, asked);
      if (Array.isArray(stream)) throw stream;
      leave();
      return { schema, ...asked, answer: () => delivery(stream as Stream, id, connection.extra) } as Prepared;
    }
    const args = { schema, ...asked, contextValue: await contextFactory() };
    const run = async () => plainResult(await execute(args));
    return { ...args, answer: () => counted(connection.extra, () => run().finally(leave)) };
  } catch (error) {
    leave();
    return Array.isArray(error) ? error.map(plain) : [plain(graphql.mask(error))];
  }
}

const UNIDENTIFIED = new GraphQLError('Unable to identify operation');

/** An operation that was taken back may still be at work, and then it counts. */
const isFull = ({ subscriptions, extra }: Connection, most: number): boolean =>
  Math.max(Object.keys(subscriptions).length, extra.running + 1) > most;

async function counted<T>(extra: Extra, work: () => Promise<T>): Promise<T> {
  extra.running++;
  try {
    return await work();
  } finally {
    extra.running--;
  }
}

/** A browser cannot add a header to a WebSocket, so that it says who asks when it greets. False turns it away. */
export async function greet({ extra, connectionParams = {} }: Connection, admit: Admit): Promise<boolean> {
  const told = Object.keys(connectionParams).filter((name) => name.toLowerCase() === 'authorization');
  const { authorization } = extra.request.headers;
  // Told twice, it is none of them.
  const claimed = told.length > 1 ? null : told.length === 1 ? connectionParams[told[0]!] : authorization;
  extra.claim = { authorization: claimed, isForwarded: isForwarded(extra.request) };
  const admitted = await admit(extra.claim);
  if (isRefusal(admitted)) extra.refusal = admitted;
  else extra.admitted = admitted;
  return !isRefusal(admitted);
}

/** Why somebody who was let in may stay no longer, or no longer as who they were. */
export async function recheck(claim: Claim, { viewer }: Admitted, admit: Admit): Promise<Refusal | undefined> {
  const now = await admit(claim);
  if (isRefusal(now)) return now;
  const isSame = nameOf(now.viewer) === nameOf(viewer) && audienceOf(now.viewer) === audienceOf(viewer);
  return isSame ? undefined : CHANGED;
}

const CHANGED: Refusal = { status: 401, code: 'UNAUTHENTICATED', message: 'What this token is good for has changed.' };

const callerOf = ({ admitted, gone, request }: Extra): Caller => ({
  viewer: admitted!.viewer,
  from: placeOf(request),
  signal: gone.signal,
});

const END = Buffer.from('}');

/**
 * What graphql-ws waits for until a stream is at its end. It yields nothing: answers that many are sent were written
 * once, so each goes to the socket as it is, and the next one is asked for when it is on its way.
 */
function delivery(stream: Stream, id: string, extra: Extra): AsyncGenerator<never> {
  const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  let ended: () => void = () => undefined;
  const more = (error?: Error | null) => error ?? stream.ask(taker);
  const taker = { take: ({ bytes }: Finished) => extra.deliver(more, head, bytes, END), end: () => ended() };
  const end = async () => {
    stream.leave();
    ended();
    return { value: undefined, done: true } as const;
  };
  return {
    async next() {
      await counted(extra, () => {
        const over = new Promise<void>((resolve) => {
          ended = resolve;
        });
        more();
        return over;
      });
      return end();
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  } as AsyncGenerator<never>;
}

const plainResult = ({ errors, ...result }: ExecutionResult): ExecutionResult =>
  errors ? { ...result, errors: errors.map(plain) } : result;

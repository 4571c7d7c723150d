// Operations that go on: what is the same for many is run once and written once, and each takes it when it is ready.
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  type GraphQLError,
  type GraphQLSchema,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
} from 'graphql';
import { plain } from './errors.ts';

/** A finished answer: the text that a client is sent, whatever the protocol. */
export interface Finished {
  readonly text: string;
}

export type Stream = AsyncIterableIterator<Finished>;

export interface Asked {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  /** Made anew for each event, because its loaders keep what they read. */
  readonly context: () => object;
  /** Who may share an execution: callers for whom every operation has the same answer. */
  readonly audience: string;
}

export interface LiveParts {
  readonly schema: GraphQLSchema;
  readonly mask: (error: unknown) => GraphQLError;
  readonly hideSuggestions: boolean;
  readonly run?: (args: ValidatedSubscriptionArgs) => ExecutionResult | Promise<ExecutionResult>;
}

/** Opens the stream of a subscription, or says why not. Nothing is read before the stream is asked for something. */
export type OpenStream = (asked: Asked) => Promise<Stream | GraphQLError[]>;

export function createLive({ schema, mask, hideSuggestions, run = executeSubscriptionEvent }: LiveParts): OpenStream {
  const shared = createShare();

  async function write(args: ValidatedSubscriptionArgs, event: unknown, context: object): Promise<Finished> {
    const { data, errors } = await run({ ...args, rootValue: event, contextValue: context });
    return finished({
      ...(data === undefined ? {} : { data }),
      ...(errors ? { errors: errors.map((error) => plain(mask(error))) } : {}),
    });
  }

  return async ({ document, operationName, variableValues, context, audience }) => {
    const asked = { schema, document, operationName, variableValues, contextValue: context(), hideSuggestions };
    const args = validateSubscriptionArgs(asked as ExecutionArgs);
    if (!('schema' in args)) return args.map(mask);
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return (events.errors ?? []).map(mask);
    const key = JSON.stringify([numberOf(document), operationName, variableValues, audience]);
    const text = (event: unknown) => shared(event, key, () => write(args, event, context()));
    return finishing(events[Symbol.asyncIterator](), text, mask);
  };
}

const finished = (result: ExecutionResult): Finished => ({ text: JSON.stringify(result) });

/** Runs once for each event and key: events that are one object are one for all who were given it. */
function createShare() {
  const made = new WeakMap<object, Map<string, Promise<Finished>>>();
  return (event: unknown, key: string, make: () => Promise<Finished>): Promise<Finished> => {
    if (typeof event !== 'object' || event === null) return make();
    const ofEvent = made.get(event) ?? new Map<string, Promise<Finished>>();
    made.set(event, ofEvent);
    const text = ofEvent.get(key) ?? make();
    ofEvent.set(key, text);
    return text;
  };
}

const numbers = new WeakMap<DocumentNode, number>();
let numbered = 0;

/** Texts that are equal are parsed once, as long as they are remembered: so are the documents one. */
function numberOf(document: DocumentNode): number {
  const number = numbers.get(document) ?? ++numbered;
  numbers.set(document, number);
  return number;
}

/** A stream of answers for a stream of events. Where reading fails, that is its last answer. */
function finishing(
  events: AsyncIterator<unknown>,
  text: (event: unknown) => Promise<Finished>,
  mask: (error: unknown) => GraphQLError,
): Stream {
  let failed = false;
  return {
    async next() {
      if (failed) return { value: undefined, done: true };
      try {
        const { value, done } = await events.next();
        return done ? { value: undefined, done } : { value: await text(value), done: false };
      } catch (error) {
        failed = true;
        await events.return?.();
        return { value: finished({ errors: [plain(mask(error))] }), done: false };
      }
    },
    async return() {
      await events.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

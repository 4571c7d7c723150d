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
import type { Loaders } from '../loaders/index.ts';
import { Notes } from '../native/notes.ts';
import type { Context } from '../resolvers/context.ts';
import { Between, type Counted } from '../subscriptions/between.ts';
import type { Giver, Taker } from '../subscriptions/sampler.ts';
import { plain } from './errors.ts';
import type { Room } from './places.ts';

/** A finished answer: the text that a client is sent, whatever the protocol. */
export interface Finished {
  readonly text: string;
  /** The same as UTF-8. */
  readonly bytes: Buffer;
  /** Something went wrong, and nothing follows. */
  readonly isLast: boolean;
  /** There is nothing to tell: nobody is sent it. */
  readonly isSilent: boolean;
}

export interface Asked {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  /** Made anew for each event; its loaders keep what they read, for all of the same sample. */
  readonly context: () => object;
  /** Who may share an execution: callers for whom every operation has the same answer. */
  readonly audience: string;
}

export interface LiveParts {
  readonly schema: GraphQLSchema;
  readonly mask: (error: unknown) => GraphQLError;
  readonly hideSuggestions: boolean;
  /** Where each stream takes a place while it is asked. */
  readonly room: Room;
  readonly run?: (args: ValidatedSubscriptionArgs) => ExecutionResult | Promise<ExecutionResult>;
  /** Why a stream is not even opened. */
  readonly refuse?: (args: ValidatedSubscriptionArgs) => Promise<GraphQLError | null>;
}

/**
 * Opens the stream of a subscription, or says why not. Nothing is read before the stream is asked for something, but
 * how many processes there are, where that decides whether it is opened.
 */
export type OpenStream = (asked: Asked) => Promise<Stream | GraphQLError[]>;

export function createLive(parts: LiveParts): OpenStream {
  const { schema, mask, hideSuggestions, room, run = executeSubscriptionEvent, refuse = async () => null } = parts;
  const shared = createShare();
  const about = createContexts();

  const failed = (cause: unknown): Finished => finished({ errors: [plain(mask(cause))] });

  async function write(args: ValidatedSubscriptionArgs, event: object, about: () => object): Promise<Finished> {
    const settle: NonNullable<Context['settle']> = new Map();
    let isSilent = false;
    const silence = () => {
      isSilent = true;
    };
    try {
      const { data, errors } = await run({ ...args, rootValue: event, contextValue: { ...about(), settle, silence } });
      for (const call of settle.values()) call(data);
      if (isSilent && !errors) return SILENT;
      return finished({
        ...(data === undefined ? {} : { data }),
        ...(errors ? { errors: errors.map((error) => plain(mask(error))) } : {}),
      });
    } catch (error) {
      return failed(error);
    }
  }

  return async ({ document, operationName, variableValues, context, audience }) => {
    const asked = { schema, document, operationName, variableValues, contextValue: context(), hideSuggestions };
    const args = validateSubscriptionArgs(asked as ExecutionArgs);
    if (!('schema' in args)) return args.map(mask);
    const refused = await refuse(args);
    if (refused) return [mask(refused)];
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) return (events.errors ?? []).map(mask);
    const key = JSON.stringify([numberOf(document), operationName, variableValues, audience]);
    const answer: Answer = (event, reader) =>
      shared(event, key, reader, () => write(args, event, () => about(event, key, context())));
    return new Stream(events as unknown as Giver<object>, answer, failed, room);
  };
}

function finished(result: ExecutionResult): Finished {
  const text = JSON.stringify(result);
  // What was not even run would not be for the next event either.
  return { text, bytes: Buffer.from(text), isLast: !('data' in result), isSilent: false };
}

const SILENT: Finished = { text: '', bytes: Buffer.alloc(0), isLast: false, isSilent: true };

type Reader = (finished: Finished) => void;
type Answer = (event: object, reader: Reader) => void;

/** An answer that is being made, for those who wait for it, or was made. */
interface Making {
  answer: Finished | null;
  readonly readers: Reader[];
}

/** Makes one answer for each event and key, and hands it to all who asked for it in one turn. */
function createShare() {
  const making = new Notes<object, Map<string, Making>>();

  async function start(entry: Making, make: () => Promise<Finished>): Promise<void> {
    entry.answer = await make();
    for (const reader of entry.readers.splice(0)) reader(entry.answer);
  }

  return (event: object, key: string, reader: Reader, make: () => Promise<Finished>): void => {
    const ofEvent = making.get(event) ?? new Map<string, Making>();
    making.set(event, ofEvent);
    const entry = ofEvent.get(key) ?? { answer: null, readers: [] };
    if (entry.answer) reader(entry.answer);
    else entry.readers.push(reader);
    if (ofEvent.has(key)) return;
    ofEvent.set(key, entry);
    void start(entry, make);
  };
}

type About = Partial<Pick<Context, 'loaders' | 'before' | 'baseline'>>;

/** What was read for a sample. */
interface Known {
  readonly loaders: Loaders | undefined;
  readonly counted: Counted;
}

/** What is read for a sample is read once for all who are answered alike, however many events it ends. */
function createContexts() {
  const read = new Notes<object, Map<string, Known>>();
  return (event: { sample?: object; last?: object | null }, key: string, context: About): About => {
    const moment = event.sample ?? event;
    const ofMoment = read.get(moment) ?? new Map<string, Known>();
    read.set(moment, ofMoment);
    const known = ofMoment.get(key) ?? { loaders: context.loaders, counted: new Map() };
    ofMoment.set(key, known);
    const last = event.last ? read.get(event.last)?.get(key) : undefined;
    const baseline = new Between(known.counted, last?.counted);
    return { ...context, baseline, loaders: known.loaders!, before: last?.loaders };
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
export class Stream implements Giver<Finished>, Taker<object> {
  readonly #events: Giver<object>;
  readonly #answer: Answer;
  readonly #failed: (cause: unknown) => Finished;
  readonly #room: Room;
  #free: (() => void) | null = null;
  #taker: Taker<Finished> | null = null;
  #hasEnded = false;

  constructor(events: Giver<object>, answer: Answer, failed: (cause: unknown) => Finished, room: Room) {
    this.#events = events;
    this.#answer = answer;
    this.#failed = failed;
    this.#room = room;
  }

  /** Asks for the next answer. */
  ask(taker: Taker<Finished>): void {
    this.#taker = taker;
    // Those that were opened in one turn found room for each of them.
    const full = this.#free ? undefined : this.#room.refusal;
    if (this.#hasEnded) {
      this.end();
    } else if (full) {
      this.end({ cause: full });
    } else {
      this.#free ??= this.#room.take();
      this.#events.ask(this);
    }
  }

  /** An event came. */
  take(event: object): void {
    this.#answer(event, this.#give);
  }

  /** There are no more events. */
  end(failure?: { readonly cause: unknown }): void {
    this.#hasEnded = true;
    this.#free?.();
    const taker = this.#taker;
    this.#taker = null;
    if (failure) taker?.take(this.#failed(failure.cause));
    else taker?.end();
  }

  leave(): void {
    this.#hasEnded = true;
    this.#events.leave();
    this.end();
  }

  readonly #give = (answer: Finished): void => {
    if (answer.isSilent && !this.#hasEnded) {
      this.#events.ask(this);
      return;
    }
    const taker = this.#taker;
    this.#taker = null;
    if (answer.isLast && !this.#hasEnded) this.leave();
    taker?.take(answer);
  };
}

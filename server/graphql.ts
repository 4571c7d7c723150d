import type { ServerResponse } from 'node:http';
import {
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidatedExecutionArgs,
  validate,
} from 'graphql';
import { createYoga, type FetchAPI, type Plugin } from 'graphql-yoga';
import type { Viewer } from '../resolvers/viewer.ts';
import { bounded, refusal } from './cost.ts';
import { lift, limited, withinTime } from './deadline.ts';
import { masked } from './errors.ts';
import { createExecutor, executorPlugin } from './executor.ts';
import { deepVariables, limitError, limitRule, parseWithin } from './limits.ts';
import { type Asked, createLive, type OpenStream, Stream } from './live.ts';
import type { Options } from './options.ts';
import type { Params, Persisted } from './persisted.ts';
import { type Places, Room } from './places.ts';
import { EventStream, onlyAnswer, sseHeaders, type Welcome } from './sse.ts';
import { audienceOf } from './viewer.ts';

/** Who is asking, as far as an operation may know. */
export interface Caller {
  readonly viewer: Viewer;
  /** Where it is. */
  readonly from: string;
  /** Aborts when the client has gone away. */
  readonly signal: AbortSignal;
}

export type ContextOf = (caller: Caller) => object;

/** What is known of an operation besides its text: over HTTP the first four, over a WebSocket the last. */
interface Around {
  readonly request?: Request;
  readonly res?: ServerResponse;
  readonly viewer?: Viewer;
  readonly from?: string;
  /** Whether the viewer still may ask. */
  readonly welcome?: Welcome;
  /** Called once the operation is one that stays, and is counted otherwise. */
  readonly leave?: () => void;
  readonly caller?: Caller;
}

export interface GraphqlParts {
  readonly schema: GraphQLSchema;
  readonly context: ContextOf;
  readonly options: Options;
  readonly places: Places;
  readonly persisted: Persisted;
  /** Between two comments of an event stream. */
  readonly pauseMs: number;
}

const NEVER = new AbortController().signal;

export interface Graphql {
  readonly yoga: ReturnType<typeof createYoga<Around>>;
  readonly open: (caller: Caller, asked: Operation) => ReturnType<OpenStream>;
  readonly persisted: Persisted;
  readonly mask: (error: unknown) => GraphQLError;
}

/** Yoga, with every default that is wrong for a host's inner life set right. */
export function createGraphql({ schema, context, options, places, pauseMs, persisted }: GraphqlParts): Graphql {
  const tooDeep = (variables: unknown) => deepVariables(variables, options);
  const executor = withinTime(createExecutor(undefined, bounded(options), tooDeep), options);
  const room = new Room(options);
  const refuse = (args: ValidatedExecutionArgs) => refusal(args, options);
  const { noIntrospection: hideSuggestions } = options;
  const live = createLive({ schema, mask: masked, hideSuggestions, run: executor.run, refuse, room });
  const callerIn = ({ caller, request, viewer, from }: Around): Caller =>
    caller ?? { viewer: viewer!, from: from!, signal: request!.signal };
  // What is run for many goes on when one of them goes away.
  const open: Graphql['open'] = async (caller, asked) => {
    const refused = room.refusal ?? tooDeep(asked.variableValues);
    if (refused) return [refused];
    const audience = audienceOf(caller.viewer);
    return live({ ...asked, context: () => context({ ...caller, signal: NEVER }), audience });
  };
  const limitedCaller = (around: Around): Caller => {
    const caller = callerIn(around);
    return { ...caller, signal: limited(caller.signal, options) };
  };
  const yoga = createYoga<Around>({
    schema,
    context: (around) => context(limitedCaller(around)),
    graphqlEndpoint: '/graphql',
    // Refusals have to be read too, and are not yoga's.
    cors: false,
    multipart: false,
    batching: false,
    landingPage: false,
    graphiql: false,
    // Errors are logged once, with their id, where they are masked.
    logging: false,
    // It would lead every body through three streams.
    maxRequestBodySize: false,
    maskedErrors: { maskError: masked },
    plugins: [
      requestPlugin(options),
      persistedPlugin(persisted),
      documentPlugin(options),
      executorPlugin(executor),
      eventPlugin((around, asked) => open(callerIn(around), asked), places, pauseMs),
    ],
  });
  return { yoga, open, mask: masked, persisted };
}

const clientError = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });

/**
 * Yoga answers an unknown type of body with nothing at all, and calls bad JSON in a query string its own fault. Of what
 * was told to be too long nothing is read, and Node drops it; nor lets it a body be longer than it was told to be.
 */
const requestPlugin = (options: Options): Plugin => ({
  onRequestParse({ request, requestParser: parser, setRequestParser, fetchAPI }) {
    if (!parser && request.method === 'POST') throw clientError(415, 'POST the operation as application/json.');
    if (!parser) return;
    const length = request.headers.get('content-length');
    if (Number(length) > options.maxBody) throw tooLarge(options);
    setRequestParser(async (asked) => {
      try {
        return await parser(length === null ? counted(asked, options, fetchAPI) : asked);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw clientError(400, 'The variables or extensions are not JSON.');
      }
    });
  },
});

/** A body without a length is cut where it passes the limit, and the rest of it would block its connection. */
function counted(request: Request, options: Options, { Request, TransformStream }: FetchAPI): Request {
  const { url, method, headers, signal, body } = request;
  if (!body) return request;
  let size = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > options.maxBody) controller.error(tooLarge(options, { connection: 'close' }));
      else controller.enqueue(chunk);
    },
  });
  const made = { method, headers, signal, body: body.pipeThrough(counter), duplex: 'half' };
  return new Request(url, made);
}

function tooLarge(options: Options, headers: Record<string, string> = {}): GraphQLError {
  const { message, extensions } = limitError('maxBody', options, 'The body of this request has too many bytes');
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 413, headers } } });
}

const check = (text: string | null | GraphQLError): string | null => {
  if (text instanceof GraphQLError) throw text;
  return text;
};

/** An operation by its id becomes its text before anything looks at it. */
const persistedPlugin = ({ textOf }: Persisted): Plugin => ({
  onParams({ params, setParams }) {
    if (params.query) return void check(textOf(params));
    const { id, documentId, ...rest } = params as Params;
    const text = check(textOf(params as Params));
    // Yoga knows no ids.
    if (text !== null) setParams({ ...rest, query: text } as typeof params);
  },
});

const NO_STREAM = clientError(
  406,
  'A subscription is answered over a WebSocket, or as events to a request that accepts text/event-stream.',
);

const takesOnlyEvents = ({ headers }: Request): boolean =>
  /^text\/event-stream[^,]*$/i.test(headers.get('accept') ?? '');

type Operation = Pick<Asked, 'document' | 'operationName' | 'variableValues'>;

type OpenFor = (around: Around, asked: Operation) => ReturnType<OpenStream>;

/** Subscriptions over HTTP: yoga would run each for itself, and does not notice a reader that has gone. */
function eventPlugin(open: OpenFor, places: Places, pauseMs: number): Plugin<Around> {
  return {
    onSubscribe({ args, setSubscribeFn }) {
      setSubscribeFn(async () => {
        const accepts = args.contextValue.request?.headers.get('accept') ?? '*/*';
        const refusal = /text\/event-stream|\*\/\*/i.test(accepts) ? places.makeRoom() : NO_STREAM;
        if (refusal) return { errors: [refusal] };
        lift(args.contextValue as { signal?: AbortSignal });
        const opened = await open(args.contextValue, args);
        if (Array.isArray(opened)) return { errors: opened };
        // While it was opened others may have come.
        const late = places.makeRoom();
        if (late) return { errors: [late] };
        args.contextValue.leave?.();
        // Not an iterable: yoga would wrap it, and hand over each answer by several promises.
        return opened as object;
      });
    },
    onResultProcess({ request, result, resultProcessor, setResultProcessor, serverContext }) {
      if (!resultProcessor) return;
      if (result instanceof Stream) {
        setResultProcessor((_, { Response }) => {
          const { res, welcome } = serverContext as Around;
          const body = new EventStream(result, res!, places, pauseMs, welcome);
          return new Response(body as unknown as BodyInit, { headers: sseHeaders() });
        }, 'text/event-stream');
      } else if (takesOnlyEvents(request)) {
        setResultProcessor((_, { Response }) => {
          return new Response(onlyAnswer(JSON.stringify(result)), { headers: sseHeaders() });
        }, 'text/event-stream');
      }
    },
  };
}

/**
 * The limits are checked first and alone, because the other rules cost more the larger the document is. With
 * introspection off, neither a validation error nor a bad variable may suggest the names it did not find.
 */
function documentPlugin(options: Options): Plugin {
  const rule = limitRule(options);
  const hideSuggestions = options.noIntrospection;
  return {
    onParse({ setParseFn }) {
      setParseFn((source, parseOptions) => parseWithin(options, source, parseOptions));
    },
    onValidate({ addValidationRule, setValidationFn }) {
      if (options.noIntrospection) addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules) => {
        const excess = validate(schema, document, [rule]);
        return excess.length > 0 ? excess : validate(schema, document, rules, { hideSuggestions });
      });
    },
    onExecute({ args }) {
      Object.assign(args, { hideSuggestions });
    },
  };
}

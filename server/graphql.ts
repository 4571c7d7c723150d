import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidatedExecutionArgs,
  validate,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { lasting } from '../native/index.ts';
import type { Viewer } from '../resolvers/viewer.ts';
import { bounded, refusal } from './cost.ts';
import { lift, limited, withinTime } from './deadline.ts';
import { masked } from './errors.ts';
import { exchange, type Reply } from './exchange.ts';
import { createExecutor, executorPlugin } from './executor.ts';
import { deepVariables, limitRule, parseWithin } from './limits.ts';
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
  /** Why its body is not taken. */
  readonly excess?: GraphQLError | null;
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

const NEVER = lasting();

export interface Graphql {
  readonly yoga: ReturnType<typeof createYoga<Around>>;
  /** Answers a request. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, around: Around) => Promise<void>;
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
    // It is bounded where it is read.
    maxRequestBodySize: false,
    maskedErrors: { maskError: masked },
    plugins: [
      requestPlugin,
      persistedPlugin(persisted),
      documentPlugin(options),
      executorPlugin(executor),
      eventPlugin((around, asked) => open(callerIn(around), asked), places, pauseMs),
    ],
  });
  const { Request } = yoga.fetchAPI;
  // In two parts, which its types do not tell of: a context by itself would be inherited from, and slow to look into.
  const handle = yoga.handleRequest as (request: Request, ...parts: Partial<Around>[]) => Reply | Promise<Reply>;
  const serve: Graphql['serve'] = (request, response, around) => {
    const answer = async (asked: Request, excess: GraphQLError | null): Promise<Reply> =>
      handle(asked, around, { res: response, excess });
    return exchange(request, response, { Request, answer, options });
  };
  return { yoga, serve, open, mask: masked, persisted };
}

const clientError = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });

/** Yoga answers an unknown type of body with nothing at all, and calls bad JSON in a query string its own fault. */
const requestPlugin: Plugin<Around> = {
  onRequestParse({ request, requestParser: parser, setRequestParser, serverContext }) {
    const { excess } = serverContext as Around;
    if (excess) throw excess;
    if (!parser && request.method === 'POST') throw clientError(415, 'POST the operation as application/json.');
    if (!parser) return;
    setRequestParser(async (asked) => {
      try {
        return await parser(asked);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw clientError(400, 'The variables or extensions are not JSON.');
      }
    });
  },
};

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
          const events = new EventStream(result, res!, places, pauseMs, welcome);
          return Object.assign(new Response(null, { headers: sseHeaders() }), { events }) satisfies Reply;
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

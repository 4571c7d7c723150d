import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { masked } from './errors.ts';
import { createExecutor, executorPlugin } from './executor.ts';
import { CSRF_HEADER } from './guard.ts';
import { limitRule, parseWithin } from './limits.ts';
import type { Options } from './options.ts';

/** Who is asking, as far as an operation may know. */
export interface Caller {
  readonly authorization?: string;
  /** Aborts when the client has gone away. */
  readonly signal: AbortSignal;
}

export type ContextOf = (caller: Caller) => object;

/** Yoga, with every default that is wrong for a host's inner life set right. */
export function createGraphql(schema: GraphQLSchema, context: ContextOf, options: Options) {
  return createYoga({
    schema,
    context: ({ request }) => context(callerOf(request)),
    graphqlEndpoint: '/graphql',
    cors: corsFor(options.allowOrigin),
    multipart: false,
    batching: false,
    landingPage: false,
    graphiql: false,
    // Errors are logged once, with their id, where they are masked.
    logging: false,
    maxRequestBodySize: options.maxBody,
    maskedErrors: { maskError: (error) => masked(error, options) },
    plugins: [requestPlugin, documentPlugin(options), executorPlugin(createExecutor())],
  });
}

function callerOf({ headers, signal }: Request): Caller {
  const authorization = headers.get('authorization');
  return { signal, ...(authorization === null ? {} : { authorization }) };
}

/** A browser keeps the answer from the page it let ask, unless the answer names that page's origin. */
const corsFor = (origins: readonly string[]) =>
  origins.length === 0
    ? (false as const)
    : {
        origin: origins.map((origin) => origin.toLowerCase()),
        methods: ['GET', 'POST'],
        allowedHeaders: ['content-type', 'authorization', CSRF_HEADER],
        credentials: false,
      };

const clientError = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });

/** Yoga answers an unknown type of body with nothing at all, and calls bad JSON in a query string its own fault. */
const requestPlugin: Plugin = {
  onRequestParse({ request, requestParser: parser, setRequestParser }) {
    if (!parser && request.method === 'POST') throw clientError(415, 'POST the operation as application/json.');
    if (!parser) return;
    setRequestParser(async (asked) => {
      try {
        return await parser(asked);
      } catch (error) {
        throw unreadable(error);
      }
    });
  },
};

/**
 * A body without a length is cut where it passes the limit, and the rest of it would block its connection. Where the
 * length was told, nothing was read, and Node drops the rest.
 */
function unreadable(error: unknown): unknown {
  if (error instanceof SyntaxError) return clientError(400, 'The variables or extensions are not JSON.');
  if (!(error instanceof GraphQLError && error.extensions.code === 'REQUEST_ENTITY_TOO_LARGE')) return error;
  const http = { status: 413, headers: { connection: 'close' } };
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http } });
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

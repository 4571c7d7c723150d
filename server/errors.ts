import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { CancelledError } from '../native/index.ts';
import { TooSlowError } from '../subscriptions/gather.ts';
import { log } from './log.ts';

/** What a client may see of an error: what was said to it on purpose; of anything else, an id to ask the log about. */
export function masked(error: unknown): GraphQLError {
  if (error instanceof TooSlowError) return new GraphQLError(error.message, { extensions: { code: 'TOO_SLOW' } });
  if (!(error instanceof GraphQLError)) return hidden(error);
  const cause = rootCause(error);
  if (cause instanceof CancelledError) return new GraphQLError(cause.message, { extensions: { code: 'CANCELLED' } });
  return cause instanceof GraphQLError ? error : hidden(cause, error);
}

/** GraphQL wraps what a resolver throws, and a schema that delegates may wrap it twice. */
function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootCause(error.originalError) : error;
}

function hidden(cause: unknown, where?: GraphQLError): GraphQLError {
  const id = randomUUID();
  const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  log('error', 'internal error', { id, path: where?.path?.join('.'), error: why });
  return new GraphQLError('Something went wrong in the gateway. Its log has the details under the id of this error.', {
    nodes: where?.nodes,
    path: where?.path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id, ...(where ? {} : { http: { status: 500 } }) },
  });
}

/** What an error says to HTTP means nothing to a client that is sent it by other ways. */
export function plain({ message, nodes, path, extensions: { http: _, ...extensions } }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes, path, extensions });
}

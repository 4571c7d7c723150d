import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createGraphiql, wantsPage } from './graphiql.ts';
import { type ContextOf, createGraphql } from './graphql.ts';
import { type Refusal, refuseForgery, refuseHost, refuseOrigin } from './guard.ts';
import { listen } from './listen.ts';
import type { Options } from './options.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

export interface Parts {
  readonly schema: GraphQLSchema;
  /** Called once an operation. */
  readonly context: ContextOf;
  readonly options: Options;
  /** How long close() lets requests in flight go on. */
  readonly graceMs?: number;
}

export async function startGateway({ schema, context, options, graceMs = 10_000 }: Parts): Promise<Gateway> {
  const graphql = createGraphql(schema, context, options);
  const graphiql = createGraphiql(schema);
  const server = createServer((request, response) => {
    const refusal = refuseHost(request, options) ?? refuseOrigin(request, options) ?? route(request, response);
    if (refusal) refuse(response, refusal);
  });

  /** Answers the request, or tells why not. Only a path that is exactly ours reaches yoga, which trusts its URL. */
  function route(request: IncomingMessage, response: ServerResponse): Refusal | undefined {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') return health(request, response);
    if (path !== '/graphql') return NOT_FOUND;
    if (wantsPage(request)) return void graphiql(request, response);
    const refusal = refuseForgery(request);
    if (!refusal) graphql(request, response);
    return refusal;
  }

  const settled = watchRequests(server);
  const url = await listen(server, options);
  return {
    url,
    async close() {
      await stop(server, settled, graceMs);
      await graphql.dispose();
    },
  };
}

const NOT_FOUND: Refusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing here. The graph is at /graphql, and /healthz tells whether the gateway is up.',
};

function health({ method }: IncomingMessage, response: ServerResponse): Refusal | undefined {
  if (method === 'GET' || method === 'HEAD') return void sendJson(response, 200, { status: 'ok' });
  return { status: 405, code: 'METHOD_NOT_ALLOWED', message: '/healthz answers to GET and HEAD.' };
}

/** Refusals have the shape of a GraphQL error, so that a client needs to know only one. */
function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** Returns what waits until no request is in flight, and lets no connection be kept for another one. */
function watchRequests(server: Server): () => Promise<void> {
  const inFlight = new Set<ServerResponse>();
  let wake: (() => void) | undefined;
  server.on('request', (_request, response: ServerResponse) => {
    inFlight.add(response);
    response.shouldKeepAlive &&= server.listening;
    response.once('close', () => {
      inFlight.delete(response);
      if (inFlight.size === 0) wake?.();
    });
  });
  return () =>
    new Promise((resolve) => {
      for (const response of inFlight) response.shouldKeepAlive = false;
      wake = resolve;
      if (inFlight.size === 0) wake();
    });
}

/**
 * Node waits for every open connection, and counts as busy one that has sent nothing yet: once the requests in flight
 * have ended, or have had their time, what is still open goes.
 */
async function stop(server: Server, settled: () => Promise<void>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([settled(), patience]);
  clearTimeout(timer);
  server.closeAllConnections();
  await closed;
}

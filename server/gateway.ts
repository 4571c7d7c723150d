import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../resolvers/viewer.ts';
import { createGraphiql, wantsPage } from './graphiql.ts';
import { type ContextOf, createGraphql } from './graphql.ts';
import { isForwarded, type Refusal, refuseForgery, refuseHost, refuseOrigin, refuseTokenInUrl } from './guard.ts';
import { listen } from './listen.ts';
import type { Options } from './options.ts';
import { Places } from './places.ts';
import { createSockets } from './socket.ts';
import { type Admit, type Credential, createAdmission, isRefusal } from './viewer.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

export interface Parts {
  readonly schema: GraphQLSchema;
  /** Called once an operation, and once an event of a stream. */
  readonly context: ContextOf;
  /** Whose tokens are good; without any, there is only what needs none. */
  readonly credentials?: readonly Credential[];
  readonly options: Options;
  readonly patience?: Partial<Patience>;
}

/** How long what may hang is waited for, in milliseconds. */
export interface Patience {
  /** For requests in flight, and for clients to leave, once the gateway closes. */
  readonly grace: number;
  /** For the greeting of a WebSocket. */
  readonly init: number;
  /** Between two signs of life on a connection that stays. */
  readonly pause: number;
}

const PATIENCE: Patience = { grace: 10_000, init: 10_000, pause: 20_000 };

export async function startGateway({ options, credentials = [], patience: some, ...parts }: Parts): Promise<Gateway> {
  const patience = { ...PATIENCE, ...some };
  const places = new Places(options);
  const admit = createAdmission(credentials, options);
  const graphql = createGraphql({ ...parts, options, places, pauseMs: patience.pause });
  const sockets = createSockets({ graphql, options, admit, places, patience });
  const graphiql = createGraphiql(parts.schema);
  const server = createServer((request, response) => {
    const refusal = refuseStranger(request, options) ?? route(request, response);
    if (refusal) refuse(response, refusal);
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuseStranger(request, options) ?? (pathOf(request) === '/graphql' ? undefined : NOT_FOUND);
    sockets.upgrade(request, socket, head, refusal);
  });

  /** Answers the request, or tells why not. Only a path that is exactly ours reaches yoga, which trusts its URL. */
  function route(request: IncomingMessage, response: ServerResponse): Refusal | undefined {
    const path = pathOf(request);
    if (path === '/healthz') return health(request, response);
    if (path !== '/graphql') return NOT_FOUND;
    if (wantsPage(request)) return void graphiql(request, response);
    const refusal = refuseForgery(request);
    if (refusal) return refusal;
    const viewer = viewerOf(request, admit);
    if (isRefusal(viewer)) return viewer;
    graphql.yoga(request, response, { viewer });
  }

  const settled = watchRequests(server);
  const url = await listen(server, options);
  return {
    url,
    async close() {
      await stop(server, places, settled, patience.grace);
      await graphql.yoga.dispose();
    },
  };
}

const refuseStranger = (request: IncomingMessage, options: Options): Refusal | undefined =>
  refuseHost(request, options) ?? refuseOrigin(request, options) ?? refuseTokenInUrl(request);

/** A browser that asks whether it may ask never says who it is, and gets no more than that answer. */
function viewerOf(request: IncomingMessage, admit: Admit): Viewer | Refusal {
  if (request.method === 'OPTIONS') return { name: 'nobody', scopes: [] };
  return admit({ authorization: request.headers.authorization, isForwarded: isForwarded(request) });
}

const pathOf = ({ url }: IncomingMessage): string | undefined => url?.split('?', 1)[0];

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
function refuse(response: ServerResponse, { status, code, message, headers }: Refusal): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] }, headers);
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Refusal['headers'] = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
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
 * have ended and those who stay have left, or have had their time, what is still open goes.
 */
async function stop(server: Server, places: Places, settled: () => Promise<void>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  const left = places.close();
  await Promise.race([Promise.all([left, settled()]), patience]);
  clearTimeout(timer);
  places.destroy();
  server.closeAllConnections();
  await Promise.all([closed, left]);
}

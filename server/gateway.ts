import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { Clients, Tries } from './clients.ts';
import { loadCompiler } from './compile.ts';
import { corsHeaders, PREFLIGHT_HEADERS } from './cors.ts';
import { createGraphiql, wantsPage } from './graphiql.ts';
import { type ContextOf, createGraphql, type Graphql } from './graphql.ts';
import { isForwarded, type Refusal, refuseForgery, refuseHost, refuseOrigin, refuseTokenInUrl } from './guard.ts';
import { fixedKeyring, type Keyring } from './keyring.ts';
import { listen } from './listen.ts';
import { log } from './log.ts';
import { flagOf, isExplored, type Options } from './options.ts';
import { openManifest } from './persisted.ts';
import { Places } from './places.ts';
import { recheck } from './protocol.ts';
import { createSockets } from './socket.ts';
import { clientOf, createAdmission, isRefusal, placeOf } from './viewer.ts';
import { createWebServer, logRequests, pathOf, refuse, sendJson, stay, wantsSocket } from './web.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

export interface Parts {
  readonly schema: GraphQLSchema;
  /** Called once an operation, and once an event of a stream. */
  readonly context: ContextOf;
  /** Whose tokens are good; without it, there is only what needs none. */
  readonly keyring?: Keyring;
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
  /** Between two looks at files that may be replaced. */
  readonly look: number;
  /** At most, for who was not known and tries again. */
  readonly slow: number;
}

const PATIENCE: Patience = { grace: 10_000, init: 10_000, pause: 20_000, look: 1000, slow: 2000 };

export async function startGateway({
  options: given,
  keyring = fixedKeyring([]),
  patience: some,
  ...parts
}: Parts): Promise<Gateway> {
  const patience = { ...PATIENCE, ...some };
  const options = { ...given, noIntrospection: given.noIntrospection || !isExplored(given) };
  const places = new Places(options);
  const clients = new Clients(options);
  const persisted = openManifest(options);
  const admit = createAdmission(keyring, options);
  keyring.onChange(() => places.recheck());
  const turnAway = slowly(new Tries(patience.slow));
  const graphql = createGraphql({ ...parts, options, places, persisted, pauseMs: patience.pause });
  const sockets = createSockets({ graphql, options, admit, places, patience, clients, turnAway });
  const graphiql = createGraphiql(parts.schema);
  const { server, unwatch } = createWebServer(options, patience.look, async (request, response) => {
    for (const [name, value] of Object.entries(corsHeaders(request, options))) response.setHeader(name, value);
    const refusal = refuseStranger(request, options) ?? (await route(request, response).catch(faultOf(graphql)));
    if (!refusal) return;
    await turnAway(request, refusal);
    if (!response.headersSent) refuse(response, refusal);
  });
  if (options.logRequests) logRequests(server, log);
  server.on('upgrade', (request, socket, head) => {
    if (!wantsSocket(request)) return stay(server, request, socket, head);
    const refusal = refuseStranger(request, options) ?? (pathOf(request) === '/graphql' ? undefined : NOT_FOUND);
    void sockets.upgrade(request, socket, head, refusal);
  });

  /** Answers the request, or tells why not. Only a path that is exactly ours reaches yoga, which trusts its URL. */
  async function route(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const path = pathOf(request);
    if (path === '/healthz') return health(request, response);
    if (path !== '/graphql') return NOT_FOUND;
    if (request.method === 'OPTIONS') return preflight(response);
    if (wantsPage(request)) return isExplored(options) ? graphiql(request, response) : NO_PAGE;
    const refusal = refuseForgery(request);
    if (refusal) return refusal;
    const claim = { authorization: request.headers.authorization, isForwarded: isForwarded(request) };
    const admitted = await admit(claim);
    if (isRefusal(admitted)) return admitted;
    const { viewer, expires } = admitted;
    const leave = clients.enter(clientOf(viewer, request));
    if (leave instanceof GraphQLError) return tooMuch(leave);
    if (response.closed) return void leave();
    response.once('close', leave);
    const stands = async () => !(await recheck(claim, admitted, admit));
    const caller = { viewer, from: placeOf(request), welcome: { expires, stands }, leave };
    return void (await graphql.serve(request, response, caller));
  }

  const settled = watchRequests(server);
  const url = await listen(server, options).catch((error) => {
    unwatch();
    throw error;
  });
  void loadCompiler();
  return {
    url,
    async close() {
      unwatch();
      await stop(server, places, settled, patience.grace);
      await graphql.yoga.dispose();
    },
  };
}

/** Waits before somebody who was not known is told so, and says in the log that there was somebody. */
const slowly =
  (tries: Tries) =>
  async (request: IncomingMessage, { status, code }: Refusal): Promise<void> => {
    if (status !== 401) return;
    const client = request.socket.remoteAddress ?? 'a Unix socket';
    const waits = tries.fail(client);
    log('warn', 'not let in', { client, code, waits });
    if (waits > 0) await new Promise((resolve) => setTimeout(resolve, waits));
  };

/** What nobody foresaw is told like what goes wrong in an operation: by an id, under which the log has it. */
const faultOf =
  ({ mask }: Graphql) =>
  (error: unknown): Refusal => {
    const { message, extensions } = mask(error);
    return { status: 500, code: String(extensions.code), message: `${message} (${extensions.id})` };
  };

const tooMuch = ({ message, extensions }: GraphQLError): Refusal => ({
  status: 429,
  code: String(extensions.code),
  message,
  headers: { 'retry-after': '1' },
});

const refuseStranger = (request: IncomingMessage, options: Options): Refusal | undefined =>
  refuseHost(request, options) ?? refuseOrigin(request, options) ?? refuseTokenInUrl(request);

/** A browser that asks whether a page may ask never says who it is, and gets no more than that answer. */
function preflight(response: ServerResponse): Refusal | undefined {
  if (!response.hasHeader('access-control-allow-origin')) return NO_OPTIONS;
  return void response.writeHead(204, PREFLIGHT_HEADERS).end();
}

const NO_OPTIONS: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: `/graphql answers to GET and POST, and pages of no other origin may ask. See ${flagOf('allowOrigin')}.`,
  headers: { allow: 'GET, POST' },
};

const NOT_FOUND: Refusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing here. The graph is at /graphql, and /healthz tells whether the gateway is up.',
};

const NO_PAGE: Refusal = {
  status: 404,
  code: 'NOT_FOUND',
  message: `GraphiQL is for who is at this machine. ${flagOf('explore')} serves it to others too.`,
};

function health({ method }: IncomingMessage, response: ServerResponse): Refusal | undefined {
  if (method === 'GET' || method === 'HEAD') return void sendJson(response, 200, { status: 'ok' });
  return { status: 405, code: 'METHOD_NOT_ALLOWED', message: '/healthz answers to GET and HEAD.' };
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

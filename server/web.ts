// The web server: what every connection and every answer has, whatever is asked.
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Refusal } from './guard.ts';
import { type Log, log } from './log.ts';
import { flagOf, isSecure, type Options } from './options.ts';
import { watchPair } from './tls.ts';

/** Between two looks at nothing, at most. */
const IDLE = 5000;

/** With TLS if there is a certificate, which is followed as it is replaced. */
export function createWebServer(options: Options, lookMs: number, listener: RequestListener) {
  const limits = {
    headersTimeout: options.maxHeadersMs,
    requestTimeout: Math.max(options.maxRequestMs, options.maxHeadersMs),
    // Whether somebody is slow is looked at whether or not somebody is there.
    connectionsCheckingInterval: Math.min(IDLE, options.maxHeadersMs),
    shouldUpgradeCallback: wantsSocket,
  };
  const answer: RequestListener = (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (isSecure(options)) response.setHeader('strict-transport-security', 'max-age=31536000');
    response.setHeader('x-request-id', randomUUID());
    listener(request, response);
  };
  if (!isSecure(options)) return { server: bounded(createServer(limits, answer), options), unwatch: () => undefined };
  const { first, stop } = watchPair(options, lookMs, log, (pair) => server.setSecureContext(pair));
  const tls = { ...first, minVersion: 'TLSv1.2', handshakeTimeout: options.maxHeadersMs } as const;
  const server = createSecureServer({ ...limits, ...tls }, answer);
  return { server: bounded(server, options), unwatch: stop };
}

/** On every answer; GraphiQL has a policy of its own. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const SECOND = 1000;

/** Connections past the limit are closed as they come, and that is told once a second at most. */
function bounded<Of extends Server>(server: Of, options: Options): Of {
  let told = -Infinity;
  let dropped = 0;
  server.maxConnections = options.maxSockets;
  server.on('drop', () => {
    dropped++;
    if (performance.now() - told < SECOND) return;
    log('warn', `connections closed: ${flagOf('maxSockets')} allows no more`, { dropped });
    told = performance.now();
    dropped = 0;
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    socket.on('error', () => undefined);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    refuseRaw(socket, wrongRequest(error.code, options));
  });
  return server;
}

function wrongRequest(code: string | undefined, { maxHeadersMs, maxRequestMs }: Options): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      code: 'REQUEST_TIMEOUT',
      message:
        `This request came too slowly: its head must come within ${maxHeadersMs} milliseconds ` +
        `(${flagOf('maxHeadersMs')}), and all of it within ${maxRequestMs} (${flagOf('maxRequestMs')}).`,
    };
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, code: 'HEADERS_TOO_LARGE', message: 'The head of this request has more than 16 KiB.' };
  return { status: 400, code: 'BAD_REQUEST', message: 'This is no request that HTTP knows.' };
}

const bodyOf = ({ message, code }: Refusal): string => JSON.stringify({ errors: [{ message, extensions: { code } }] });

/** Where there is no response to write to. Refusals have the shape that they have elsewhere. */
export function refuseRaw(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    ...Object.entries({ ...HEADERS, ...refusal.headers }).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

export const wantsSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Some clients offer HTTP/2 with the first request of a connection, and take no for an answer. Node before 22.21 hands
 * over the whole connection all the same: it is given back, with that request as it was without its offer.
 */
export function stay(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  const lines = names.flatMap((name, at) => (OFFERS.test(name) ? [] : `${name}: ${rawHeaders[2 * at + 1]}`));
  const asked = [`${method} ${url} HTTP/${httpVersion}`, ...lines, '', ''].join('\r\n');
  socket.unshift(Buffer.concat([Buffer.from(asked, 'latin1'), head]));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

const OFFERS = /^(upgrade|http2-settings)$/i;

/** Refusals have the shape of a GraphQL error, so that a client needs to know only one. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  sendText(response, refusal.status, bodyOf(refusal), refusal.headers);
}

export const sendJson = (response: ServerResponse, status: number, body: object): void =>
  sendText(response, status, JSON.stringify(body));

function sendText(response: ServerResponse, status: number, text: string, headers: Refusal['headers'] = {}): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

export const pathOf = ({ url }: IncomingMessage): string | undefined => url?.split('?', 1)[0];

/** A line for each request, without what stands behind the ?, and without any header. */
export function logRequests(server: Server, write: Log): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const start = performance.now();
    response.once('close', () => {
      write('info', 'request', {
        id: response.getHeader('x-request-id'),
        client: request.socket.remoteAddress,
        method: request.method,
        path: pathOf(request),
        status: response.statusCode,
        isWhole: response.writableFinished,
        ms: Math.round((performance.now() - start) * 10) / 10,
      });
    });
  });
}

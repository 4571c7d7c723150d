// GraphQL over WebSockets, in the protocol graphql-transport-ws, at the same port and path as over HTTP.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clients } from './clients.ts';
import { textFrame } from './frame.ts';
import type { Graphql } from './graphql.ts';
import { isForwarded, type Refusal } from './guard.ts';
import type { Options } from './options.ts';
import type { Guest, Places } from './places.ts';
import { type Extra, greet, type Prepared, prepare, recheck } from './protocol.ts';
import { type Admit, isRefusal } from './viewer.ts';
import { refuseRaw } from './web.ts';

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** To say who it is. */
  readonly init: number;
  /** To show that it is still there. */
  readonly pause: number;
}

export interface SocketParts {
  readonly graphql: Graphql;
  readonly options: Options;
  readonly admit: Admit;
  readonly places: Places;
  readonly patience: Patience;
  readonly clients: Clients;
  /** Waits as long as who was not known has to. */
  readonly turnAway: (request: IncomingMessage, refusal: Refusal) => Promise<void>;
}

/** Says to a client that it may connect anew. */
const TRY_AGAIN_LATER = 1013;

/** Bytes that may wait for a client that asks and does not read. */
const BACKLOG = 1_000_000;

export function createSockets({ graphql, options, admit, places, patience, clients, turnAway }: SocketParts) {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxBody,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols,
  });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: patience.init,
    onConnect: async (connection) => {
      const isKnown = greet(connection, admit);
      if (!isKnown) await turnAway(connection.extra.request, connection.extra.refusal!);
      return isKnown;
    },
    onSubscribe: (connection, id, payload) => prepare(graphql, options, connection, id, payload),
    execute: (args) => (args as Prepared).answer(),
    subscribe: (args) => (args as Prepared).answer(),
  });

  function accept(socket: WebSocket, request: IncomingMessage, wire: Duplex): void {
    const send = (text: string) => new Promise<void>((resolve) => socket.send(text, () => resolve()));
    const deliver = deliverer(socket, wire);
    const extra: Extra = { request, deliver, gone: new AbortController(), running: 0, clients };
    const free = places.take(guestOf(socket, extra, admit));
    // What goes wrong with a connection ends it, and ws says so with the right code.
    socket.on('error', () => undefined);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        // Who was turned away may have asked for something already, and that is not what closes it.
        close: (code, reason) =>
          extra.refusal ? socket.close(CloseCode.Forbidden, reasonOf(extra.refusal)) : socket.close(code, reason),
        onMessage: (receive) => socket.on('message', (data) => take(socket, receive(String(data)), graphql.mask)),
      },
      extra,
    );
    // What it watches ends at once, though it may be long until it has read why.
    const end = (code: number, reason: string) => {
      extra.gone.abort();
      void closed(code, reason);
    };
    const rest = keepAlive(socket, patience.pause, () => {
      const reason = wire.writableLength > 0 ? 'What it is sent is not read' : 'It does not answer to pings';
      socket.close(TRY_AGAIN_LATER, reason);
      end(TRY_AGAIN_LATER, reason);
    });
    socket.once('close', (code, reason) => {
      rest();
      free();
      end(code, String(reason));
    });
  }

  return {
    /** Makes a WebSocket of a connection, unless there is a reason against it. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, refusal: Refusal | undefined): void {
      const refused = refusal ?? refuseHeader(request, admit) ?? refuseFull(places);
      // Whoever has to wait may go meanwhile.
      socket.on('error', () => undefined);
      if (refused) void turnAway(request, refused).then(() => refuseRaw(socket, refused));
      else server.handleUpgrade(request, socket, head, (opened) => accept(opened, request, socket));
    },
  };
}

const guestOf = (socket: WebSocket, extra: Extra, admit: Admit): Guest => ({
  leave: () => socket.close(1001, 'Going away'),
  destroy: () => socket.terminate(),
  recheck() {
    const refusal = extra.viewer && recheck(extra, admit);
    if (refusal) socket.close(CloseCode.Forbidden, reasonOf(refusal));
  },
});

/** Whoever says who it is in the request itself need not wait for the greeting to hear that it is wrong. */
function refuseHeader(request: IncomingMessage, admit: Admit): Refusal | undefined {
  const { authorization } = request.headers;
  const viewer = authorization === undefined ? undefined : admit({ authorization, isForwarded: isForwarded(request) });
  return viewer && isRefusal(viewer) ? viewer : undefined;
}

/** Past ws, which would write each message in two pieces. Without compression it holds none back itself. */
const deliverer =
  (socket: WebSocket, wire: Duplex): Extra['deliver'] =>
  (sent, ...parts) => {
    if (socket.readyState === socket.OPEN) wire.write(textFrame(...parts), sent);
  };

function refuseFull({ refusal }: Places): Refusal | undefined {
  return refusal && { status: 503, code: String(refusal.extensions.code), message: refusal.message };
}

/** The first sentence: there is room for 123 bytes. */
const reasonOf = ({ message }: Refusal): string => message.split(/(?<=\.) /, 1)[0]!;

/**
 * Asks now and then whether the client is still there: one that did not answer for a whole pause is given up, and cut
 * off after another one. A client that asks us, or anything, must read the answers.
 */
function keepAlive(socket: WebSocket, pauseMs: number, giveUp: () => void): () => void {
  let isThere = true;
  socket.on('pong', () => {
    isThere = true;
  });
  socket.on('ping', (data) => {
    if (!isOverrun(socket)) socket.pong(data);
  });
  const look = () => {
    const isOpen = socket.readyState === socket.OPEN;
    if (!isThere) return isOpen ? giveUp() : socket.terminate();
    isThere = false;
    if (isOpen) socket.ping();
  };
  // A gateway that was suspended first reads what came meanwhile.
  const timer = setInterval(() => setImmediate(look), pauseMs);
  return () => clearInterval(timer);
}

function isOverrun(socket: WebSocket): boolean {
  const isTooMuch = socket.bufferedAmount > BACKLOG;
  if (isTooMuch) socket.terminate();
  return isTooMuch;
}

async function take(socket: WebSocket, received: Promise<void>, mask: Graphql['mask']): Promise<void> {
  isOverrun(socket);
  try {
    await received;
  } catch (error) {
    // A type of message that only a server sends is the client's fault, and is told apart by its words alone.
    if (String(error).includes('Unexpected message of type')) socket.close(CloseCode.BadRequest, 'Unexpected message');
    else socket.close(CloseCode.InternalServerError, mask(error).message);
  }
}

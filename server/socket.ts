// GraphQL over WebSockets, in the protocol graphql-transport-ws, at the same port and path as over HTTP.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { alarmAt } from './alarm.ts';
import type { Clients } from './clients.ts';
import { textFrame } from './frame.ts';
import type { Graphql } from './graphql.ts';
import { isForwarded, type Refusal } from './guard.ts';
import type { Options } from './options.ts';
import type { Guest, Places } from './places.ts';
import { type Extra, greet, type Prepared, prepare, recheck } from './protocol.ts';
import { type Admit, type Admitted, isRefusal } from './viewer.ts';
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

export function createSockets(parts: SocketParts) {
  const { graphql, options, admit, places, patience, turnAway } = parts;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxBody,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols,
  });
  server.on('wsClientError', ({ message }, socket) => refuseRaw(socket, { ...NO_SOCKET, message: `${message}.` }));
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: patience.init,
    onConnect(connection) {
      const { extra } = connection;
      extra.greeting = greet(connection, admit).then(async (isKnown) => {
        if (isKnown) extra.stay(extra.admitted!);
        else await turnAway(extra.request, extra.refusal!);
        return isKnown;
      });
      return extra.greeting;
    },
    onSubscribe: (connection, id, payload) => prepare(graphql, options, connection, id, payload),
    execute: (args) => (args as Prepared).answer(),
    subscribe: (args) => (args as Prepared).answer(),
  });

  return {
    /** Makes a WebSocket of a connection, unless there is a reason against it. */
    async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, refusal: Refusal | undefined): Promise<void> {
      // Whoever has to wait may go meanwhile.
      socket.on('error', () => undefined);
      const refused = refusal ?? (await refuseHeader(request, admit)) ?? refuseFull(places);
      if (refused) return void turnAway(request, refused).then(() => refuseRaw(socket, refused));
      server.handleUpgrade(request, socket, head, (opened) => accept(opened, request, socket, protocol, parts));
    },
  };
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;

/** Takes in a WebSocket, for as long as both sides and who it is for allow. */
function accept(socket: WebSocket, request: IncomingMessage, wire: Duplex, protocol: Protocol, parts: SocketParts) {
  const { graphql, admit, places, patience, clients } = parts;
  let forget = (): void => undefined;
  const stay = ({ expires }: Admitted): void => {
    if (expires !== undefined && socket.readyState === socket.OPEN) forget = alarmAt(expires, () => guest.recheck());
  };
  const deliver = deliverer(socket, wire);
  const extra: Extra = { request, deliver, gone: new AbortController(), running: 0, clients, stay };
  const guest: Guest = {
    leave: () => socket.close(1001, 'Going away'),
    destroy: () => socket.terminate(),
    get isKnown() {
      return extra.admitted !== undefined;
    },
    async recheck() {
      const refusal = extra.admitted && (await recheck(extra.claim!, extra.admitted, admit));
      if (refusal) turnOut(CloseCode.Forbidden, reasonOf(refusal));
    },
  };
  const free = places.take(guest);
  // What goes wrong with a connection ends it, and ws says so with the right code.
  socket.on('error', () => undefined);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text: string) => new Promise<void>((resolve) => socket.send(text, () => resolve())),
      // Who is turned away may have asked for something already. That is not what closes it, nor does it hasten that.
      async close(code, reason) {
        await extra.greeting?.catch(() => undefined);
        if (extra.refusal) socket.close(CloseCode.Forbidden, reasonOf(extra.refusal));
        else socket.close(code, reason);
      },
      onMessage: (receive) => socket.on('message', (data) => take(socket, () => receive(String(data)), graphql.mask)),
    },
    extra,
  );
  const end = (code: number, reason: string) => {
    extra.gone.abort();
    void closed(code, reason);
  };
  // What it watches ends at once, though it may be long until it has read why.
  const turnOut = (code: number, reason: string) => {
    socket.close(code, reason);
    end(code, reason);
  };
  const rest = keepAlive(socket, patience.pause, () => {
    turnOut(TRY_AGAIN_LATER, wire.writableLength > 0 ? 'What it is sent is not read' : 'It does not answer to pings');
  });
  socket.once('close', (code, reason) => {
    rest();
    forget();
    free();
    end(code, String(reason));
  });
}

/** Whoever says who it is in the request itself need not wait for the greeting to hear that it is wrong. */
async function refuseHeader(request: IncomingMessage, admit: Admit): Promise<Refusal | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const admitted = await admit({ authorization, isForwarded: isForwarded(request) });
  return isRefusal(admitted) ? admitted : undefined;
}

/** Past ws, which would write each message in two pieces. Without compression it holds none back itself. */
const deliverer =
  (socket: WebSocket, wire: Duplex): Extra['deliver'] =>
  (sent, ...parts) => {
    if (socket.readyState === socket.OPEN) wire.write(textFrame(...parts), sent);
  };

const NO_SOCKET = { status: 400, code: 'BAD_REQUEST' };

function refuseFull(places: Places): Refusal | undefined {
  const refusal = places.makeRoom();
  return refusal && { status: 503, code: String(refusal.extensions.code), message: refusal.message };
}

/** The first sentence: there is room for 123 bytes, and messages of ours are ASCII. */
const reasonOf = ({ message }: Refusal): string => message.split(/(?<=\.) /, 1)[0]!.slice(0, 123);

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

/** Who was turned out may go on sending until it has read so, and is not heard. */
async function take(socket: WebSocket, receive: () => Promise<void>, mask: Graphql['mask']): Promise<void> {
  if (isOverrun(socket) || socket.readyState !== socket.OPEN) return;
  try {
    await receive();
  } catch (error) {
    // A type of message that only a server sends is the client's fault, and is told apart by its words alone.
    if (String(error).includes('Unexpected message of type')) socket.close(CloseCode.BadRequest, 'Unexpected message');
    else socket.close(CloseCode.InternalServerError, mask(error).message);
  }
}

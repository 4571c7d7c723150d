// One request and its answer. Both are there as a whole, or the answer is a stream of events: what yoga's own adapter
// puts between them and the socket, streams around the body above all, costs more than most operations, and what an
// operation read lives as long as that does.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { encode, encodingFor, LEAST } from './encoding.ts';
import { limitError } from './limits.ts';
import type { Options } from './options.ts';
import { piecesOf, release } from './written.ts';

/** What is answered with: a text, or events that go on. */
export interface Reply extends Response {
  readonly events?: Readable;
}

export interface Answerer {
  readonly Request: new (url: string, init: object) => Request;
  /** Answers a request, or tells what is wrong with its body. */
  readonly answer: (request: Request, excess: GraphQLError | null) => Promise<Reply>;
  readonly options: Options;
}

/** Takes a request whole, has it answered, and sends the answer, as long as somebody waits for it. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { Request, answer, options }: Answerer,
): Promise<void> {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  const taken = await bodyOf(request, options);
  if (!taken) return;
  const { method, headers, url } = request;
  const init = { method, headers, signal: controller.signal, ...(method === 'GET' ? {} : { body: taken.body }) };
  const reply = await answer(new Request(`http://${headers.host}${url}`, init), taken.excess);
  await send(reply, response, options.noCompression ? undefined : String(headers['accept-encoding'] ?? ''));
}

interface Taken {
  readonly body: Buffer | null;
  readonly excess: GraphQLError | null;
}

/**
 * The body, or that it is too large; nothing if whoever sent it has gone. One without a length is cut where it passes
 * the limit, and the rest of it would block its connection. Where the length was told nothing is read, and Node drops
 * it.
 */
function bodyOf(request: IncomingMessage, options: Options): Promise<Taken | null> {
  const tooMuch = (headers: Record<string, string>): Taken => {
    const excess = limitError('maxBody', options, 'The body of this request has too many bytes');
    excess.extensions.http = { status: 413, headers };
    return { body: null, excess };
  };
  if (Number(request.headers['content-length']) > options.maxBody) return Promise.resolve(tooMuch({}));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= options.maxBody) return void chunks.push(chunk);
      request.pause();
      resolve(tooMuch({ connection: 'close' }));
    });
    request.once('end', () => resolve({ body: Buffer.concat(chunks), excess: null }));
    request.once('error', () => resolve(null));
    request.once('close', () => resolve(null));
  });
}

/** A stream of events goes as it is: each has to be there at once. */
async function send(reply: Reply, response: ServerResponse, accepted: string | undefined): Promise<void> {
  const { events } = reply;
  const body = events ? new Uint8Array() : await reply.bytes();
  const whole = piecesOf(body);
  const encoding = lengthOf(whole) >= LEAST ? encodingFor(accepted) : null;
  const pieces = encoding ? [await encode(encoding, Buffer.concat(whole))] : whole;
  // Whoever asked may have gone meanwhile.
  if (response.closed) return void events?.destroy();
  reply.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  if (!events && accepted !== undefined) response.appendHeader('vary', 'Accept-Encoding');
  if (encoding) response.setHeader('content-encoding', encoding);
  if (!events) response.setHeader('content-length', lengthOf(pieces));
  response.writeHead(reply.status);
  // If it never finishes, what it is made of is collected some time.
  response.once('finish', () => release(body));
  if (!events) return sendPieces(response, pieces);
  // A peer that is gone without a word is noticed in the end.
  response.socket?.setKeepAlive(true);
  response.once('close', () => events.destroy());
  events.pipe(response);
}

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** In one write, whatever it is made of. */
function sendPieces(response: ServerResponse, pieces: readonly Uint8Array[]): void {
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}

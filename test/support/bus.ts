// A message bus that says what a test wants: enough of the D-Bus protocol for sd-bus to talk to.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reader, Writer } from './marshal.ts';

export interface Call {
  readonly path: string;
  readonly member: string;
  readonly args: readonly unknown[];
}

/** What a call is answered with: values of a signature, or an error. Nothing is no answer, ever. */
export type Answer = { readonly signature: string; readonly values: readonly unknown[] } | { readonly error: string };

export interface Options {
  /** May send signals, and may end the connection, before it answers. */
  readonly answer: (call: Call, bus: FakeBus) => Answer | undefined | Promise<Answer>;
  /** Takes connections and says nothing, or only lets them in. */
  readonly mute?: 'from the start' | 'after the greeting' | undefined;
}

export interface FakeBus {
  readonly address: string;
  /** Every call but the greeting. */
  readonly calls: Call[];
  /** Ends every connection, as a bus does that is started anew. */
  drop(): void;
  signal(path: string, of: string, member: string, signature: string, values: readonly unknown[]): void;
  stop(): Promise<void>;
}

export async function fakeBus({ answer, mute }: Options): Promise<FakeBus> {
  const folder = mkdtempSync(join(tmpdir(), 'sysgraph-bus-'));
  const path = join(folder, 'socket');
  const sockets = new Set<Socket>();
  const bus: FakeBus = {
    address: `unix:path=${path}`,
    calls: [],
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    signal(...args) {
      for (const socket of sockets) socket.write(signalOf(...args));
    },
    async stop() {
      bus.drop();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    if (mute !== 'from the start') serve(socket, (call) => replyTo(call, bus, { answer, mute }));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return bus;
}

function replyTo(call: Call, bus: FakeBus, { answer, mute }: Options): ReturnType<Options['answer']> {
  if (call.member === 'Hello') return { signature: 's', values: [':1.1'] };
  bus.calls.push(call);
  return mute === undefined ? answer(call, bus) : undefined;
}

/** First lines of text, then messages. */
function serve(socket: Socket, reply: (call: Call) => ReturnType<Options['answer']>): void {
  let rest: Buffer = Buffer.alloc(0);
  let isIn = false;
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (let end = rest.indexOf('\r\n'); !isIn && end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.subarray(0, end).toString().replace('\0', '');
      rest = rest.subarray(end + 2);
      isIn = line === 'BEGIN';
      if (!isIn) socket.write(`${greet(line)}\r\n`);
    }
    for (let size = isIn ? sizeOf(rest) : 0; size > 0; size = sizeOf(rest)) {
      const { serial, call } = callIn(rest.subarray(0, size));
      rest = rest.subarray(size);
      const say = (said?: Answer): unknown => said && !socket.destroyed && socket.write(replyOf(serial, said));
      const said = reply(call);
      if (said instanceof Promise) void said.then(say);
      else say(said);
    }
  });
}

function greet(line: string): string {
  if (line === 'AUTH EXTERNAL') return 'DATA';
  return line === 'NEGOTIATE_UNIX_FD' ? 'AGREE_UNIX_FD' : `OK ${'0123456789abcdef'.repeat(2)}`;
}

const padded = (size: number): number => Math.ceil(size / 8) * 8;

/** How long the message at the front is; 0 if it is not all there. */
function sizeOf(bytes: Buffer): number {
  if (bytes.length < 16) return 0;
  const size = padded(16 + bytes.readUInt32LE(12)) + bytes.readUInt32LE(4);
  return bytes.length < size ? 0 : size;
}

function callIn(message: Buffer): { serial: number; call: Call } {
  const fields = new Map(new Reader(message, 12).take('a(yv)') as [number, unknown][]);
  const body = new Reader(message.subarray(padded(16 + message.readUInt32LE(12))));
  const call = {
    path: String(fields.get(1)),
    member: String(fields.get(3)),
    args: body.all(String(fields.get(8) ?? '')),
  };
  return { serial: message.readUInt32LE(8), call };
}

const RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;
let serials = 0;

function messageOf(type: number, fields: readonly [number, [string, unknown]][], signature: string, values: unknown[]) {
  const body = new Writer().all(signature, values).bytes();
  const all = signature === '' ? fields : [...fields, [8, ['g', signature]]];
  const head = new Writer().all('yyyyuua(yv)', [0x6c, type, 1, 1, body.length, ++serials, all]);
  return Buffer.concat([head.align(8).bytes(), body]);
}

const SENDER: [number, [string, unknown]] = [7, ['s', ':1.2']];

const replyOf = (to: number, said: Answer): Buffer =>
  'error' in said
    ? messageOf(ERROR, [[4, ['s', said.error]], [5, ['u', to]], SENDER], 's', ['it was refused'])
    : messageOf(RETURN, [[5, ['u', to]], SENDER], said.signature, [...said.values]);

const signalOf = (path: string, of: string, member: string, signature: string, values: readonly unknown[]): Buffer =>
  messageOf(SIGNAL, [[1, ['o', path]], [2, ['s', of]], [3, ['s', member]], SENDER], signature, [...values]);

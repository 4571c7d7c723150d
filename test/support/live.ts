// A gateway of a host and a clock that move only when told to, and clients of it, well behaved or not.
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { createLoaders } from '../../loaders/index.ts';
import type { HostIdentity, Keys, Source } from '../../native/index.ts';
import { hostKeys } from '../../resolvers/id.ts';
import { accessOf } from '../../resolvers/viewer.ts';
import { schema } from '../../schema/index.ts';
import { type Patience, startGateway } from '../../server/gateway.ts';
import { fixedKeyring, type Keyring } from '../../server/keyring.ts';
import type { Options } from '../../server/options.ts';
import type { Credential } from '../../server/viewer.ts';
import { createViews } from '../../server/views.ts';
import { StillClock } from './clock.ts';
import { type Answer, contextOf, recording, somewhere } from './operation.ts';
import { type ScriptedRow, scripted } from './scripted.ts';
import { JSON_BODY, optionsWith } from './serving.ts';

export const PROTOCOL = 'graphql-transport-ws';

export interface LiveHost {
  readonly rows?: Record<string, ScriptedRow[]>;
  readonly options?: Partial<Options>;
  readonly patience?: Partial<Patience>;
  readonly identity?: HostIdentity;
  /** Whose tokens are good. */
  readonly credentials?: readonly Credential[];
  readonly keyring?: Keyring;
  /** What a read waits for. */
  readonly hold?: (keys: Keys) => Promise<void>;
}

/** A row of CPU times that is the same whenever it is read. */
export const restingCpu: ScriptedRow = {
  key: 0,
  cpuTimesUser: 1,
  cpuTimesSystem: 1,
  cpuTimesIdle: 1,
  loadAverageOne: 0.5,
  loadAverageFive: 0.4,
  loadAverageFifteen: 0.3,
};

export async function startLive(host: LiveHost = {}) {
  const { rows = { system: [restingCpu] }, identity = somewhere, credentials, keyring, options, patience, hold } = host;
  const clock = new StillClock();
  const { source: recorded, calls } = recording(scripted(rows, identity));
  const source = held(recorded, hold);
  const views = createViews(source, clock, optionsWith(options ?? {}));
  const { watch } = views.of({ name: 'anyone', scopes: [] });
  const gateway = await startGateway({
    schema,
    context: ({ viewer, signal }) => {
      const view = views.of(viewer);
      const context = contextOf(source, [...accessOf(viewer.scopes, identity)], view.watch, view.baseline);
      return { ...context, viewer, loaders: createLoaders(view.source, signal), signal };
    },
    ...(keyring ? { keyring } : credentials ? { keyring: fixedKeyring(credentials) } : {}),
    options: optionsWith(options ?? {}),
    ...(patience ? { patience } : {}),
  });
  const url = new URL(gateway.url);
  return { gateway, clock, calls, watch, rows, url, ws: url.href.replace('http', 'ws'), host: hostKeys(somewhere) };
}

const held = (of: Source, hold: LiveHost['hold'] = async () => undefined): Source => ({
  ...of,
  async read(table, mask, keys, signal) {
    await hold(keys);
    // As the machine gives up what nobody waits for any more.
    signal?.throwIfAborted();
    return of.read(table, mask, keys, signal);
  },
});

/** A WebSocket by itself: what it is sent stands in the order it came. */
export class Peer {
  readonly socket: WebSocket;
  readonly messages: Answer[] = [];
  /** The code it was closed with. */
  readonly closed: Promise<number>;
  /** What it was told when it was closed. */
  reason = '';
  #wake: () => void = () => undefined;

  constructor(url: string, protocol: string | string[] = PROTOCOL, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, protocol, { perMessageDeflate: false, ...options });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        this.reason = String(reason);
        this.#wake();
        resolve(code);
      });
    });
  }

  static async open(url: string, options?: ClientOptions): Promise<Peer> {
    const peer = new Peer(url, PROTOCOL, options);
    await once(peer.socket, 'open');
    return peer;
  }

  /** One that has greeted and was greeted. */
  static async greeted(url: string, options?: ClientOptions, payload?: object): Promise<Peer> {
    const peer = await Peer.open(url, options);
    peer.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
    await peer.has(1);
    peer.messages.length = 0;
    return peer;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Waits until so many messages have come. */
  async has(count: number): Promise<Answer[]> {
    while (this.messages.length < count) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed after ${this.messages.length} messages`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.messages;
  }
}

/** Server-sent events as they come, through fetch as a browser would. */
export async function events(url: URL, query: string, signal?: AbortSignal, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_BODY, accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    ...(signal ? { signal } : {}),
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  /** The next event as its lines; null at the end. */
  async function next(): Promise<string | null> {
    for (let cut = rest.indexOf('\n\n'); cut < 0; cut = rest.indexOf('\n\n')) {
      const { value, done } = await reader.read();
      if (done) return null;
      rest += value;
    }
    const cut = rest.indexOf('\n\n');
    const event = rest.slice(0, cut);
    rest = rest.slice(cut + 2);
    return event === ':' ? next() : event;
  }
  return {
    response,
    next,
    data: async () => JSON.parse((await next())!.replace(/^event: next\ndata: /, '')) as Answer,
  };
}

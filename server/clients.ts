// How much one client may ask, and how long one waits who was not known.
import type { GraphQLError } from 'graphql';
import { limitError } from './limits.ts';
import type { Options } from './options.ts';

interface Client {
  /** Requests it may send now. */
  left: number;
  /** When that was so, in milliseconds. */
  at: number;
  running: number;
}

/** Clients that are remembered; those that were quiet for a second are like new ones. */
const MOST = 10_000;

export class Clients {
  readonly #options: Options;
  readonly #clients = new Map<string, Client>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Lets a request in, and gives what is to be called once it is done; or says which limit is in the way. */
  enter(key: string, now = performance.now()): GraphQLError | (() => void) {
    const { maxRate, maxRunning } = this.#options;
    const client = this.#clients.get(key) ?? this.#added(key, { left: maxRate, at: now, running: 0 });
    client.left = Math.min(maxRate, client.left + ((now - client.at) * maxRate) / 1000);
    client.at = now;
    if (client.left < 1) return limitError('maxRate', this.#options, 'This client asks too often in a second');
    if (client.running >= maxRunning)
      return limitError('maxRunning', this.#options, 'This client has too many operations at work');
    client.left--;
    client.running++;
    let isDone = false;
    return () => {
      if (!isDone) client.running--;
      isDone = true;
    };
  }

  #added(key: string, client: Client): Client {
    if (this.#clients.size >= MOST) this.#forget(client.at);
    this.#clients.set(key, client);
    return client;
  }

  #forget(now: number): void {
    for (const [key, { at, running }] of this.#clients) {
      if (running === 0 && (now - at > 1000 || this.#clients.size >= MOST)) this.#clients.delete(key);
    }
  }
}

/** The first few tries cost nothing: somebody mistypes. */
const FREE = 3;
const FIRST_MS = 100;
const FORGET_MS = 60_000;

/** Who was not known has to wait for the answer, longer each time. Who has a good token never waits. */
export class Tries {
  readonly #mostMs: number;
  readonly #failed = new Map<string, { count: number; at: number }>();

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  get size(): number {
    return this.#failed.size;
  }

  /** Counts one that failed; how many milliseconds its answer is to wait. */
  fail(key: string, now = performance.now()): number {
    const before = this.#failed.get(key);
    const count = before && now - before.at < FORGET_MS ? before.count + 1 : 1;
    // The newest stand last, so that the first is the one to forget.
    this.#failed.delete(key);
    this.#failed.set(key, { count, at: now });
    if (this.#failed.size > MOST) this.#failed.delete(this.#failed.keys().next().value!);
    return count <= FREE ? 0 : Math.min(this.#mostMs, FIRST_MS * 2 ** Math.min(count - FREE - 1, 20));
  }
}

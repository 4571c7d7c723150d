import { limitError } from './limits.ts';
import type { Options } from './options.ts';

/** Room for the streams of all, of which nobody has to be asked to leave. */
export class Room {
  readonly #options: Options;
  #taken = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Why there is no room for another one. */
  get refusal() {
    if (this.#taken < this.#options.maxStreams) return undefined;
    return limitError('maxStreams', this.#options, 'There are too many subscriptions open');
  }

  /** Takes a place; what it gives frees it, once. */
  take(): () => void {
    this.#taken++;
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken--;
      isTaken = false;
    };
  }
}

/** Something that stays connected until it is told that the gateway goes. */
export interface Guest {
  /** Asks it to go, in the way its protocol has for that. */
  leave(): void;
  /** Does not ask. */
  destroy(): void;
  /** Goes if who it is for is not known any more. */
  recheck(): Promise<void>;
  /** False until it has said who it is for. */
  readonly isKnown: boolean;
}

/** Who is connected for longer than an answer takes: WebSockets and event streams, of which there is a limit. */
export class Places {
  readonly #options: Options;
  readonly #guests = new Set<Guest>();
  #isClosed = false;
  #emptied: () => void = () => undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get taken(): number {
    return this.#guests.size;
  }

  /** Why there is no place for another one. Who has not said who it is for so long as nobody else, goes for one. */
  makeRoom() {
    if (this.#isClosed) return this.#full();
    if (this.#guests.size < this.#options.maxConnections) return undefined;
    const stranger = [...this.#guests].find(({ isKnown }) => !isKnown);
    if (!stranger) return this.#full();
    this.#guests.delete(stranger);
    stranger.leave();
    stranger.destroy();
    return undefined;
  }

  #full() {
    return limitError('maxConnections', this.#options, 'There are too many WebSockets and event streams open');
  }

  /** Takes a place; what it gives frees it. */
  take(guest: Guest): () => void {
    this.#guests.add(guest);
    if (this.#isClosed) guest.leave();
    return () => {
      if (this.#guests.delete(guest) && this.#guests.size === 0) this.#emptied();
    };
  }

  /** Asks everyone to go, and waits until they have gone. */
  close(): Promise<void> {
    this.#isClosed = true;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const guest of this.#guests) guest.leave();
    if (this.#guests.size === 0) this.#emptied();
    return emptied;
  }

  /** Who may ask has changed. */
  recheck(): void {
    for (const guest of [...this.#guests]) void guest.recheck();
  }

  /** For those who did not go when they were asked. */
  destroy(): void {
    for (const guest of [...this.#guests]) guest.destroy();
  }
}

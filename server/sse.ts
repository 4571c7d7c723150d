import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Finished, Stream } from './live.ts';
import type { Guest, Places } from './places.ts';

const event = (name: string, data: string): string => `event: ${name}\ndata:${data && ` ${data}`}\n\n`;

const COMPLETE = event('complete', '');

/** Some clients see no answer before its first byte, and nobody else minds a comment. */
const COMMENT = ':\n\n';

// Made anew, because yoga adds the length of one answer to what it is given.
export const sseHeaders = () => ({
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies that gather answers before they pass them on would hold back every event.
  'x-accel-buffering': 'no',
});

/** An answer that is all there is, for a client that reads events only. */
export const onlyAnswer = (text: string): string => event('next', text) + COMPLETE;

/**
 * Answers as server-sent events, in the form of graphql-sse's distinct connections. The next one is asked for when the
 * one before is on its way, so that a slow reader's are folded. A reader has no way to say that it is still there: one
 * that took nothing for a whole pause is given up.
 */
export class EventStream extends Readable implements Guest {
  readonly #answers: Stream;
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  readonly #free: () => void;
  #isWanted = false;
  #isReading = false;
  #pauses = 0;

  readonly #isWelcome: () => boolean;

  constructor(answers: Stream, response: ServerResponse, places: Places, pauseMs: number, isWelcome = () => true) {
    super({ highWaterMark: 1 });
    this.#isWelcome = isWelcome;
    this.#answers = answers;
    this.#response = response;
    this.#timer = setInterval(() => this.#pause(), pauseMs);
    this.#free = places.take(this);
    response.once('close', () => this.destroy());
    if (response.closed) this.destroy();
    else this.#write(COMMENT);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pauses = 0;
    if (!this.#isReading) void this.#answer();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.#timer);
    this.#free();
    void this.#answers.return?.();
    // A pipe leaves open what it wrote to when its source breaks off.
    if (!this.readableEnded) this.#response.destroy();
    done(error);
  }

  /** Ends without `complete`, which would say that there is no more to come. */
  leave(): void {
    this.push(null);
  }

  recheck(): void {
    if (!this.#isWelcome()) this.leave();
  }

  async #answer(): Promise<void> {
    this.#isReading = true;
    const { value, done } = await this.#answers.next();
    this.#isReading = false;
    if (this.destroyed || this.readableEnded) return;
    this.#write(done ? COMPLETE : event('next', (value as Finished).text));
    if (done) this.push(null);
  }

  #write(text: string): void {
    this.#isWanted = false;
    this.push(text);
  }

  /** A comment keeps what stands in between from taking a quiet connection for a dead one. */
  #pause(): void {
    if (this.#isWanted) this.#write(COMMENT);
    else if (++this.#pauses > 1) this.destroy();
  }
}

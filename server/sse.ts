import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Taker } from '../subscriptions/sampler.ts';
import { alarmAt } from './alarm.ts';
import type { Finished, Stream } from './live.ts';
import type { Guest, Places } from './places.ts';

const event = (name: string, data: string): string => `event: ${name}\ndata:${data && ` ${data}`}\n\n`;

const NEXT = Buffer.from('event: next\ndata: ');
const END = Buffer.from('\n\n');
const COMPLETE = event('complete', '');

const TOO_SLOW = event(
  'next',
  JSON.stringify({ errors: [{ message: 'What it is sent is not read.', extensions: { code: 'TOO_SLOW' } }] }),
);

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

/** For how long somebody may be answered. */
export interface Welcome {
  /** When to ask anew, at the latest. */
  readonly expires?: number | undefined;
  readonly stands: () => Promise<boolean>;
}

const FOREVER: Welcome = { stands: async () => true };

/**
 * Answers as server-sent events, in the form of graphql-sse's distinct connections. The next one is asked for when the
 * one before is on its way, so that a slow reader's are folded. A reader has no way to say that it is still there: one
 * that took nothing for a whole pause is told that this was all, and cut off after another one.
 */
export class EventStream extends Readable implements Guest {
  readonly #answers: Stream;
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  readonly #free: () => void;
  readonly #taker: Taker<Finished> = {
    take: ({ bytes }) => {
      this.#isAsking = false;
      this.#write(Buffer.concat([NEXT, bytes, END]));
    },
    end: () => this.#finish(COMPLETE),
  };
  #isWanted = false;
  #isAsking = false;
  /** What there was to say is said, though it may not have been read. */
  #isOver = false;
  #pauses = 0;

  readonly isKnown = true;
  readonly #welcome: Welcome;
  readonly #forget: () => void;

  constructor(answers: Stream, response: ServerResponse, places: Places, pauseMs: number, welcome = FOREVER) {
    super({ highWaterMark: 1 });
    this.#welcome = welcome;
    this.#forget = welcome.expires === undefined ? () => undefined : alarmAt(welcome.expires, () => this.recheck());
    this.#answers = answers;
    this.#response = response;
    // A gateway that was suspended first writes what could be written meanwhile.
    this.#timer = setInterval(() => setImmediate(() => this.#pause()), pauseMs);
    this.#free = places.take(this);
    response.once('close', () => this.#closed());
    if (response.closed) this.#closed();
    else this.#write(COMMENT);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pauses = 0;
    if (this.#isAsking || this.#isOver) return;
    this.#isAsking = true;
    this.#answers.ask(this.#taker);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#isOver = true;
    this.#free();
    this.#answers.leave();
    // A pipe leaves open what it wrote to when its source breaks off.
    if (!this.readableEnded) this.#response.destroy();
    done(error);
  }

  /** Ends without `complete`, which would say that there is no more to come. */
  leave(): void {
    this.#finish();
  }

  async recheck(): Promise<void> {
    if (!(await this.#welcome.stands())) this.leave();
  }

  #write(text: string | Buffer): void {
    if (this.#isOver) return;
    this.#isWanted = false;
    this.push(text);
  }

  #finish(text?: string): void {
    if (this.#isOver) return;
    if (text !== undefined) this.#write(text);
    this.#isOver = true;
    this.push(null);
  }

  #closed(): void {
    clearInterval(this.#timer);
    this.#forget();
    this.destroy();
  }

  /** A comment keeps what stands in between from taking a quiet connection for a dead one. */
  #pause(): void {
    if (this.#isWanted && !this.#isOver) this.#write(COMMENT);
    else if (++this.#pauses > 1) this.#giveUp();
  }

  #giveUp(): void {
    if (this.#isOver) this.#response.destroy();
    this.#pauses = 0;
    this.#finish(TOO_SLOW + COMPLETE);
    this.#answers.leave();
  }
}

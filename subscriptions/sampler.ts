// One reader for everyone who watches the same thing at the same pace. Nobody is sent anything: whoever is ready takes
// the newest sample, so that a reader who stalls costs one sample and holds up no one.
import type { Clock } from './clock.ts';

/** What was read at one moment. */
export interface Sample<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The same moment on the clock that never runs backwards. */
  readonly clock: number;
  /** How many ticks there were up to this one. */
  readonly tick: number;
}

/** A sample, and the one before it that the same watcher was given. Watchers who saw the same share one event. */
export interface Event<T> {
  readonly sample: Sample<T>;
  /** Nothing came before a watcher's first event. */
  readonly last: Sample<T> | null;
  /** Ticks in between that the watcher was too slow for. */
  readonly folded: number;
}

/** Seconds an event covers, to the millisecond. */
export const elapsedOf = ({ sample, last }: Event<unknown>): number =>
  last === null ? 0 : Math.round(sample.clock - last.clock) / 1000;

/** Newcomers so close together share their first sample. */
const YOUNG_MS = 100;

interface First<T> {
  readonly since: number;
  readonly event: Promise<Event<T>>;
}

export class Sampler<T> {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #take: () => Promise<T>;
  readonly #onIdle: () => void;
  readonly #watchers = new Set<Watcher<T>>();
  /** The events of the newest sample, by what came before it. */
  readonly #events = new Map<Sample<T>, Event<T>>();
  #newest: Sample<T> | null = null;
  #first: First<T> | null = null;
  #ticks = 0;
  #due = 0;
  #cancel: () => void = () => undefined;

  /** `onIdle` is called when the last watcher has left: the sampler is of no use after that. */
  constructor(clock: Clock, everyMs: number, take: () => Promise<T>, onIdle: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#take = take;
    this.#onIdle = onIdle;
  }

  join(watcher: Watcher<T>): void {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.#schedule();
  }

  leave(watcher: Watcher<T>): void {
    if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
    this.#cancel();
    this.#onIdle();
  }

  /** A newcomer does not wait for the next tick. One that is close is not for them: it would cover next to nothing. */
  first(): Promise<Event<T>> {
    const now = this.#clock.now();
    if (this.#first && now - this.#first.since < YOUNG_MS) return this.#first.event;
    const tick = this.#due - now < this.#everyMs / 2 ? this.#ticks + 1 : this.#ticks;
    const event = this.#read(tick).then((sample) => ({ sample, last: null, folded: 0 }));
    this.#first = { since: now, event };
    return event;
  }

  /** What a watcher who saw `last` is to see now; null if there is nothing newer. */
  since(last: Sample<T>): Event<T> | null {
    const sample = this.#newest;
    if (sample === null || sample.tick <= last.tick) return null;
    const event = this.#events.get(last) ?? { sample, last, folded: sample.tick - last.tick - 1 };
    this.#events.set(last, event);
    return event;
  }

  async #read(tick: number): Promise<Sample<T>> {
    const at = this.#clock.date();
    const clock = this.#clock.now();
    return { value: await this.#take(), at, clock, tick };
  }

  /** Ticks are multiples of the interval, so that samplers of one interval tick together. Timers may be early. */
  #schedule(): void {
    const now = this.#clock.now();
    const next = (Math.floor(now / this.#everyMs) + 1) * this.#everyMs;
    this.#due = next === this.#due ? next + this.#everyMs : next;
    this.#cancel = this.#clock.after(this.#due - now, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    try {
      const sample = await this.#read(this.#ticks + 1);
      if (this.#watchers.size === 0) return;
      this.#ticks = sample.tick;
      this.#newest = sample;
      this.#events.clear();
      this.#first = null;
      this.#schedule();
      for (const watcher of this.#watchers) watcher.wake();
    } catch (error) {
      for (const watcher of [...this.#watchers]) watcher.fail(error);
    }
  }
}

const END = { value: undefined, done: true } as const;

/** One reader's stream. It joins a sampler when it is first asked for something. */
export class Watcher<T> implements AsyncIterableIterator<Event<T>> {
  readonly #open: () => Sampler<T>;
  readonly #isLast: (event: Event<T>) => boolean;
  #sampler: Sampler<T> | null = null;
  #seen: Sample<T> | null = null;
  #ended = false;
  #error: { readonly cause: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(open: () => Sampler<T>, isLast: (event: Event<T>) => boolean = () => false) {
    this.#open = open;
    this.#isLast = isLast;
  }

  async next(): Promise<IteratorResult<Event<T>>> {
    while (!this.#ended) {
      const sampler = this.#joined();
      const event = this.#seen ? sampler.since(this.#seen) : await this.#firstOf(sampler);
      if (event && !this.#ended) {
        this.#seen = event.sample;
        if (this.#isLast(event)) void this.return();
        return { value: event, done: false };
      }
      if (!this.#ended) await this.#woken();
    }
    const error = this.#error;
    this.#error = null;
    if (error) throw error.cause;
    return END;
  }

  async return(): Promise<IteratorResult<Event<T>>> {
    this.#ended = true;
    this.#sampler?.leave(this);
    this.#wake();
    return END;
  }

  /** There may be something new. */
  wake(): void {
    this.#wake();
  }

  /** What is watched cannot be read any more. */
  fail(cause: unknown): void {
    this.#error = { cause };
    void this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #joined(): Sampler<T> {
    if (this.#sampler === null) {
      this.#sampler = this.#open();
      this.#sampler.join(this);
    }
    return this.#sampler;
  }

  #firstOf(sampler: Sampler<T>): Promise<Event<T> | null> {
    return sampler.first().catch((cause) => {
      this.fail(cause);
      return null;
    });
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

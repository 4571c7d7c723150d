// One reader for everyone who watches the same thing at the same pace. Nobody is sent anything: whoever is ready takes
// the newest sample, so that a reader who stalls costs one sample and holds up no one.
import type { Clock } from './clock.ts';

/** What was read at one moment. */
export interface Reading<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The same moment on the clock that never runs backwards. */
  readonly clock: number;
}

/** A reading at the pace of those who watch. */
export interface Sample<T> extends Reading<T> {
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

/** What an event tells of its time. */
export const momentOf = (event: Event<unknown>) => ({
  at: event.sample.at,
  elapsed: elapsedOf(event),
  folded: event.folded,
});

/** Newcomers so close together share their first sample. */
const YOUNG_MS = 100;

interface First<T> {
  readonly since: number;
  readonly event: Promise<Event<T>>;
}

/** What those who watch the same thing at the same pace are handed: the newest, and what came before it for each. */
export abstract class Feed<T> {
  protected readonly clock: Clock;
  protected readonly everyMs: number;
  protected ticks = 0;
  protected readonly watchers = new Set<Watcher<T>>();
  readonly #onIdle: () => void;
  /** The events of the newest sample, by what came before it. */
  readonly #events = new Map<Sample<T>, Event<T>>();
  #newest: Sample<T> | null = null;
  #first: First<T> | null = null;

  /** `onIdle` is called when the last watcher has left: the feed is of no use after that. */
  constructor(clock: Clock, everyMs: number, onIdle: () => void) {
    this.clock = clock;
    this.everyMs = everyMs;
    this.#onIdle = onIdle;
  }

  /** The first watcher has come. */
  protected abstract start(): void;
  /** The last one has left. */
  protected abstract stop(): void;
  /** What a newcomer sees. */
  protected abstract begin(): Promise<Sample<T>>;

  join(watcher: Watcher<T>): void {
    this.watchers.add(watcher);
    if (this.watchers.size === 1) this.start();
  }

  leave(watcher: Watcher<T>): void {
    if (!this.watchers.delete(watcher) || this.watchers.size > 0) return;
    this.stop();
    this.#onIdle();
  }

  /** A newcomer does not wait for the next tick. */
  first(): Promise<Event<T>> {
    const now = this.clock.now();
    if (this.#first && now - this.#first.since < YOUNG_MS) return this.#first.event;
    const event = this.begin().then((sample) => ({ sample, last: null, folded: 0 }));
    this.#first = { since: now, event };
    return event;
  }

  /** What a watcher who saw `last` is to see now; null if there is nothing newer. */
  since(last: Sample<T>): Event<T> | null {
    const sample = this.#newest;
    if (sample === null || sample.tick <= last.tick) return null;
    const event = this.#events.get(last) ?? eventOf(sample, last);
    this.#events.set(last, event);
    return event;
  }

  /** A tick: whoever is ready is told. */
  protected publish(reading: Reading<T>): void {
    this.#newest = { ...reading, tick: ++this.ticks };
    this.#events.clear();
    this.#first = null;
    for (const watcher of this.watchers) watcher.wake();
  }

  protected fail(cause: unknown): void {
    for (const watcher of [...this.watchers]) watcher.fail(cause);
  }
}

/** Who missed something is told of another time than the rest, so that for the next event it is not as theirs was. */
function eventOf<T>(sample: Sample<T>, last: Sample<T>): Event<T> {
  const folded = sample.tick - last.tick - 1;
  return { sample: folded > 0 ? { ...sample } : sample, last, folded };
}

/** Reads at every multiple of its interval. */
export class Sampler<T> extends Feed<T> {
  readonly #take: (due: number | null) => Promise<Reading<T>>;
  #due = 0;
  #cancel: () => void = () => undefined;

  /** `take` reads, and is told which tick it reads for. */
  constructor(clock: Clock, everyMs: number, take: (due: number | null) => Promise<Reading<T>>, onIdle: () => void) {
    super(clock, everyMs, onIdle);
    this.#take = take;
  }

  /** A tick that is close is not for newcomers: it would cover next to nothing. */
  protected async begin(): Promise<Sample<T>> {
    const isClose = this.#due - this.clock.now() < this.everyMs / 2;
    const tick = isClose ? this.ticks + 1 : this.ticks;
    return { ...(await this.#take(null)), tick };
  }

  /** Ticks are multiples of the interval, so that samplers of one interval tick together. Timers may be early. */
  protected start(): void {
    const now = this.clock.now();
    const next = (Math.floor(now / this.everyMs) + 1) * this.everyMs;
    this.#due = next === this.#due ? next + this.everyMs : next;
    this.#cancel = this.clock.after(this.#due - now, () => void this.#tick());
  }

  protected stop(): void {
    this.#cancel();
  }

  async #tick(): Promise<void> {
    const reading = await this.#take(this.#due).catch((cause) => this.fail(cause));
    if (!reading || this.watchers.size === 0) return;
    this.start();
    this.publish(reading);
  }
}

/** Whoever takes what a stream gives, one thing for each time it asked. */
export interface Taker<T> {
  take(value: T): void;
  /** There is no more to come; with an error if that is not as it should be. */
  end(failure?: { readonly cause: unknown }): void;
}

/** What is asked for one thing after another, and hands each over once there is one. */
export interface Giver<T> {
  ask(taker: Taker<T>): void;
  leave(): void;
}

const END = { value: undefined, done: true } as const;

/**
 * One reader's stream. It joins a feed when it is first asked for something. What is new is handed over in the turn
 * that brings it: with a thousand readers, a promise for each costs more than what they are told.
 */
export class Watcher<T> implements Giver<Event<T>>, AsyncIterableIterator<Event<T>> {
  readonly #open: () => Feed<T>;
  readonly #isLast: (event: Event<T>) => boolean;
  #feed: Feed<T> | null = null;
  #seen: Sample<T> | null = null;
  #asking: Taker<Event<T>> | null = null;
  #ended = false;
  #failure: { readonly cause: unknown } | undefined;

  constructor(open: () => Feed<T>, isLast: (event: Event<T>) => boolean = () => false) {
    this.#open = open;
    this.#isLast = isLast;
  }

  /** What it was given last. */
  get seen(): Sample<T> | null {
    return this.#seen;
  }

  /** Asks for the next event, or the end. */
  ask(taker: Taker<Event<T>>): void {
    this.#asking = taker;
    if (this.#ended) this.#finish();
    else if (this.#feed !== null) this.wake();
    else this.#start();
  }

  /** There may be something new. */
  wake(): void {
    if (this.#asking === null || this.#seen === null) return;
    const event = this.#feed!.since(this.#seen);
    if (event) this.#give(event);
  }

  /** What is watched cannot be read any more. */
  fail(cause: unknown): void {
    this.#failure = { cause };
    this.leave();
  }

  leave(): void {
    this.#ended = true;
    this.#feed?.leave(this);
    this.#finish();
  }

  next(): Promise<IteratorResult<Event<T>>> {
    return new Promise((resolve, reject) => {
      this.ask({
        take: (value) => resolve({ value, done: false }),
        end: (failure) => (failure ? reject(failure.cause) : resolve(END)),
      });
    });
  }

  async return(): Promise<IteratorResult<Event<T>>> {
    this.leave();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #start(): void {
    this.#feed = this.#open();
    this.#feed.join(this);
    this.#feed.first().then(
      (event) => this.#ended || this.#give(event),
      (cause) => this.#ended || this.fail(cause),
    );
  }

  #give(event: Event<T>): void {
    const asking = this.#asking!;
    this.#asking = null;
    this.#seen = event.sample;
    if (this.#isLast(event)) this.leave();
    asking.take(event);
  }

  #finish(): void {
    const asking = this.#asking;
    if (asking === null) return;
    const failure = this.#failure;
    this.#asking = null;
    this.#failure = undefined;
    asking.end(failure);
  }
}

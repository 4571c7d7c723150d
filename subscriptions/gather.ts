// What happens to processes, for those who watch: gathered for an interval, and nothing lost for who is a little slow.
import { type Clock, untilNext } from './clock.ts';
import type { Happened, ProcessEvent, ProcessEvents } from './event.ts';
import { type Event, Feed, type Sample } from './sampler.ts';

/** What happened from one tick to the next. */
export interface Span extends Happened {
  /** Events there were up to here. */
  readonly end: number;
  /** Later ones hang on it, so that what a slow reader is to be told lasts as long as that reader. */
  next: Span | null;
}

/** So many are told at once, though it may not be time yet. */
const MOST_GATHERED = 4_096;

/** Events that may wait for a reader; one that is further behind is given up. */
const MOST_BEHIND = 65_536;

/** A reader is so far behind that what it missed is kept no longer. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';
  override readonly message = 'More happened than is kept for a reader that is behind.';
}

/** Everything an event covers; a first one covers nothing. */
export function happenedIn({ sample, last }: Event<Span>): Happened {
  const spans: Span[] = [];
  for (let span = last?.value ?? sample.value; span !== sample.value; spans.push(span)) span = span.next!;
  return {
    source: sample.value.source,
    lost: spans.some(({ lost }) => lost),
    events: spans.flatMap(({ events }) => events),
  };
}

/** Gathers at one pace, and ticks only where something happened. */
export class Gatherer extends Feed<Span> {
  readonly #events: ProcessEvents;
  /** The newest of all, empty before there was any. */
  #span: Span = { source: 'COMPARED', lost: false, events: [], end: 0, next: null };
  #gathered: ProcessEvent[] = [];
  #isLost = false;
  /** When it last told. */
  #told = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #leave: () => void = () => undefined;

  constructor(events: ProcessEvents, clock: Clock, everyMs: number, onIdle: () => void) {
    super(clock, everyMs, onIdle);
    this.#events = events;
  }

  protected start(): void {
    this.#leave = this.#events.listen({
      everyMs: this.everyMs,
      tell: (happened) => this.#gather(happened),
      fail: (cause) => this.fail(cause),
    });
    this.#span = { ...this.#span, source: this.#events.source };
  }

  protected stop(): void {
    this.#cancel?.();
    this.#leave();
  }

  protected async begin(): Promise<Sample<Span>> {
    await this.#events.begun;
    return { value: this.#span, at: this.clock.date(), clock: this.clock.now(), tick: this.ticks };
  }

  #gather({ source, lost, events }: Happened): void {
    this.#isLost ||= lost;
    for (const event of events) this.#gathered.push(event);
    // Whoever compares lists has gathered by that.
    const isTime = source === 'COMPARED' && this.clock.now() - this.#told >= this.everyMs;
    if (isTime || this.#gathered.length >= MOST_GATHERED) this.#tell();
    else this.#cancel ??= this.clock.after(untilNext(this.clock, this.everyMs), () => this.#tell());
  }

  #tell(): void {
    this.#cancel?.();
    this.#cancel = null;
    const { source, end } = this.#span;
    const events = this.#gathered;
    const span = { source, lost: this.#isLost, events, end: end + events.length, next: null };
    this.#span.next = span;
    this.#span = span;
    this.#gathered = [];
    this.#isLost = false;
    this.#told = this.clock.now();
    this.#giveUp(span);
    this.publish({ value: span, at: this.clock.date(), clock: this.#told });
  }

  /** Nobody is kept more for than there is room. */
  #giveUp({ end }: Span): void {
    for (const watcher of [...this.watchers])
      if (watcher.seen && end - watcher.seen.value.end > MOST_BEHIND) watcher.fail(new TooSlowError());
  }
}

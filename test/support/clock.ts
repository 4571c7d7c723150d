import type { Clock } from '../../subscriptions/clock.ts';

interface Timer {
  readonly due: number;
  readonly call: () => void;
}

/** Noon of a day long past, so that a test sees when a wall clock was used in place of the other one. */
const NOON = Date.UTC(2020, 0, 1, 12);

/** A clock that stands until a test moves it. */
export class StillClock implements Clock {
  #time = 0;
  /** What the wall clock was set by, whatever time has passed. */
  #step = NOON;
  readonly #timers = new Set<Timer>();

  now = (): number => this.#time;
  date = (): number => this.#step + this.#time;

  after = (ms: number, call: () => void): (() => void) => {
    const timer = { due: this.#time + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  idle = this.after;

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Somebody sets the wall clock. */
  set(ms: number): void {
    this.#step += ms;
  }

  /** What has begun is let end; time passes, timers go off when it is theirs, and what they begin is let end. */
  async pass(ms: number): Promise<void> {
    await settled();
    const end = this.#time + ms;
    for (let timer = this.#first(end); timer; timer = this.#first(end)) {
      this.#timers.delete(timer);
      this.#time = Math.max(this.#time, timer.due);
      timer.call();
      await settled();
    }
    this.#time = end;
  }

  /** Time passes and nobody is there to notice: as for a process that is stopped, timers go off late. */
  async leap(ms: number): Promise<void> {
    await settled();
    this.#time += ms;
    await this.pass(0);
  }

  #first(end: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** A clock that whoever waits for it moves on: nothing takes time. */
export class HastyClock implements Clock {
  #time = 0;

  now = (): number => this.#time;
  date = (): number => NOON + this.#time;

  after = (ms: number, call: () => void): (() => void) => {
    const wait = setImmediate(() => {
      this.#time += ms;
      call();
    });
    return () => clearImmediate(wait);
  };

  idle = (): (() => void) => () => undefined;
}

/** Everything that only waits for promises has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Time, as whatever lives by it sees it: a test puts one in its place that moves only when told to. */
export interface Clock {
  /** Milliseconds that never run backwards, whatever is done to the clock on the wall. */
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly date: () => number;
  /** Calls once, so many milliseconds later; what it gives takes that back. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** The same; but if it is all that is left to do, nobody waits for it. */
  readonly idle: (ms: number, call: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  idle: (ms, call) => {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** A timer may be so much early. */
const EARLY_MS = 2;

/** Milliseconds until the next multiple of an interval: those of one interval come together. */
export const untilNext = ({ now }: Clock, everyMs: number): number =>
  (Math.floor((now() + EARLY_MS) / everyMs) + 1) * everyMs - now();

// Arithmetic that every delta shares.

/** Percent and rates: so that noise changes nothing. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Seconds: what is finer than a millisecond is an error of arithmetic. */
const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

type Figures = Readonly<Record<string, number | null>>;

/** How far each counter has come. One that ran backwards has not moved; one that was not there is not known. */
export function advances<T extends Figures>(now: T, before: T): T {
  const entries = Object.entries(now).map(([name, value]) => {
    const last = before[name] ?? null;
    return [name, value === null || last === null ? null : Math.max(0, thousandths(value - last))];
  });
  return Object.fromEntries(entries) as T;
}

/** What was gained, or lost. */
export const change = (now: number | null, before: number | null): number | null =>
  now === null || before === null ? null : now - before;

// What two readings of the same counters tell. Pure arithmetic.

/** Percent and rates: so that noise changes nothing. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Seconds: what is finer than a millisecond is an error of arithmetic. */
const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

type Figures = Readonly<Record<string, number | null>>;

const each = <T extends Figures>(now: T, of: (value: number, name: keyof T) => number | null): T =>
  Object.fromEntries(
    Object.entries(now).map(([name, value]) => [name, value === null ? null : of(value, name)]),
  ) as unknown as T;

/** How far each counter has come. One that ran backwards has not moved; one that was not there is not known. */
export const advances = <T extends Figures>(now: T, before: T): T =>
  each(now, (value, name) => {
    const last = before[name] ?? null;
    return last === null ? null : Math.max(0, thousandths(value - last));
  });

/** How much each counter gains in a second. */
export const perSecond = <T extends Figures>(now: T, before: T, seconds: number): T =>
  each(advances(now, before), (value) => tenths(value / seconds));

/** What share of the time a clock ran that stands still in between; more than all of it for one that runs several. */
export const percentOfTime = (now: number, before: number, seconds: number): number =>
  tenths((100 * Math.max(0, now - before)) / seconds);

/** What was gained, or lost. */
export const change = (now: number | null, before: number | null): number | null =>
  now === null || before === null ? null : now - before;

/** What is not known of one part is not known of their sum. */
export const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

/** Time CPUs spent, by what on. */
export interface CpuTimes {
  readonly user: number | null;
  readonly system: number | null;
  readonly idle: number | null;
  readonly nice: number | null;
  readonly iowait: number | null;
  readonly irq: number | null;
  readonly softirq: number | null;
  readonly steal: number | null;
  readonly guest: number | null;
  readonly guestNice: number | null;
  readonly dpc: number | null;
}

/** What CPUs spent between two readings; without what every platform has there are no times. */
export function timesBetween(now: CpuTimes, before: CpuTimes): CpuTimes | null {
  const times = advances({ ...now }, { ...before });
  return times.user === null || times.system === null || times.idle === null ? null : times;
}

/** Guests stand in user and nice already. */
const total = ({ guest: _, guestNice: __, ...times }: CpuTimes): number =>
  Object.values(times).reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);

/** Null where no time has passed. */
export function busyPercent(times: CpuTimes): number | null {
  const all = total(times);
  return all > 0 ? tenths((100 * (all - (times.idle ?? 0) - (times.iowait ?? 0))) / all) : null;
}

/** The share of each; null where no time has passed. */
export function percentOf(times: CpuTimes): CpuTimes | null {
  const all = total(times);
  return all > 0 ? each({ ...times }, (seconds) => tenths(Math.min(100, (100 * seconds) / all))) : null;
}

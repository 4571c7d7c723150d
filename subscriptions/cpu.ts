import { type SystemRow, systemGroups, systemTable } from '../native/index.ts';
import { advances, tenths } from './difference.ts';
import { type Event, elapsedOf } from './sampler.ts';

const STAT = 1 << systemTable.sources.indexOf('stat');
const LOADAVG = 1 << systemTable.sources.indexOf('loadavg');

const timesOf = (row: SystemRow) => {
  const { row: _, ...times } = systemGroups['cpu.times'](row);
  return times;
};

const countsOf = (row: SystemRow) => {
  const { row: _, ...counts } = systemGroups['cpu.stats'](row);
  return counts;
};

export type CpuTimes = ReturnType<typeof timesOf>;

/** What the CPUs did between two samples. */
export function cpuDelta(event: Event<readonly SystemRow[]>) {
  const now = event.sample.value[0];
  const before = event.last?.value[0];
  const both = now && before && (now.have & before.have & STAT) !== 0 ? ([now, before] as const) : null;
  const times = both && whole(advances(timesOf(both[0]), timesOf(both[1])));
  return {
    at: event.sample.at,
    elapsed: elapsedOf(event),
    folded: event.folded,
    times,
    percent: times && busyPercent(times),
    timesPercent: times && percentOf(times),
    stats: both && advances(countsOf(both[0]), countsOf(both[1])),
    loadAverage: now && (now.have & LOADAVG) !== 0 ? systemGroups.loadAverage(now) : null,
  };
}

/** Without what every platform has there are no times. */
const whole = (times: CpuTimes): CpuTimes | null =>
  times.user === null || times.system === null || times.idle === null ? null : times;

/** Guests stand in user and nice already. */
const total = ({ guest: _, guestNice: __, ...times }: CpuTimes): number =>
  Object.values(times).reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);

/** Null where no time has passed. */
export function busyPercent(times: CpuTimes): number | null {
  const all = total(times);
  return all > 0 ? tenths((100 * (all - (times.idle ?? 0) - (times.iowait ?? 0))) / all) : null;
}

export function percentOf(times: CpuTimes): CpuTimes | null {
  const all = total(times);
  if (all <= 0) return null;
  const shares = Object.entries(times).map(([name, seconds]) => [
    name,
    seconds === null ? null : tenths(Math.min(100, (100 * seconds) / all)),
  ]);
  return Object.fromEntries(shares);
}

import { advances, busyPercent, percentOf, timesBetween } from '../native/difference.ts';
import { type CpuRow, cpuTable, type SystemRow, systemGroups, systemTable } from '../native/index.ts';
import { cpuShare, timesOf, timesOfOne } from '../native/meter.ts';
import { type Event, elapsedOf } from './sampler.ts';

const STAT = 1 << systemTable.sources.indexOf('stat');
const LOADAVG = 1 << systemTable.sources.indexOf('loadavg');
const TIMES = 1 << cpuTable.sources.indexOf('cpuTimes');

const countsOf = (row: SystemRow) => {
  const { row: _, ...counts } = systemGroups['cpu.stats'](row);
  return counts;
};

/** What the CPUs did between two samples. */
export function cpuDelta(event: Event<readonly SystemRow[]>) {
  const now = event.sample.value[0];
  const before = event.last?.value[0];
  const both = now && before && (now.have & before.have & STAT) !== 0 ? ([now, before] as const) : null;
  const times = both && timesBetween(timesOf(both[0]), timesOf(both[1]));
  return {
    at: event.sample.at,
    elapsed: elapsedOf(event),
    folded: event.folded,
    times,
    percent: times && busyPercent(times),
    timesPercent: times && percentOf(times),
    logicalCpus: now?.cpuLogicalCpus && eachCpu(now.cpuLogicalCpus, before?.cpuLogicalCpus ?? []),
    stats: both && advances(countsOf(both[0]), countsOf(both[1])),
    loadAverage: now && (now.have & LOADAVG) !== 0 ? systemGroups.loadAverage(now) : null,
  };
}

/** By number: one that was switched on or off moves the others in the list. */
function eachCpu(now: readonly CpuRow[], before: readonly CpuRow[]) {
  const known = new Map(before.filter(isRead).map((row) => [row.number, row]));
  return now.filter(isRead).map((row) => {
    const last = known.get(row.number);
    const share = last ? cpuShare(timesOfOne(row), timesOfOne(last)) : null;
    return { number: row.number!, percent: share?.percent ?? null, timesPercent: share?.timesPercent ?? null };
  });
}

const isRead = ({ have }: CpuRow): boolean => (have & TIMES) !== 0;

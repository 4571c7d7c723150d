// What rates are taken of: counters that one source of a row tells, with the moment it was read.
import { busyPercent, type CpuTimes, percentOf, percentOfTime, perSecond, plus, timesBetween } from './difference.ts';
import type { Row, TableShape } from './row.ts';
import {
  type CpuRow,
  cpuGroups,
  cpuTable,
  type DiskRow,
  diskGroups,
  diskTable,
  type NetworkRow,
  networkGroups,
  networkTable,
  type ProcessRow,
  processTable,
  type SystemRow,
  systemGroups,
  systemTable,
  type ThreadRow,
  threadTable,
} from './src/gen/rows.ts';

/** Counters at one moment. */
export interface Mark<C> {
  readonly counters: C;
  /** Seconds since boot. */
  readonly clock: number;
  /** Differs for what only has the same key. */
  readonly identity: number | null;
  /** When it began to count from nothing, if that is known: seconds since boot. */
  readonly started: number | null;
}

interface Kind<R extends Row, C, V> {
  /** Where it stands in the rates of a row. */
  readonly name: string;
  readonly table: TableShape<R>;
  /** The source that makes the rate known, and what must be read beside it. */
  readonly source: string;
  readonly beside?: string;
  /** What tells it from others of its table. */
  readonly key?: (row: R) => number;
  readonly counters: (row: R) => C | null;
  readonly clock: (row: R) => number | null;
  readonly identity?: (row: R) => number | null;
  readonly started?: (row: R) => number | null;
  readonly zero?: C;
  readonly rate: (now: C, before: C, seconds: number) => V | null;
}

export interface Meter<R extends Row = Row, C = unknown, V = unknown> {
  readonly name: string;
  readonly table: TableShape<R>;
  /** The bit of the source it is asked for by. */
  readonly bit: number;
  /** The bits of all that must have been read. */
  readonly mask: number;
  readonly key: (row: R) => number;
  readonly mark: (row: R) => Mark<C> | null;
  /** Null where the two are not of the same thing, or of the same moment. */
  readonly between: (now: Mark<C>, before: Mark<C>) => V | null;
  /** From when it began to count; null where that is not known. */
  readonly since: (now: Mark<C>) => V | null;
}

function meter<R extends Row, C, V>({ name, table, source, beside, zero, rate, ...of }: Kind<R, C, V>): Meter<R, C, V> {
  const bitOf = (each: string): number => 1 << table.sources.indexOf(each);
  const between = (now: Mark<C>, before: Mark<C>): V | null => {
    const seconds = now.clock - before.clock;
    return seconds > 0 && now.identity === before.identity ? rate(now.counters, before.counters, seconds) : null;
  };
  return {
    name,
    table,
    bit: bitOf(source),
    mask: bitOf(source) | (beside === undefined ? 0 : bitOf(beside)),
    key: of.key ?? (({ key }) => key),
    mark(row) {
      const clock = of.clock(row);
      const counters = of.counters(row);
      if (clock === null || counters === null) return null;
      return { counters, clock, identity: of.identity?.(row) ?? null, started: of.started?.(row) ?? null };
    },
    between,
    since: (now) =>
      zero === undefined || now.started === null ? null : between(now, { ...now, counters: zero, clock: now.started }),
  };
}

/** What a process or thread has used of CPUs, its children left out. */
const used = ({ cpuTimesUser, cpuTimesSystem }: ProcessRow | ThreadRow): number | null =>
  plus(cpuTimesUser, cpuTimesSystem);

export interface CpuShare {
  readonly percent: number | null;
  readonly timesPercent: CpuTimes | null;
}

/** The time they spent is itself the time that passed. */
export function cpuShare(now: CpuTimes, before: CpuTimes): CpuShare | null {
  const times = timesBetween(now, before);
  return times && { percent: busyPercent(times), timesPercent: percentOf(times) };
}

export const timesOf = (row: SystemRow): CpuTimes => {
  const { row: _, ...times } = systemGroups['cpu.times'](row);
  return times;
};

export const timesOfOne = (row: CpuRow): CpuTimes => {
  const { row: _, ...times } = cpuGroups.times(row);
  return times;
};

export type IoRate = ReturnType<typeof ioOf>;

const ioOf = (row: ProcessRow) => ({
  readBytes: row.ioReadBytes,
  writeBytes: row.ioWriteBytes,
  reads: row.ioReadCount,
  writes: row.ioWriteCount,
});

interface NetworkIo {
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly packetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly errorsIn: number | null;
  readonly errorsOut: number | null;
  readonly dropsIn: number | null;
  readonly dropsOut: number | null;
}

export type NetworkRate = ReturnType<typeof networkOf>;

const networkOf = (io: NetworkIo) => ({
  bytesSent: io.bytesSent,
  bytesReceived: io.bytesReceived,
  packetsSent: io.packetsSent,
  packetsReceived: io.packetsReceived,
  errors: plus(io.errorsIn, io.errorsOut),
  drops: plus(io.dropsIn, io.dropsOut),
});

interface DiskIo {
  readonly readBytes: number | null;
  readonly writeBytes: number | null;
  readonly readCount: number | null;
  readonly writeCount: number | null;
  readonly busyTime: number | null;
}

const diskIoOf = ({ readBytes, writeBytes, readCount, writeCount, busyTime }: DiskIo) => ({
  readBytes,
  writeBytes,
  reads: readCount,
  writes: writeCount,
  busyTime,
});

export interface DiskRate extends IoRate {
  readonly busyPercent: number | null;
}

/** Of one disk: several that are busy at the same time are not one that is busy for longer. */
function diskRate(now: ReturnType<typeof diskIoOf>, before: ReturnType<typeof diskIoOf>, seconds: number): DiskRate {
  const { busyTime, ...rates } = perSecond(now, before, seconds);
  const busy = now.busyTime === null || before.busyTime === null ? null : ([now.busyTime, before.busyTime] as const);
  return { ...rates, busyPercent: busy && Math.min(100, percentOfTime(...busy, seconds)) };
}

/** Every rate there is. */
export const meters: readonly Meter[] = [
  meter({
    name: 'cpu',
    table: processTable,
    source: 'stat',
    counters: used,
    clock: (row: ProcessRow) => row.statClock,
    identity: (row) => row.startTicks,
    started: (row) => row.started,
    zero: 0,
    rate: percentOfTime,
  }),
  meter({
    name: 'io',
    table: processTable,
    source: 'io',
    beside: 'stat',
    counters: ioOf,
    clock: (row: ProcessRow) => row.ioClock,
    identity: (row) => row.startTicks,
    started: (row) => row.started,
    zero: { readBytes: 0, writeBytes: 0, reads: 0, writes: 0 },
    rate: perSecond,
  }),
  meter({
    name: 'cpu',
    table: threadTable,
    source: 'task',
    key: (row: ThreadRow) => row.tid ?? 0,
    counters: used,
    clock: (row) => row.clock,
    identity: (row) => row.startTicks,
    started: (row) => row.started,
    zero: 0,
    rate: percentOfTime,
  }),
  meter({
    name: 'cpu',
    table: systemTable,
    source: 'stat',
    counters: timesOf,
    clock: (row: SystemRow) => row.statClock,
    rate: cpuShare,
  }),
  meter({
    name: 'cpu',
    table: cpuTable,
    source: 'cpuTimes',
    key: (row: CpuRow) => row.number ?? 0,
    counters: timesOfOne,
    clock: (row) => row.timesClock,
    rate: cpuShare,
  }),
  meter({
    name: 'network',
    table: systemTable,
    source: 'network',
    counters: (row: SystemRow) => networkOf(systemGroups.network(row)),
    clock: (row) => row.networkClock,
    rate: perSecond,
  }),
  meter({
    name: 'io',
    table: networkTable,
    source: 'io',
    counters: (row: NetworkRow) => networkOf(networkGroups.io(row)),
    clock: (row) => row.ioClock,
    rate: perSecond,
  }),
  meter({
    name: 'disk',
    table: systemTable,
    source: 'disks',
    counters: (row: SystemRow) => ({ ...diskIoOf(systemGroups.diskIo(row)), busyTime: null }),
    clock: (row) => row.disksClock,
    rate: diskRate,
  }),
  meter({
    name: 'io',
    table: diskTable,
    source: 'io',
    beside: 'sequence',
    counters: (row: DiskRow) => diskIoOf(diskGroups.io(row)),
    clock: (row) => row.ioClock,
    identity: (row) => row.sequence,
    rate: diskRate,
  }),
] as readonly unknown[] as readonly Meter[];

/** Those that a row of a table has. */
export const metersOf = ({ name }: { readonly name: string }): readonly Meter[] => byTable.get(name) ?? [];

const byTable = new Map(meters.map(({ table }) => [table.name, meters.filter((each) => each.table === table)]));

/** All rates between two readings of a row, as far as both tell them. */
export function ratesBetween<R extends Row>(table: TableShape<R>, now: R, before: R | null): Record<string, unknown> {
  const rates = metersOf(table).map(({ name, mask, mark, between }) => {
    const marks = before && (now.have & before.have & mask) === mask ? [mark(now), mark(before)] : [];
    return [name, marks[0] && marks[1] ? between(marks[0], marks[1]) : null];
  });
  return Object.fromEntries(rates);
}

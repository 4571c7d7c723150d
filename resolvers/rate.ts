// Rates of rows that were measured: see loaders/baseline.ts. A row that nobody measured has none.
import type { Row, TableShape } from '../native/index.ts';
import type { CpuShare, DiskRate, IoRate, NetworkRate } from '../native/meter.ts';
import type { Context } from './context.ts';
import type { Need } from './selection.ts';

/** A rate that waits for a second reading is a promise; after `await measure(…)` none is. */
export type Late<T> = T | Promise<T>;

type Rates = Pick<Need, 'rates'>;

const nothing = Promise.resolve();

/** Has the rates told that are selected of these rows, which have been read. Only what needs them now waits for it. */
export const measure = <R extends Row>(table: TableShape<R>, rows: readonly R[], need: Rates, context: Context) =>
  need.rates === 0 ? nothing : context.baseline.measure(table, rows, need.rates, context.signal);

function rate<T>(row: Row, name: string): Late<T | null> {
  const value = row.rates?.[name] ?? null;
  return value instanceof Promise ? value.then(() => (row.rates?.[name] ?? null) as T | null) : (value as T | null);
}

const part = <T, V>(of: Late<T | null>, pick: (whole: T) => V): Late<V | null> =>
  of instanceof Promise ? of.then((whole) => whole && pick(whole)) : of && pick(of);

interface Held {
  readonly row: Row;
}

/** Of one CPU: of a process, or of a thread. */
export const cpuPercent = ({ row }: Held): Late<number | null> => rate(row, 'cpu');
/** Of all CPUs, or of one. */
export const busyPercent = ({ row }: Held) => part(rate<CpuShare>(row, 'cpu'), ({ percent }) => percent);
export const timesPercent = ({ row }: Held) => part(rate<CpuShare>(row, 'cpu'), (share) => share.timesPercent);
/** Of a process. */
export const ioRate = ({ row }: Held): Late<IoRate | null> => rate(row, 'io');
/** Of a network interface. */
export const interfaceRate = ({ row }: Held): Late<NetworkRate | null> => rate(row, 'io');
/** Of a disk. */
export const diskRate = ({ row }: Held): Late<DiskRate | null> => rate(row, 'io');
/** Of the host as a whole. */
export const networkRate = ({ row }: Held): Late<NetworkRate | null> => rate(row, 'network');
export const disksRate = ({ row }: Held): Late<DiskRate | null> => rate(row, 'disk');

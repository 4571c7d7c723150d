// How the packed rows of the addon become objects.

/** What one native call brought: see native/src/rows.h, which writes it. */
export interface Batch {
  /** Rows in it. */
  readonly count: number;
  /** A byte for each row and each source of the mask, in the order of the bits. */
  readonly statuses: Uint8Array;
  /** A key and then the columns of each source of the mask, row after row. */
  readonly numbers: Float64Array;
  /** All text; columns of text are a start and an end in it. */
  readonly text: string;
  /** Kernel reads this call made, by source of its table. */
  readonly reads: Uint32Array;
}

/** The outcome of one read: the order is that of native/src/status.h. */
export const STATUSES = ['OK', 'GONE', 'ABSENT', 'DENIED', 'UNSUPPORTED', 'MALFORMED', 'TIMED_OUT', 'FAILED'] as const;
export type Status = (typeof STATUSES)[number] | 'ZOMBIE';

/** A source that could not be read. */
export interface Fault {
  readonly bit: number;
  readonly status: Status;
}

/** What every row has: a key, and what is known of its sources, as masks. */
export class Row {
  readonly key: number;
  /** Sources asked for so far. */
  asked = 0;
  /** Sources that were read. */
  have = 0;
  faults: Fault[] | null = null;
  /** What it does a second, by the names of native/meter.ts, as far as that was asked for. */
  rates: Record<string, unknown> | null = null;

  constructor(key: number) {
    this.key = key;
  }

  get row(): this {
    return this;
  }
}

/** A table as it crosses from the addon. */
export interface Layout {
  readonly name: string;
  /** Its number in the addon. */
  readonly index: number;
  readonly sources: readonly string[];
  /** How many numbers each source takes. */
  readonly widths: readonly number[];
}

/** Rows of another table that belong to a row of this one. */
export interface RowList {
  /** The property of the row they become. */
  readonly property: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table holds lists of many types, and only its loader fills them
  readonly table: TableShape<any>;
  /** How far the bits of its sources are moved in the masks of the row's own table. */
  readonly shift: number;
  readonly mask: number;
  /** Everybody's can be read while it is still being found out who there is. */
  readonly whole?: true;
}

/** A table and how its rows are made. */
export interface TableShape<R extends Row> extends Layout {
  readonly create: (key: number) => R;
  readonly fill: readonly ((row: R, batch: Batch, at: number) => void)[];
  readonly lists: readonly RowList[];
}

// A value the kernel does not give is NaN in the buffer and null in the row.
export const number = (value: number | undefined): number | null => (Number.isNaN(value) ? null : value!);
export const flag = (value: number | undefined): boolean | null => (Number.isNaN(value) ? null : value !== 0);
export const oneOf = <T extends string>(values: readonly T[], index: number | undefined): T | null =>
  values[index!] ?? null;

export function text(batch: Batch, at: number): string | null {
  const start = batch.numbers[at]!;
  return Number.isNaN(start) ? null : batch.text.slice(start, batch.numbers[at + 1]!);
}

/** Every item ends with a NUL, which no text can contain: so no items and one empty item differ. */
export function texts({ numbers, text: all }: Batch, at: number): readonly string[] | null {
  let start = numbers[at]!;
  if (Number.isNaN(start)) return null;
  const items: string[] = [];
  for (const last = numbers[at + 1]!; start < last; ) {
    const end = all.indexOf('\0', start);
    items.push(all.slice(start, end));
    start = end + 1;
  }
  return items;
}

let lastRanges = '';
let lastInts: readonly number[] = [];

/** As the kernel lists CPUs: 0-3,8. The readers let nothing else pass. Rows mostly share a set, so the last is kept. */
export function ints(batch: Batch, at: number): readonly number[] | null {
  const ranges = text(batch, at);
  if (ranges === null) return null;
  if (ranges !== lastRanges) [lastRanges, lastInts] = [ranges, Object.freeze(intsIn(ranges))];
  return lastInts;
}

const intsIn = (ranges: string): number[] =>
  ranges.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index);
  });

/** How many numbers a row takes in a batch that was read with `mask`: its key, then its columns. */
export function stride(layout: Layout, mask: number): number {
  let width = 1;
  for (let index = 0; index < layout.widths.length; index++) if (mask & (1 << index)) width += layout.widths[index]!;
  return width;
}

/** Writes row `index` of a batch that was read with `mask` into `row`. */
export function fillRow<R extends Row>(shape: TableShape<R>, mask: number, batch: Batch, index: number, row: R): void {
  let at = index * stride(shape, mask) + 1;
  let status = index * popcount(mask);
  for (let source = 0; source < shape.widths.length; source++) {
    const bit = 1 << source;
    if ((mask & bit) === 0) continue;
    take(shape, batch, row, source, batch.statuses[status++]!, at);
    at += shape.widths[source]!;
  }
}

function take<R extends Row>(shape: TableShape<R>, batch: Batch, row: R, source: number, status: number, at: number) {
  const bit = 1 << source;
  row.asked |= bit;
  if (status === 0) {
    row.have |= bit;
    shape.fill[source]!(row, batch, at);
  } else {
    row.faults ??= [];
    row.faults.push({ bit, status: STATUSES[status] ?? 'FAILED' });
  }
}

function popcount(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** What is read into the copy later is not in the row. */
export const copyRow = <R extends Row>(shape: TableShape<R>, row: R): R =>
  Object.assign(shape.create(row.key), row, { faults: row.faults && [...row.faults], rates: null });

/** One row of a batch as a new object. */
export function rowOf<R extends Row>(
  shape: TableShape<R>,
  mask: number,
  batch: Batch,
  index: number,
  width = stride(shape, mask),
): R {
  const row = shape.create(batch.numbers[index * width]!);
  fillRow(shape, mask, batch, index, row);
  return row;
}

/** The rows of a batch as new objects. */
export function rowsOf<R extends Row>(shape: TableShape<R>, mask: number, batch: Batch): R[] {
  const width = stride(shape, mask);
  const rows: R[] = [];
  for (let index = 0; index < batch.count; index++) rows.push(rowOf(shape, mask, batch, index, width));
  return rows;
}

/** One row without the first source stands for a list that could not be read. */
export function hang(owner: Row, { property, shift }: RowList, bits: number, items: readonly Row[]): void {
  const fault = items[0]?.faults?.find(({ bit }) => bit === 1);
  owner.asked |= bits;
  if (fault) {
    owner.faults = [...(owner.faults ?? []), { bit: 1 << shift, status: fault.status }];
    return;
  }
  owner.have |= bits;
  (owner as unknown as Record<string, unknown>)[property] = items;
}

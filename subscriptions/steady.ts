// Rows that are read again and again: one of which nothing differs stays the object it was, and is not made anew.
import { type Batch, type Layout, number, type Row, rowOf, stride, type TableShape } from '../native/index.ts';
import { rankIn } from '../native/ranks.ts';
import { isClock, property, slotsOf } from '../native/spec/define.ts';
import { tables } from '../native/spec/index.ts';

/** Where in a packed row what stands. */
interface Places {
  readonly numbers: readonly number[];
  /** Of a text where it starts; its end is the next one. */
  readonly texts: readonly number[];
  /** When something was read, which is another moment each time. */
  readonly clocks: readonly { readonly at: number; readonly name: string }[];
}

function placesOf({ name, sources }: Layout, mask: number): Places {
  const { columns } = tables.find((table) => table.name === name)!;
  const read = sources.filter((_, index) => (mask & (1 << index)) !== 0);
  const places = { numbers: [] as number[], texts: [] as number[], clocks: [] as { at: number; name: string }[] };
  let at = 1;
  for (const column of read.flatMap((source) => columns.filter((one) => one.source === source))) {
    const slots = slotsOf(column.kind);
    if (slots === 2) places.texts.push(at);
    else if (isClock(column)) places.clocks.push({ at, name: property(column.path) });
    else places.numbers.push(at);
    at += slots;
  }
  return places;
}

const isEqual = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

const isSameText = (a: Batch, from: number, b: Batch, to: number): boolean => {
  const [start, end, otherStart, otherEnd] = [
    a.numbers[from]!,
    a.numbers[from + 1]!,
    b.numbers[to]!,
    b.numbers[to + 1]!,
  ];
  if (Number.isNaN(start) || Number.isNaN(otherStart)) return Number.isNaN(start) && Number.isNaN(otherStart);
  return end - start === otherEnd - otherStart && a.text.slice(start, end) === b.text.slice(otherStart, otherEnd);
};

/** The rows of a table with keys of their own, as the newest batch has them. */
export class Steady<R extends Row> {
  readonly #table: TableShape<R>;
  readonly #mask: number;
  readonly #width: number;
  readonly #sources: number;
  readonly #places: Places;
  #batch: Batch | null = null;
  #rows: readonly R[] = [];

  constructor(table: TableShape<R>, mask: number) {
    this.#table = table;
    this.#mask = mask;
    this.#width = stride(table, mask);
    this.#sources = table.sources.filter((_, index) => (mask & (1 << index)) !== 0).length;
    this.#places = placesOf(table, mask);
  }

  take(batch: Batch): readonly R[] {
    const before = this.#batch;
    const rows = this.#rows;
    const found = rankIn(before?.count ?? 0, (index) => before!.numbers[index * this.#width]!);
    this.#rows = Array.from({ length: batch.count }, (_, index) => {
      const at = found(batch.numbers[index * this.#width]!);
      if (at >= 0 && this.#isSame(before!, at, batch, index)) return this.#keep(rows[at]!, batch, index);
      return rowOf(this.#table, this.#mask, batch, index);
    });
    this.#batch = batch;
    return this.#rows;
  }

  #isSame(before: Batch, from: number, now: Batch, to: number): boolean {
    for (let source = 0; source < this.#sources; source++)
      if (before.statuses[from * this.#sources + source] !== now.statuses[to * this.#sources + source]) return false;
    const [was, is] = [from * this.#width, to * this.#width];
    for (const at of this.#places.numbers) if (!isEqual(before.numbers[was + at]!, now.numbers[is + at]!)) return false;
    return this.#places.texts.every((at) => isSameText(before, was + at, now, is + at));
  }

  #keep(row: R, { numbers }: Batch, index: number): R {
    for (const { at, name } of this.#places.clocks)
      Object.assign(row, { [name]: number(numbers[index * this.#width + at]) });
    return row;
  }
}

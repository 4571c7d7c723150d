// Rates inside a stream: of the time that its event covers, whoever else asks and whenever.
import type { Row, TableShape } from '../native/index.ts';
import { type Mark, type Meter, metersOf } from '../native/meter.ts';

/** What was counted of the rows of one sample. */
export type Counted = Map<Meter, Map<number, Mark<unknown>>>;

/** Compares what is read for an event with what was read for the one before; null where that is not known. */
export class Between {
  readonly #now: Counted;
  readonly #before: Counted | undefined;

  constructor(now: Counted, before: Counted | undefined) {
    this.#now = now;
    this.#before = before;
  }

  async measure<R extends Row>(table: TableShape<R>, rows: readonly R[], rates: number): Promise<void> {
    for (const meter of metersOf(table)) if ((meter.bit & rates) !== 0) this.#measure(meter, rows);
    for (const { mask, property, shift, table: below } of table.lists) {
      if ((mask & rates) === 0) continue;
      const items = rows.flatMap((row) => (row[property as keyof R] as readonly Row[] | null) ?? []);
      this.measure(below, items, (rates & mask) >> shift);
    }
  }

  #measure(meter: Meter, rows: readonly Row[]): void {
    const now = this.#now.get(meter) ?? new Map<number, Mark<unknown>>();
    this.#now.set(meter, now);
    const before = this.#before?.get(meter);
    for (const row of rows) {
      row.rates ??= {};
      row.rates[meter.name] = null;
      const mark = (row.have & meter.mask) === meter.mask ? meter.mark(row) : null;
      if (mark === null) continue;
      const key = meter.key(row);
      const last = before?.get(key);
      now.set(key, mark);
      if (last) row.rates[meter.name] = meter.between(mark, last);
    }
  }
}

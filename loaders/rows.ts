// When we read: every request of one operation for rows of one table, gathered, and no (row, source) pair read twice.
import DataLoader from 'dataloader';
import {
  copyRow,
  type Form,
  fillRow,
  hang,
  type Row,
  type RowList,
  rowsOf,
  type Source,
  type TableShape,
} from '../native/index.ts';
import { groupByKey } from './group.ts';
import { type ReadList, readItems, readList } from './list.ts';
import { Told } from './told.ts';

interface Wish<R> {
  readonly rows: readonly R[] | 'all';
  readonly mask: number;
}

export class RowLoader<R extends Row> {
  readonly #source: Source;
  readonly #table: TableShape<R>;
  readonly #settle: (row: R) => void;
  readonly #readList: ReadList;
  /** The bits of what is read from tables of its own. */
  readonly #lists: number;
  readonly #rows = new Map<number, R>();
  readonly #wishes = new DataLoader<Wish<R>, void>((wishes) => this.#takeTurn(wishes), { cache: false });
  #listed: readonly R[] | null = null;
  // One wave at a time: what a wave reads, the next one knows.
  #wave: Promise<unknown> = Promise.resolve();

  /** `settle` is called with a row whenever something was read into it. */
  constructor(
    source: Source,
    table: TableShape<R>,
    settle: (row: R) => void = () => undefined,
    readLists: ReadList = readList,
  ) {
    this.#source = source;
    this.#table = table;
    this.#settle = settle;
    this.#readList = readLists;
    this.#lists = table.lists.reduce((mask, list) => mask | list.mask, 0);
  }

  /** Every row there is, by key, each with the sources of `mask` asked. */
  async all(mask: number): Promise<readonly R[]> {
    if (!this.#listed?.every((row) => (mask & ~row.asked) === 0)) await this.#wishes.load({ rows: 'all', mask });
    return this.#listed!;
  }

  /** All rows there are, written by a form as far as it goes; null where some are known already, or nobody writes. */
  async tell(mask: number, form: Form): Promise<Told<R> | null> {
    const { tell } = this.#source;
    if (!tell || this.#rows.size > 0 || (mask & this.#lists) !== 0) return null;
    const { batches, ...written } = await tell([{ table: this.#table, mask, keys: { except: [] } }], form);
    const rows = rowsOf(this.#table, mask, batches[0]!);
    for (const row of rows) this.adopt(row);
    return new Told(written, rows);
  }

  /** The rows of these keys, whether or not there is such a thing: their faults tell. */
  async at(keys: readonly number[], mask: number): Promise<readonly R[]> {
    const rows = keys.map((key) => this.#rowOf(key));
    await this.ensure(rows, mask);
    return rows;
  }

  /** Takes in a row that was read elsewhere: what it has is not read again. */
  adopt(row: R): void {
    this.#settle(row);
    this.#rows.set(row.key, row);
  }

  /** A row that was read elsewhere for many, as it is told to one. */
  copy(row: R): R {
    const copy = copyRow(this.#table, row);
    if ((row.have & this.#lists) !== 0) this.#copyLists(row, copy);
    this.#settle(copy);
    return copy;
  }

  /** Takes in all rows there are, as they were read elsewhere, for many. */
  adoptAll(rows: readonly R[]): void {
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.key, this.copy(row));
    this.#listed = inOrder(this.#rows);
  }

  /** Reads what these rows lack of `mask`. */
  async ensure(rows: readonly R[], mask: number): Promise<void> {
    if (rows.some((row) => (mask & ~row.asked) !== 0)) await this.#wishes.load({ rows, mask });
  }

  async #takeTurn(wishes: readonly Wish<R>[]): Promise<undefined[]> {
    const turn = this.#wave.then(() => this.#serve(wishes));
    this.#wave = turn.catch(() => undefined);
    await turn;
    return wishes.map(() => undefined);
  }

  async #serve(wishes: readonly Wish<R>[]): Promise<void> {
    const everything = wishes.reduce((mask, wish) => (wish.rows === 'all' ? mask | wish.mask : mask), 0);
    if (this.#listed === null && wishes.some(({ rows }) => rows === 'all')) await this.#list(everything);
    await Promise.all([...this.#missing(wishes)].map(([mask, rows]) => this.#read(rows, mask)));
  }

  async #list(mask: number): Promise<void> {
    const own = mask & ~this.#lists;
    const whole = this.#table.lists.filter((list) => list.whole && (mask & list.mask) !== 0);
    const [batch, ...items] = await Promise.all([
      this.#source.read(this.#table, own, { except: [...this.#rows.keys()] }),
      ...whole.map((list) => readItems(this.#source, list, { except: [] }, mask)),
    ]);
    const rows = rowsOf(this.#table, own, batch);
    for (const [index, list] of whole.entries()) hangFound(rows, list, mask & list.mask, items[index]!);
    for (const row of rows) {
      this.#settle(row);
      this.#rows.set(row.key, row);
    }
    this.#listed = inOrder(this.#rows);
  }

  /** What is still to be read, rows that lack the same sources together. */
  #missing(wishes: readonly Wish<R>[]): Map<number, R[]> {
    const wanted = new Map<R, number>();
    for (const { rows, mask } of wishes) {
      for (const row of rows === 'all' ? this.#listed! : rows) {
        const lacking = (wanted.get(row) ?? 0) | (mask & ~row.asked);
        if (lacking !== 0) wanted.set(row, lacking);
      }
    }
    return groupByKey(wanted.keys(), (row) => wanted.get(row)!);
  }

  async #read(rows: readonly R[], mask: number): Promise<void> {
    const own = mask & ~this.#lists;
    const lists = this.#table.lists.filter((list) => (mask & list.mask) !== 0);
    await Promise.all([
      own === 0 ? undefined : this.#readColumns(rows, own),
      ...lists.map((list) => this.#readList(this.#source, list, rows, mask)),
    ]);
    rows.forEach(this.#settle);
  }

  async #readColumns(rows: readonly R[], mask: number): Promise<void> {
    const batch = await this.#source.read(this.#table, mask, { keys: rows.map(({ key }) => key) });
    rows.forEach((row, index) => {
      fillRow(this.#table, mask, batch, index, row);
    });
  }

  /** What hangs on it is told to one too. */
  #copyLists(from: R, to: R): void {
    for (const { mask, property, table } of this.#table.lists) {
      if ((from.have & mask) === 0) continue;
      const items = from[property as keyof R] as readonly Row[];
      Object.assign(to, { [property]: items.map((item) => copyRow(table, item)) });
    }
  }

  #rowOf(key: number): R {
    const row = this.#rows.get(key) ?? this.#table.create(key);
    this.#rows.set(key, row);
    return row;
  }
}

/** Whoever has none there is asked about by name. */
function hangFound(rows: readonly Row[], list: RowList, bits: number, found: ReadonlyMap<number, Row[]>): void {
  for (const row of rows) {
    const items = found.get(row.key);
    if (items) hang(row, list, bits, items);
  }
}

const inOrder = <R extends Row>(rows: ReadonlyMap<number, R>): R[] => [...rows.values()].sort((a, b) => a.key - b.key);

// What was counted before, for the rates of whoever asks next: of what was asked for lately, and nothing else.
import { type Row, rowsOf, type Source, type TableShape } from '../native/index.ts';
import { type Mark, type Meter, metersOf } from '../native/meter.ts';
import { groupByKey } from './group.ts';

/** As much of a clock as is needed here. */
export interface Timers {
  readonly now: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly idle: (ms: number, call: () => void) => () => void;
}

/** Nothing younger is compared with, so that noise does not look like a burst. */
const LEAST_SECONDS = 0.2;
/** What nobody has asked about for so long is forgotten, at the next round. */
const KEPT_MS = 60_000;
/** A second reading comes so much later; whoever comes meanwhile may share it, if it is not too close. */
const SECOND_MS = 200;
const CLOSE_MS = 100;
/** Of one kind, or twice as many as there are. */
const MOST = 50_000;

/** Two readings, so that there is always one that is old enough, however often somebody asks. */
interface Entry {
  newer: Mark<unknown>;
  older: Mark<unknown> | null;
  asked: number;
}

/** By what they are of; who was asked about last stands last. */
type Book = Map<number, Entry>;

/** A row that nothing is known to compare with. */
interface Cold {
  readonly row: Row;
  readonly now: Mark<unknown>;
  /** The first reading there is. */
  readonly first: Mark<unknown>;
}

/** Rows that wait for a second reading. */
interface Pending {
  readonly meter: Meter;
  readonly rows: readonly Cold[];
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly settle: (error?: unknown) => void;
}

/** Two readings of what a host counts: one baseline for all who ask about it. */
export class Baseline {
  readonly #source: Source;
  readonly #clock: Timers;
  readonly #books = new Map<Meter, Book>();
  /** Who has waited longest stands first. */
  #pending: Pending[] = [];
  #cancelRound: (() => void) | null = null;
  #isAwaited = false;

  constructor(source: Source, clock: Timers) {
    this.#source = source;
    this.#clock = clock;
  }

  /** How many things it remembers. */
  get size(): number {
    return [...this.#books.values()].reduce((sum, book) => sum + book.size, 0);
  }

  close(): void {
    this.#cancelRound?.();
    this.#books.clear();
  }

  /**
   * Gives these rows the rates of these sources. Where there is nothing to compare with, the rate is a promise, kept
   * by one more reading for all who wait; the promise given back is kept when all of them are known.
   */
  measure<R extends Row>(table: TableShape<R>, rows: readonly R[], rates: number, signal?: AbortSignal): Promise<void> {
    const own = metersOf(table).filter(({ bit }) => (bit & rates) !== 0);
    const late = own.flatMap((meter) => this.#measure(meter, rows, signal));
    const below = table.lists
      .filter(({ mask }) => (mask & rates) !== 0)
      .map((list) => {
        const items = rows.flatMap((row) => (row[list.property as keyof R] as readonly Row[] | null) ?? []);
        return this.measure(list.table, items, (rates & list.mask) >> list.shift, signal);
      });
    const all = Promise.all([...late, ...below]).then(() => undefined);
    // Whoever wants a rate hears of what went wrong; nobody has to want one.
    all.catch(() => undefined);
    return all;
  }

  /** What is still to come. */
  #measure(meter: Meter, rows: readonly Row[], signal: AbortSignal | undefined): Promise<unknown>[] {
    const isMeasured = ({ rates }: Row): boolean => rates !== null && meter.name in rates;
    const cold = this.#compare(
      meter,
      rows.filter((row) => !isMeasured(row)),
    );
    if (cold.length > 0) this.#await(meter, cold, signal);
    const rates = rows.map((row) => row.rates?.[meter.name]);
    return [...new Set(rates.filter((rate) => rate instanceof Promise))];
  }

  /** Gives what can be given at once, and tells for which rows it cannot. */
  #compare(meter: Meter, rows: readonly Row[]): readonly Cold[] {
    const book = this.#bookOf(meter);
    const unknown: Cold[] = [];
    let since = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const now = (row.have & meter.mask) === meter.mask ? meter.mark(row) : null;
      if (now === null) continue;
      const entry = this.#note(book, meter.key(row), now);
      const before = entry.older && isOlder(entry.older, now) ? entry.older : null;
      if (before) {
        since = Math.min(since, before.clock);
        give(row, meter, meter.between(now, before));
      } else {
        unknown.push({ row, now, first: entry.newer });
      }
    }
    shorten(book, Math.max(MOST, 2 * rows.length));
    // What began after the others were read last is told from its beginning.
    const isNew = ({ now }: Cold): boolean => now.started !== null && now.started >= since;
    for (const { row, now } of unknown.filter(isNew)) give(row, meter, meter.since(now));
    return unknown.filter((cold) => !isNew(cold));
  }

  /** Takes in a reading. */
  #note(book: Book, key: number, now: Mark<unknown>): Entry {
    const known = book.get(key);
    const entry = known?.newer.identity === now.identity ? known : { newer: now, older: null, asked: 0 };
    if (isOlder(entry.newer, now)) {
      entry.older = entry.newer;
      entry.newer = now;
    }
    entry.asked = this.#clock.now();
    book.delete(key);
    book.set(key, entry);
    return entry;
  }

  #bookOf(meter: Meter): Book {
    const book = this.#books.get(meter) ?? new Map<number, Entry>();
    this.#books.set(meter, book);
    this.#cancelRound ??= this.#clock.idle(KEPT_MS, () => this.#forget());
    return book;
  }

  /** Who was asked about longest ago stands first. */
  #forget(): void {
    this.#cancelRound = null;
    const horizon = this.#clock.now() - KEPT_MS;
    for (const [meter, book] of this.#books) {
      for (const [key, { asked }] of book) {
        if (asked >= horizon) break;
        book.delete(key);
      }
      if (book.size === 0) this.#books.delete(meter);
    }
    if (this.#books.size > 0) this.#cancelRound = this.#clock.idle(KEPT_MS, () => this.#forget());
  }

  #await(meter: Meter, rows: readonly Cold[], signal: AbortSignal | undefined): void {
    const promise = new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      this.#pending.push({ meter, rows, since: this.#clock.now(), signal, settle });
    });
    for (const { row } of rows) give(row, meter, promise);
    this.#readLater();
  }

  #readLater(): void {
    if (this.#isAwaited || this.#pending.length === 0) return;
    this.#isAwaited = true;
    this.#clock.after(Math.max(1, this.#pending[0]!.since + SECOND_MS - this.#clock.now()), () => {
      this.#isAwaited = false;
      const now = this.#clock.now();
      const due = this.#pending.filter(({ since }) => now - since >= CLOSE_MS);
      this.#pending = this.#pending.filter(({ since }) => now - since < CLOSE_MS);
      for (const same of groupByKey(due, ({ meter }) => meter.table).values()) void this.#readSecond(same);
      this.#readLater();
    });
  }

  /** Of one table, and of that only what the rates are made of. */
  async #readSecond(pending: readonly Pending[]): Promise<void> {
    try {
      const { table } = pending[0]!.meter;
      const masks = masksByKey(pending.filter(({ signal }) => !signal?.aborted));
      const reads = [...groupByKey(masks.keys(), (key) => masks.get(key)!)].map(async ([mask, keys]) =>
        rowsOf(table, mask, await this.#source.read(table, mask, { keys })),
      );
      const later = (await Promise.all(reads)).flat();
      for (const [meter, same] of groupByKey(pending, (each) => each.meter)) {
        this.#finish(
          meter,
          same.flatMap(({ rows }) => rows),
          later,
        );
      }
      for (const { settle } of pending) settle();
    } catch (error) {
      for (const { meter, rows, settle } of pending) {
        for (const { row } of rows) give(row, meter, null);
        settle(error);
      }
    }
  }

  /** What ended in between is told from its beginning. */
  #finish(meter: Meter, rows: readonly Cold[], later: readonly Row[]): void {
    const book = this.#bookOf(meter);
    const has = ({ have }: Row): boolean => (have & meter.mask) === meter.mask;
    const byKey = new Map(later.filter(has).map((row) => [meter.key(row), row]));
    for (const { row, now, first } of rows) {
      const again = byKey.get(meter.key(row));
      const mark = again ? meter.mark(again) : null;
      if (mark) this.#note(book, meter.key(row), mark);
      give(row, meter, (mark && meter.between(mark, first)) ?? meter.since(now));
    }
  }
}

/** What is to be read of each row. */
function masksByKey(pending: readonly Pending[]): ReadonlyMap<number, number> {
  const masks = new Map<number, number>();
  for (const { meter, rows } of pending)
    for (const { row } of rows) masks.set(row.key, (masks.get(row.key) ?? 0) | meter.mask);
  return masks;
}

const isOlder = (before: Mark<unknown>, now: Mark<unknown>): boolean => now.clock - before.clock >= LEAST_SECONDS;

function give(row: Row, { name }: Meter, rate: unknown): void {
  row.rates ??= {};
  row.rates[name] = rate;
}

/** Leaves out who was asked about longest ago. */
function shorten(book: Book, most: number): void {
  for (const key of book.keys()) {
    if (book.size <= most) return;
    book.delete(key);
  }
}

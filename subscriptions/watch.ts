import {
  processTable,
  type Row,
  rowsOf,
  type Source,
  type SystemRow,
  systemTable,
  type TableShape,
} from '../native/index.ts';
import type { Clock } from './clock.ts';
import { Ending, isOver, type WatchedRow, watchedTable } from './process.ts';
import { Sampler, Watcher } from './sampler.ts';

// What tells one process from another.
const STAT = 1 << processTable.sources.indexOf('stat');

interface Target {
  readonly pid: number;
  readonly startTicks: number | null;
}

/** What is done for rows besides reading them, as long as somebody watches. */
interface Beside<R extends Row> {
  finish(rows: readonly R[]): Promise<void>;
  close(): void;
}

const NOTHING: Beside<Row> = { finish: async () => undefined, close: () => undefined };

/** What is watched on one host: a sampler for each (rows, sources, interval) that somebody watches, and no other. */
export class Watch {
  readonly #source: Source;
  readonly #clock: Clock;
  // biome-ignore lint/suspicious/noExplicitAny: a sampler of one table is found by a key that names the table
  readonly #samplers = new Map<string, Sampler<any>>();

  constructor(source: Source, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** How many samplers are at work. */
  get size(): number {
    return this.#samplers.size;
  }

  system(mask: number, everyMs: number): Watcher<readonly SystemRow[]> {
    return new Watcher(this.#rows(systemTable, mask, [0], everyMs));
  }

  /** Ends with the process. Null is one that ended before the host was last started. */
  process(target: Target | null, mask: number, everyMs: number): Watcher<readonly WatchedRow[]> {
    const keys = target ? [target.pid] : [];
    const open = this.#rows(watchedTable, mask | STAT, keys, everyMs, () => {
      const ending = new Ending(this.#source);
      return {
        async finish(rows) {
          for (const row of rows) row.exit = await ending.before(row);
        },
        close: () => ending.close(),
      };
    });
    return new Watcher(open, (event) => isOver(event, target?.startTicks ?? null));
  }

  /** Opens what reads the rows of these keys, at once and then at every multiple of the interval. */
  #rows<R extends Row>(
    table: TableShape<R>,
    mask: number,
    keys: readonly number[],
    everyMs: number,
    beside: () => Beside<R> = () => NOTHING,
  ) {
    const name = [table.name, mask, everyMs, ...keys].join(' ');
    const read = () => this.#read(table, mask, keys);
    return (): Sampler<readonly R[]> => this.#samplers.get(name) ?? this.#start(name, everyMs, beside(), read);
  }

  /** One row may have lists; of several only what stands in their own row is watched. */
  async #read<R extends Row>(table: TableShape<R>, mask: number, keys: readonly number[]): Promise<readonly R[]> {
    const wanted = table.lists.filter((list) => (list.mask & mask) !== 0);
    const own = mask & ~wanted.reduce((bits, list) => bits | list.mask, 0);
    const [batch, ...lists] = await Promise.all([
      this.#source.read(table, own, { keys }),
      ...wanted.map((list) => this.#source.read(list.table, (mask & list.mask) >> list.shift, { keys })),
    ]);
    const rows = rowsOf(table, own, batch);
    wanted.forEach((list, index) => {
      const items = rowsOf(list.table, (mask & list.mask) >> list.shift, lists[index]!);
      for (const row of rows) Object.assign(row, { [list.property]: items });
    });
    return rows;
  }

  #start<R extends Row>(
    name: string,
    everyMs: number,
    beside: Beside<R>,
    read: () => Promise<readonly R[]>,
  ): Sampler<readonly R[]> {
    const take = async () => {
      const rows = await read();
      await beside.finish(rows);
      return rows;
    };
    const sampler = new Sampler(this.#clock, everyMs, take, () => {
      this.#samplers.delete(name);
      beside.close();
    });
    this.#samplers.set(name, sampler);
    return sampler;
  }
}

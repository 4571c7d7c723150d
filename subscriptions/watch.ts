import {
  type ConnectionRow,
  connectionTable,
  hang,
  type Keys,
  lasting,
  type ProcessRow,
  processTable,
  type Row,
  rowsOf,
  type ServiceRow,
  type Source,
  type SystemRow,
  serviceTable,
  systemTable,
  type TableShape,
} from '../native/index.ts';
import type { Clock } from './clock.ts';
import { ProcessEvents } from './event.ts';
import { Gatherer, type Span } from './gather.ts';
import { Ending, isOver, type WatchedRow, watchedTable } from './process.ts';
import { type Reading, Sampler, Watcher } from './sampler.ts';
import { Steady } from './steady.ts';

// What tells one process from another.
const STAT = 1 << processTable.sources.indexOf('stat');
const UNITS = 1 << serviceTable.sources.indexOf('units');

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

/** Rows that are watched, at whatever paces, and what was last read of them. */
interface Watched<R extends Row> {
  readonly samplers: Map<number, Sampler<readonly R[]>>;
  readonly read: () => Promise<Reading<readonly R[]>>;
  readonly close: () => void;
  due: number;
  reading: Promise<Reading<readonly R[]>> | null;
}

/** What is watched on one host: a sampler for each (rows, sources, interval) that somebody watches, and no other. */
export class Watch {
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #events: ProcessEvents;
  readonly #gatherers = new Map<number, Gatherer>();
  // biome-ignore lint/suspicious/noExplicitAny: what is watched of one table is found by a key that names the table
  readonly #watched = new Map<string, Watched<any>>();

  /** What happens to processes may be heard for several who see all of them. */
  constructor(source: Source, clock: Clock, events = new ProcessEvents(source, clock)) {
    this.#source = source;
    this.#clock = clock;
    this.#events = events;
  }

  /** How many samplers are at work, and those who gather what happens. */
  get size(): number {
    return [...this.#watched.values()].reduce((sum, { samplers }) => sum + samplers.size, this.#gatherers.size);
  }

  system(mask: number, everyMs: number): Watcher<readonly SystemRow[]> {
    return new Watcher(this.#rows(systemTable, mask, { keys: [0] }, everyMs));
  }

  /** Ends with the process. Null is one that ended before the host was last started. */
  process(target: Target | null, mask: number, everyMs: number): Watcher<readonly WatchedRow[]> {
    const keys = target ? [target.pid] : [];
    const open = this.#rows(watchedTable, mask | STAT, { keys }, everyMs, () => {
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

  /** All processes there are. */
  processes(mask: number, everyMs: number): Watcher<readonly ProcessRow[]> {
    return new Watcher(this.#rows(processTable, mask | STAT, { except: [] }, everyMs));
  }

  /** All sockets of these kinds. */
  connections(mask: number, kinds: readonly number[], everyMs: number): Watcher<readonly ConnectionRow[]> {
    return new Watcher(this.#rows(connectionTable, mask, { keys: kinds }, everyMs));
  }

  /** All services there are. */
  services(mask: number, everyMs: number): Watcher<readonly ServiceRow[]> {
    return new Watcher(this.#rows(serviceTable, mask | UNITS, { except: [] }, everyMs));
  }

  /** What happens to processes, gathered. */
  events(everyMs: number): Watcher<Span> {
    return new Watcher(() => {
      const idle = () => this.#gatherers.delete(everyMs);
      const gatherer = this.#gatherers.get(everyMs) ?? new Gatherer(this.#events, this.#clock, everyMs, idle);
      this.#gatherers.set(everyMs, gatherer);
      return gatherer;
    });
  }

  /** Opens what reads these rows, at once and then at every multiple of the interval. */
  #rows<R extends Row>(
    table: TableShape<R>,
    mask: number,
    keys: Keys,
    everyMs: number,
    beside: () => Beside<R> = () => NOTHING,
  ): () => Sampler<readonly R[]> {
    const name = JSON.stringify([table.name, mask, keys]);
    return () => {
      const watched: Watched<R> = this.#watched.get(name) ?? this.#begin(name, table, mask, keys, beside());
      const known = watched.samplers.get(everyMs);
      const sampler = known ?? this.#start(watched, everyMs);
      watched.samplers.set(everyMs, sampler);
      return sampler;
    };
  }

  #begin<R extends Row>(name: string, table: TableShape<R>, mask: number, keys: Keys, beside: Beside<R>): Watched<R> {
    // In a list of all rows each has a key of its own.
    const isWhole = 'except' in keys && table.lists.every((list) => (list.mask & mask) === 0);
    const steady = isWhole ? new Steady(table, mask) : null;
    // Each its own: what holds up one is no reason for another to wait.
    const signal = lasting();
    const read = async () => {
      const moment = { at: this.#clock.date(), clock: this.#clock.now() };
      const value = steady
        ? steady.take(await this.#source.read(table, mask, keys, signal))
        : await this.#read(table, mask, keys, signal);
      await beside.finish(value);
      return { value, ...moment };
    };
    const close = () => {
      this.#watched.delete(name);
      beside.close();
    };
    const watched: Watched<R> = { samplers: new Map(), read, close, due: 0, reading: null };
    this.#watched.set(name, watched);
    return watched;
  }

  /** Ticks of several intervals that fall together take one reading. */
  #start<R extends Row>(watched: Watched<R>, everyMs: number): Sampler<readonly R[]> {
    const take = (due: number | null) => {
      if (due === null) return watched.read();
      if (watched.reading === null || watched.due !== due) Object.assign(watched, { due, reading: watched.read() });
      return watched.reading!;
    };
    return new Sampler(this.#clock, everyMs, take, () => {
      watched.samplers.delete(everyMs);
      if (watched.samplers.size === 0) watched.close();
    });
  }

  /** One row may have lists; of several only what stands in their own row is watched. All of it is read together. */
  async #read<R extends Row>(table: TableShape<R>, mask: number, keys: Keys, signal: AbortSignal): Promise<R[]> {
    const wanted = table.lists.filter((list) => (list.mask & mask) !== 0);
    const own = mask & ~wanted.reduce((bits, list) => bits | list.mask, 0);
    const [batch, ...lists] = await Promise.all([
      this.#source.read(table, own, keys, signal),
      ...wanted.map((list) => this.#source.read(list.table, (mask & list.mask) >> list.shift, keys, signal)),
    ]);
    const rows = rowsOf(table, own, batch);
    wanted.forEach((list, index) => {
      const items = rowsOf<Row>(list.table, (mask & list.mask) >> list.shift, lists[index]!);
      for (const row of rows) hang(row, list, mask & list.mask, items);
    });
    return rows;
  }
}

import type { Batch, Layout, Source } from '../native/index.ts';

/** Kernel reads by table and source. */
type Reads = Record<string, Record<string, number>>;

/** What one operation made the machine do. */
export interface Cost {
  readonly reads: Reads;
  readonly rows: number;
  /** Milliseconds that native calls took, those at the same time counted each. */
  readonly nativeMs: number;
}

export class Tally {
  readonly #reads: Reads = {};
  #rows = 0;
  #nativeMs = 0;

  get cost(): Cost {
    return { reads: this.#reads, rows: this.#rows, nativeMs: Math.round(this.#nativeMs * 1000) / 1000 };
  }

  /** The same source, and what is read of it is counted here. */
  watch(source: Source): Source {
    const { read, tell } = source;
    return {
      ...source,
      read: async (table, mask, keys, signal) => {
        const batch = await this.#timed(read(table, mask, keys, signal));
        this.#rows += batch.count;
        this.#count(table, batch);
        return batch;
      },
      ...(tell && {
        tell: async (asked, form, signal) => {
          const told = await this.#timed(tell(asked, form, signal));
          this.#rows += told.rows;
          for (const [index, batch] of told.batches.entries()) this.#count(asked[index]!.table, batch);
          return told;
        },
      }),
    };
  }

  async #timed<T>(reading: Promise<T>): Promise<T> {
    const start = performance.now();
    const read = await reading;
    this.#nativeMs += performance.now() - start;
    return read;
  }

  #count({ name, sources }: Layout, { reads }: Batch): void {
    sources.forEach((source, index) => {
      if (reads[index] === 0) return;
      this.#reads[name] ??= {};
      this.#reads[name][source] = (this.#reads[name][source] ?? 0) + reads[index]!;
    });
  }
}

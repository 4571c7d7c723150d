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
    return {
      ...source,
      read: async (table, mask, keys, signal) => {
        const start = performance.now();
        const batch = await source.read(table, mask, keys, signal);
        this.#nativeMs += performance.now() - start;
        this.#count(table, batch);
        return batch;
      },
    };
  }

  #count({ name, sources }: Layout, { count, reads }: Batch): void {
    this.#rows += count;
    sources.forEach((source, index) => {
      if (reads[index] === 0) return;
      this.#reads[name] ??= {};
      this.#reads[name][source] = (this.#reads[name][source] ?? 0) + reads[index]!;
    });
  }
}

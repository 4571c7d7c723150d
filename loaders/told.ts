// A list of which most rows were written where they were read: those that take judgment stand between the others.
import type { Telling } from '../native/index.ts';

type Texts = Pick<Telling, 'text' | 'places' | 'count' | 'objects' | 'units' | 'release'>;

export class Told<R> {
  readonly #written: Texts;
  /** Those that were not written, in their order. */
  readonly rows: readonly R[];

  constructor(written: Texts, rows: readonly R[]) {
    this.#written = written;
    this.rows = rows;
  }

  /** How many there are, written or not. */
  get length(): number {
    return this.#written.count + this.rows.length;
  }

  /** How many were written, and the items in them. */
  get objects(): number {
    return this.#written.objects;
  }

  /** UTF-16 units of text that was read, in what was written. */
  get units(): number {
    return this.#written.units;
  }

  /** Without those rows that were not written and do not pass. */
  filter(passes: (row: R) => boolean): Told<R> {
    const kept = this.rows.map(passes);
    const places = this.#written.places.filter((_, index) => kept[index]);
    return new Told(
      { ...this.#written, places },
      this.rows.filter((_, index) => kept[index]),
    );
  }

  /** The whole list as JSON, with what these rows are told as. */
  written(rows: readonly unknown[]): Written {
    const { text, places, release } = this.#written;
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const [index, row] of rows.entries()) {
      parts.push(text.subarray(from, places[index]!), Buffer.from(`,${JSON.stringify(row)}`));
      from = places[index]!;
    }
    return new Written([...parts, text.subarray(from)], release);
  }
}

const [OPEN, CLOSE] = [Buffer.from('['), Buffer.from(']')];

/** A list that is written. Whoever cannot take it as it is has it as what it says. */
export class Written {
  readonly parts: readonly Uint8Array[];
  /** Gives back what it takes, once it is sent: it says nothing from then on. */
  readonly release: () => void;

  /** Takes its items, with a comma before each. */
  constructor(items: readonly Uint8Array[], release: () => void = () => undefined) {
    this.release = release;
    const first = items.findIndex(({ length }) => length > 0);
    this.parts = [OPEN, ...items.map((part, index) => (index === first ? part.subarray(1) : part)), CLOSE];
  }

  toJSON(): unknown {
    return JSON.parse(Buffer.concat(this.parts).toString());
  }
}

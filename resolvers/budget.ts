// What an operation has put into its answer so far. Objects that stand in it again and again are read once, and still
// fill it: everybody's parents, and all that is below each of them.
import type { GraphQLError } from 'graphql';
import type { Told } from '../loaders/told.ts';
import type { Row } from '../native/index.ts';
import { bitOf, property, type Table } from '../native/spec/define.ts';
import { type AskLimits, overLimit } from './limit.ts';

export class Budget {
  readonly limits: AskLimits;
  /** Resolves to the reason once the operation is stopped. */
  readonly stopped: Promise<GraphQLError>;
  // Of its own, so that what waits for it goes when it goes.
  readonly #never = new Promise<never>(() => undefined);
  #stop!: (excess: GraphQLError) => void;
  #isStopped = false;
  #objects = 0;
  #bytes = 0;
  #largest = 0;

  constructor(limits: AskLimits) {
    this.limits = limits;
    this.stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  /**
   * To be awaited before work. It never comes back once the operation is stopped: whoever runs it has answered then,
   * and ten thousand errors for the rest of it would cost more than what was refused.
   */
  check(): Promise<never> | undefined {
    return this.#isStopped ? this.#never : undefined;
  }

  /** Takes in a list of which most was written where it was read, and is to be awaited. */
  takeTold<R extends Row>(table: Table, told: Told<R>): Promise<never> | undefined {
    this.#objects += told.objects;
    this.#bytes += told.units;
    return this.take(table, told.rows, told.length);
  }

  /** Takes in a list of rows, and is to be awaited. None is too long by itself, or a crowd could not be listed. */
  take(table: Table, rows: readonly Row[], length = rows.length): Promise<never> | undefined {
    if (this.#isStopped) return this.#never;
    const { maxObjects, maxBytes } = this.limits;
    this.#largest = Math.max(this.#largest, length);
    this.#add(widthOf(table), rows);
    if (this.#objects > Math.max(maxObjects, this.#largest))
      return this.#refuse('maxObjects', 'The answer has too many objects');
    if (this.#bytes > maxBytes) return this.#refuse('maxBytes', 'The answer has too many bytes of text');
    return undefined;
  }

  #refuse(name: 'maxObjects' | 'maxBytes', excess: string): Promise<never> {
    this.#isStopped = true;
    this.#stop(overLimit(name, this.limits[name], excess));
    return this.#never;
  }

  #add({ texts, lists }: Width, rows: readonly Row[]): void {
    this.#objects += rows.length;
    let have = 0;
    let read: readonly string[] = [];
    for (const row of rows as readonly unknown[] as readonly (Values & Row)[]) {
      // Most of them are not read, and rows of a list mostly have the same.
      if (row.have !== have) {
        have = row.have;
        read = texts.filter(({ bit }) => (have & bit) !== 0).map(({ name }) => name);
      }
      for (const name of read) this.#bytes += lengthOf(row[name]);
      for (const { name, of } of lists) if (row[name]) this.#add(widthOf(of), row[name] as readonly Row[]);
    }
  }
}

type Values = Readonly<Record<string, unknown>>;

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let sum = 0;
  for (const text of value as readonly string[]) sum += text.length;
  return sum;
}

/** Where a row of a table has text, and rows of its own. */
interface Width {
  readonly texts: readonly { readonly name: string; readonly bit: number }[];
  readonly lists: readonly { readonly name: string; readonly of: Table }[];
}

const widths = new WeakMap<Table, Width>();

function widthOf(table: Table): Width {
  const known = widths.get(table);
  if (known) return known;
  const shown = table.columns.filter(({ hidden, kind }) => !hidden && (kind === 'text' || kind === 'texts'));
  const lists = Object.entries(table.lists).filter(([, { hidden }]) => !hidden);
  const made = {
    texts: shown.map(({ path, source }) => ({ name: property(path), bit: bitOf(table, source) })),
    lists: lists.map(([path, { table: of }]) => ({ name: property(path), of })),
  };
  widths.set(table, made);
  return made;
}

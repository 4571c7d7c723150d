// Orders of any noun, and where a row stands in one.
import type { Row } from '../native/index.ts';
import type { Table } from '../native/spec/define.ts';
import type { Context } from './context.ts';
import { checkAccess, type Fact, type Facts, known } from './fact.ts';

/** As the schema has coerced it: without a direction it goes up. */
export interface OrderBy {
  readonly by: string;
  readonly direction?: 'ASC' | 'DESC' | null | undefined;
}

/** What rows are compared by; null is what they have none of, or what could not be read. */
export type Key = number | string | null;

export interface Order<R extends Row> {
  readonly facts: readonly Fact<R>[];
  /** True if rows come in this order anyhow. */
  readonly isGiven: boolean;
  /** For each key 1 if it goes up and -1 if it goes down; the last is of what tells any two rows apart. */
  readonly signs: readonly number[];
  keysOf(row: R, context: Context): readonly Key[];
}

/** An order by what is wanted, and by `tie` where that is equal; `isByTie` if rows come in the order of that one. */
export function order<R extends Row>(
  wanted: readonly OrderBy[] | null | undefined,
  facts: Facts<R>,
  tie: (row: R) => Key,
  table: Table,
  context: Context,
  isByTie = false,
): Order<R> {
  const keys = firstOfEach(wanted ?? []);
  for (const { by } of keys) checkAccess(by, facts[by]!, table, context);
  const used = keys.map(({ by }) => facts[by]!);
  return {
    facts: used,
    isGiven: used.length === 0 && isByTie,
    signs: [...keys.map(({ direction }) => (direction === 'DESC' ? -1 : 1)), 1],
    keysOf: (row, now) => [...used.map((fact) => (known(fact, row, now) ?? null) as Key), tie(row)],
  };
}

/** What is named again decides nothing: where it is looked at, the rows have the same. */
const firstOfEach = (wanted: readonly OrderBy[]): readonly OrderBy[] => {
  const first = new Map(wanted.map((each) => [each.by, each] as const).reverse());
  return wanted.filter((each) => first.get(each.by) === each);
};

/** Below 0 if `a` stands before `b`. What is not known is last, whichever way the others go. */
export function compareKeys(a: readonly Key[], b: readonly Key[], signs: readonly number[]): number {
  for (let at = 0; at < signs.length; at++) {
    const [left, right] = [a[at]!, b[at]!];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return signs[at]! * compare(left, right);
  }
  return 0;
}

const compare = (a: number | string, b: number | string): number =>
  typeof a === 'string' ? compareText(a, String(b)) : a < Number(b) ? -1 : 1;

/** By code points, the same wherever the gateway runs. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Halves of a character beyond the first 65,536 have numbers below the last of those. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

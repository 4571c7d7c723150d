// What rows can be filtered, sorted and grouped by: each noun has a table of facts, a line each.
import type { Row } from '../native/index.ts';
import { bitOf, bitsOf, type Table } from '../native/spec/define.ts';
import type { Context } from './context.ts';
import { notAuthorized } from './error.ts';
import { allowed } from './gaps.ts';

/** Null where there is none; of several, a test holds that holds for one of them. */
export type Value = number | string | boolean | null | readonly number[] | readonly string[];

export interface Fact<R extends Row> {
  /** Bits of the sources without which it is not known. */
  readonly sources: number;
  /** What some rows need besides: where it cannot be read they are taken as they are. */
  readonly more?: (row: R, context: Context) => number;
  /** What is read first, once, besides the rows. */
  readonly before?: (context: Context) => Promise<unknown>;
  /** Has something measured of rows that were read. */
  readonly measured?: (rows: readonly R[], context: Context) => Promise<unknown>;
  /** Undefined if what was read before it could not be. */
  readonly value: (row: R, context: Context) => Value | undefined;
}

export type Facts<R extends Row> = Readonly<Record<string, Fact<R>>>;

/** A fact of one source of a table. */
export const factOf =
  <R extends Row>(table: Table) =>
  (source: string, value: Fact<R>['value'], rest: Partial<Fact<R>> = {}): Fact<R> => ({
    sources: bitsOf(table, source),
    value,
    ...rest,
  });

/** What is known of a row: undefined if it could not be read. */
export const known = <R extends Row>(fact: Fact<R>, row: R, context: Context): Value | undefined =>
  (row.have & fact.sources) === fact.sources ? fact.value(row, context) : undefined;

export const sourcesOf = <R extends Row>(facts: readonly Fact<R>[]): number =>
  facts.reduce((mask, { sources }) => mask | sources, 0);

type Ensure<R extends Row> = (rows: readonly R[], mask: number) => Promise<void>;

/** Reads what these facts of these rows take. */
export async function learn<R extends Row>(
  rows: readonly R[],
  facts: readonly Fact<R>[],
  ensure: Ensure<R>,
  context: Context,
): Promise<void> {
  await Promise.all([ensure(rows, sourcesOf(facts)), ...facts.map(({ before }) => before?.(context))]);
  for (const { more } of facts) if (more) await learnMore(rows, (row) => more(row, context), ensure);
  await Promise.all(facts.map(({ measured }) => measured?.(rows, context)));
}

async function learnMore<R extends Row>(rows: readonly R[], more: (row: R) => number, ensure: Ensure<R>) {
  const some = rows.filter((row) => more(row) !== 0);
  if (some.length > 0) await ensure(some, more(some[0]!));
}

/** Throws unless the caller may have read what a fact takes: by tests alone it could be found out. */
export function checkAccess<R extends Row>(name: string, { sources }: Fact<R>, table: Table, context: Context): void {
  const lacking = sources & ~allowed(table, context.access);
  if (lacking === 0) return;
  const access = Object.entries(table.sources).find(([source]) => (bitOf(table, source) & lacking) !== 0)![1].access;
  throw notAuthorized(name, access === 'READ' ? 'READ' : 'SENSITIVE');
}

/** The sources that the arguments of a list make it read of every row: for its filter, its order and its groups. */
export const asksOf =
  <R extends Row>(filter: Facts<R>, others: Facts<Row> | Facts<R>) =>
  (args: Readonly<Record<string, unknown>>): number => {
    const orders = (args.orderBy ?? []) as readonly { readonly by: string }[];
    const names = [...orders.map(({ by }) => by), ...(typeof args.by === 'string' ? [args.by] : [])];
    const facts = names.flatMap((name) => (others as Facts<R>)[name] ?? []);
    return sourcesOf(facts) | sourcesOf(namesIn(args.filter).flatMap((name) => filter[name] ?? []));
  };

/** Every field that stands in a filter, or in one inside it. */
function namesIn(filter: unknown): string[] {
  if (Array.isArray(filter)) return filter.flatMap(namesIn);
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

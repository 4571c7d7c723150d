// Filters of any noun: what a client asks becomes tests of facts, and those that cost least drop rows first.
//
// What could not be read is unknown: it passes neither a test nor its not. What is null because there is none is known:
// it differs from everything, so that `ne` and a `not` around any other test hold for it.
import type { Row } from '../native/index.ts';
import type { Table } from '../native/spec/define.ts';
import { priceOf } from '../native/spec/price.ts';
import type { Context } from './context.ts';
import { checkAccess, type Fact, type Facts, known, learn, sourcesOf, type Value } from './fact.ts';
import { type AskLimits, overLimit } from './limit.ts';
import { matcher } from './pattern.ts';

/** As the schema has coerced it: a field that is left out or null tests nothing. */
export type Filter = Readonly<Record<string, unknown>>;

/** Null is unknown. */
export type Truth = boolean | null;

interface Test<R extends Row> {
  readonly facts: readonly Fact<R>[];
  readonly holds: (row: R, context: Context) => Truth;
}

/** Tests that take the same sources; rows that fail one step are not looked at by the next. */
export interface Step<R extends Row> extends Test<R> {
  readonly sources: number;
}

export function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

const not = (truth: Truth): Truth => (truth === null ? null : !truth);
const any = (truths: readonly Truth[]): Truth => not(all(truths.map(not)));

const both = <R extends Row>(tests: readonly Test<R>[], fold: (truths: readonly Truth[]) => Truth): Test<R> => ({
  facts: tests.flatMap(({ facts }) => facts),
  holds: (row, context) => fold(tests.map(({ holds }) => holds(row, context))),
});

type Check = (value: never) => boolean;

interface How {
  readonly fold: (text: string) => string;
  readonly ignoreCase: boolean;
  readonly limits: AskLimits;
}

/** What each operator of a filter makes of what it is given: a check of a value. */
const OPERATORS: Readonly<Record<string, (given: never, how: How) => Check>> = {
  eq: (given: unknown) => (value) => value === given,
  ne: (given: unknown) => (value) => value !== given,
  in: (given: readonly unknown[]) => {
    const set = new Set(given);
    return (value) => set.has(value);
  },
  lt: (given: number) => (value) => value < given,
  lte: (given: number) => (value) => value <= given,
  gt: (given: number) => (value) => value > given,
  gte: (given: number) => (value) => value >= given,
  contains: (given: string) => (value: string) => value.includes(given),
  startsWith: (given: string) => (value: string) => value.startsWith(given),
  endsWith: (given: string) => (value: string) => value.endsWith(given),
};

const fold = (text: string): string => text.toLowerCase();
const asItIs = (text: string): string => text;

function foldAll(given: unknown, how: How): unknown {
  if (Array.isArray(given)) return given.map((item) => foldAll(item, how));
  return typeof given === 'string' ? how.fold(given) : given;
}

/** A list of values stands for `in`, and one of yes and no for `eq`. */
function operatorsIn(given: unknown): Filter {
  if (Array.isArray(given)) return { in: given };
  return typeof given === 'object' ? (given as Filter) : { eq: given };
}

/** What the operators of one field say of a value; undefined if there are none. */
function checkOf(given: unknown, limits: AskLimits): ((value: Value) => boolean) | undefined {
  const { ignoreCase, ...operators } = operatorsIn(given);
  const how: How = { fold: ignoreCase === true ? fold : asItIs, ignoreCase: ignoreCase === true, limits };
  const entries = present(operators);
  if (entries.length === 0) return undefined;
  const checks = entries.map(([name, operand]) => checkBy(name, operand, how));
  const holds = (value: unknown): boolean => checks.every((check) => check(value as never));
  const none = entries.every(([name]) => name === 'ne');
  return (value) => (value === null ? none : Array.isArray(value) ? value.some(holds) : holds(value));
}

function checkBy(name: string, operand: unknown, how: How): Check {
  // A pattern folds by itself, and its own letters mean something else folded: \S is not \s.
  if (name === 'matches') return matcher(operand as string, how.ignoreCase, how.limits) as Check;
  const check = OPERATORS[name]!(foldAll(operand, how) as never, how);
  return how.ignoreCase ? (value: string) => check(how.fold(value) as never) : check;
}

const present = (of: Filter): [string, unknown][] =>
  Object.entries(of).filter(([, value]) => value !== null && value !== undefined);

/** The fields of a filter, and what stands beside them in it. */
const COMBINED: Readonly<Record<string, true>> = { and: true, or: true, not: true };

/** Makes steps of a filter. Throws where it is too large, or tests what the caller may not see. */
export function steps<R extends Row>(
  filter: Filter | null | undefined,
  facts: Facts<R>,
  table: Table,
  context: Context,
): readonly Step<R>[] {
  if (filter == null) return [];
  checkSize(filter, context.budget.limits);
  const ofField = (name: string, given: unknown): Test<R>[] => {
    const check = checkOf(given, context.budget.limits);
    if (!check) return [];
    const fact = facts[name]!;
    checkAccess(name, fact, table, context);
    const holds = (row: R, now: Context): Truth => {
      const value = known(fact, row, now);
      return value === undefined ? null : check(value);
    };
    return [{ facts: [fact], holds }];
  };
  /** All of these must hold: what stands in an `and` stands here as well. */
  const conjuncts = (of: Filter): Test<R>[] =>
    present(of).flatMap(([name, given]) => {
      if (name === 'and') return (given as readonly Filter[]).flatMap(conjuncts);
      if (name === 'or') return [both((given as readonly Filter[]).map(whole), any)];
      if (name !== 'not') return ofField(name, given);
      const inner = whole(given as Filter);
      return [{ ...inner, holds: (row, now) => not(inner.holds(row, now)) }];
    });
  const whole = (of: Filter): Test<R> => both(conjuncts(of), all);
  return inSteps(conjuncts(filter), table);
}

function inSteps<R extends Row>(tests: readonly Test<R>[], table: Table): Step<R>[] {
  const bySources = new Map<number, Test<R>[]>();
  for (const test of tests) {
    const sources = sourcesOf(test.facts);
    bySources.set(sources, [...(bySources.get(sources) ?? []), test]);
  }
  const made = [...bySources].map(([sources, same]) => ({ ...both(same, all), sources }));
  return made.sort((a, b) => priceOf(table, a.sources) - priceOf(table, b.sources));
}

function checkSize(filter: Filter, { maxFilterDepth, maxFilterTests }: AskLimits): void {
  const { depth, tests } = sizeOf(filter);
  if (depth > maxFilterDepth) throw overLimit('maxFilterDepth', maxFilterDepth, 'This filter nests too deep');
  if (tests > maxFilterTests) throw overLimit('maxFilterTests', maxFilterTests, 'This filter has too many tests');
}

/** Levels of filters in filters, and tests in all of them: one of nothing counts as one. */
function sizeOf(filter: Filter): { depth: number; tests: number } {
  let tests = 0;
  let depth = 0;
  for (const [name, given] of present(filter)) {
    const inner = COMBINED[name] ? [given as Filter | readonly Filter[]].flat().map(sizeOf) : [];
    depth = inner.reduce((most, size) => Math.max(most, size.depth), depth);
    tests += Math.max(1, inner.length, COMBINED[name] ? 0 : present(operatorsIn(given)).length);
    tests = inner.reduce((sum, size) => sum + size.tests, tests);
  }
  return { depth: depth + 1, tests };
}

/** The rows that pass every step; `remain` drops those that ended meanwhile. */
export async function passing<R extends Row>(
  rows: readonly R[],
  by: readonly Step<R>[],
  ensure: (rows: readonly R[], mask: number) => Promise<void>,
  context: Context,
  isThere: (row: R) => boolean = () => true,
): Promise<readonly R[]> {
  let left = rows;
  for (const { facts, holds } of by) {
    await learn(left, facts, ensure, context);
    left = left.filter((row) => isThere(row) && holds(row, context) === true);
  }
  return left;
}

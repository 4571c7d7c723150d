import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

interface First {
  readonly first?: number | null;
}

/** Rows that belong to a row, those without what is selected non-null in them left out; null if they were not read. */
export function listOf<R extends Row>(owner: Row, property: string, info: GraphQLResolveInfo): readonly R[] | null {
  const all = (owner as unknown as Record<string, readonly R[] | null>)[property] ?? null;
  const { required } = needs(info);
  // Nearly always all of them: a copy for each of thousands of rows costs, and so does a function.
  return all === null || haveAll(all, required) ? all : all.filter(({ have }) => (have & required) === required);
}

function haveAll(rows: readonly Row[], required: number): boolean {
  for (const { have } of rows) if ((have & required) !== required) return false;
  return true;
}

/** Resolves rows that belong to a row. */
export const rows =
  (property: string) =>
  (
    { row }: { readonly row: Row },
    { first }: First,
    _context: unknown,
    info: GraphQLResolveInfo,
  ): readonly Row[] | null => {
    const all = listOf(row, property, info);
    return first == null ? all : (all?.slice(0, first) ?? null);
  };

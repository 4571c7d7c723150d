import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { checkFirst } from './error.ts';
import { needs } from './selection.ts';

interface First {
  readonly first?: number | null;
}

/** Resolves rows that belong to a row: one without what is selected non-null in it is left out. */
export const rows =
  (property: string) =>
  (
    { row }: { readonly row: Row },
    { first }: First,
    _context: unknown,
    info: GraphQLResolveInfo,
  ): readonly Row[] | null => {
    checkFirst(first);
    const all = (row as unknown as Record<string, readonly Row[] | null>)[property] ?? null;
    if (all === null) return null;
    const { required } = needs(info);
    const there = all.filter(({ have }) => (have & required) === required);
    return first == null ? there : there.slice(0, first);
  };

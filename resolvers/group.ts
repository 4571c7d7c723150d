import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

/** Takes a group of columns out of a row of its table, or out of the group around it. */
export type Pick = (row: never) => object;

/** A column of a group that is non-null in the graph. */
export interface Required {
  readonly name: string;
  readonly sources: number;
}

/**
 * Resolves a group of columns of a row, or of a group of it: null unless what is selected non-null in it was read, and
 * is there on this kernel.
 */
export const group =
  (pick: Pick, columns: readonly Required[]) =>
  (parent: { readonly row: Row }, _: unknown, _context: unknown, info: GraphQLResolveInfo): object | null => {
    const { required } = needs(info);
    if ((parent.row.have & required) !== required) return null;
    const value = pick(parent as never);
    // A loop, since it is run for each row.
    for (const { name, sources } of columns)
      if ((required & sources) !== 0 && value[name as keyof object] === null) return null;
    return value;
  };

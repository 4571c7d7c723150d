import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

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
  <Parent extends { readonly row: Row }, Value extends object>(
    pick: (parent: Parent) => Value,
    columns: readonly Required[],
  ) =>
  (parent: Parent, _: unknown, _context: unknown, info: GraphQLResolveInfo): Value | null => {
    const { required } = needs(info);
    if ((parent.row.have & required) !== required) return null;
    const value = pick(parent);
    const isNone = ({ name, sources }: Required) => (required & sources) !== 0 && value[name as keyof Value] === null;
    return columns.some(isNone) ? null : value;
  };

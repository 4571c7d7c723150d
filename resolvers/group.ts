import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

/** A column of a group that is non-null in the graph. */
export interface Required {
  readonly name: string;
  readonly sources: number;
}

/** Resolves a group of columns: null unless what is selected non-null in it was read, and is there on this kernel. */
export const group =
  <R extends Row, Value extends object>(pick: (row: R) => Value, columns: readonly Required[]) =>
  ({ row }: { readonly row: R }, _: unknown, _context: unknown, info: GraphQLResolveInfo): Value | null => {
    const { required } = needs(info);
    if ((row.have & required) !== required) return null;
    const value = pick(row);
    const isNone = ({ name, sources }: Required) => (required & sources) !== 0 && value[name as keyof Value] === null;
    return columns.some(isNone) ? null : value;
  };

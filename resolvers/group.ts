import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

/** Takes a group of columns out of a row of its table. */
export type Pick = (row: never) => object;

/** A column of a group that is non-null in the graph. */
export interface Required {
  readonly name: string;
  readonly sources: number;
}

/** Resolves a group of columns: null unless what is selected non-null in it was read, and is there on this kernel. */
export const group =
  (pick: Pick, columns: readonly Required[]) =>
  ({ row }: { readonly row: Row }, _: unknown, _context: unknown, info: GraphQLResolveInfo): object | null => {
    const { required } = needs(info);
    if ((row.have & required) !== required) return null;
    const value = pick(row as never);
    const isNone = ({ name, sources }: Required) => (required & sources) !== 0 && value[name as keyof object] === null;
    return columns.some(isNone) ? null : value;
  };

import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

/** Takes a group of columns out of a row of its table. */
export type Pick = (row: never) => object;

/** Resolves a group of columns: null unless what is selected non-null in it was read. */
export const group =
  (pick: Pick) =>
  ({ row }: { readonly row: Row }, _: unknown, _context: unknown, info: GraphQLResolveInfo): object | null => {
    const { required } = needs(info);
    return (row.have & required) === required ? pick(row as never) : null;
  };

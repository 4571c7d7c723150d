import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../native/index.ts';
import { needs } from './selection.ts';

/** Resolves a group of columns: null unless what is selected non-null in it was read. */
export const group =
  <R extends Row, Value>(pick: (row: R) => Value) =>
  ({ row }: { readonly row: R }, _: unknown, _context: unknown, info: GraphQLResolveInfo): Value | null => {
    const { required } = needs(info);
    return (row.have & required) === required ? pick(row) : null;
  };

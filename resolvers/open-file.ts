import type { GraphQLResolveInfo } from 'graphql';
import type { OpenFileRow, ProcessRow } from '../native/index.ts';
import { listOf } from './rows.ts';

interface Which {
  readonly deleted?: boolean | null | undefined;
  readonly first?: number | null | undefined;
}

/** The files a process has open: all of them, those that are deleted, or those that are not. */
export function openFiles(
  row: ProcessRow,
  { deleted, first }: Which,
  _: unknown,
  info: GraphQLResolveInfo,
): readonly OpenFileRow[] | null {
  const all = listOf<OpenFileRow>(row, 'openFiles', info);
  const some = deleted == null ? all : all?.filter((file) => file.deleted === deleted);
  return some?.slice(0, first ?? undefined) ?? null;
}

import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import type { ThreadRow } from '../native/index.ts';
import { thread as table } from '../native/spec/thread.ts';
import type { Context } from './context.ts';
import { gapsOf } from './gaps.ts';
import { threadId } from './id.ts';

const TASK = bit('task');

interface Named {
  readonly pid: number;
  readonly tid: number;
  readonly startTicks: number;
}

/** Null when that very thread is gone. */
export async function threadById({ pid, tid, startTicks }: Named, context: Context): Promise<ThreadRow | null> {
  const [process] = await context.loaders.process.at([pid], TASK);
  return process?.threads?.find((row) => row.tid === tid && row.startTicks === startTicks) ?? null;
}

export const id = (row: ThreadRow, _: unknown, context: Context): string => threadId(context.host, row);
export const gaps = (row: ThreadRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

import type { GraphQLResolveInfo } from 'graphql';
import { bit } from '../loaders/process.ts';
import { type ThreadRow, threadTable } from '../native/index.ts';
import { thread as table } from '../native/spec/thread.ts';
import type { Context } from './context.ts';
import { gapsOf } from './gaps.ts';
import { threadId } from './id.ts';
import { measure } from './rate.ts';
import { needs } from './selection.ts';

const TASK = bit('task');
const NODE = { type: 'Thread' };

interface Named {
  readonly pid: number;
  readonly tid: number;
  readonly startTicks: number;
}

/** Null when that very thread is gone. */
export async function threadById(
  { pid, tid, startTicks }: Named,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ThreadRow | null> {
  const [process] = await context.loaders.process.at([pid], TASK);
  const row = process?.threads?.find((each) => each.tid === tid && each.startTicks === startTicks) ?? null;
  if (row) void measure(threadTable, [row], needs(info, NODE), context);
  return row;
}

export const id = (row: ThreadRow, _: unknown, context: Context): string => threadId(context.host, row);
export const gaps = (row: ThreadRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

import type { GraphQLResolveInfo } from 'graphql';
import type { SessionRow } from '../native/index.ts';
import type { Context } from './context.ts';
import { processOf } from './process.ts';

/** Clocks are set: only what starts long after the session cannot be what let somebody in. */
const SLACK = 60_000;

/** What let them in; null once that has ended, whoever has its pid now. */
export async function process({ pid, startedAt }: SessionRow, _: unknown, context: Context, info: GraphQLResolveInfo) {
  const row = pid === null ? null : await processOf(pid, context, info);
  const isLater = row?.createTime != null && startedAt !== null && row.createTime > startedAt + SLACK;
  return isLater ? null : row;
}

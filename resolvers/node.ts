import type { GraphQLResolveInfo } from 'graphql';
import { ProcessRow, type SystemRow } from '../native/index.ts';
import type { Context } from './context.ts';
import { parseId } from './id.ts';
import { processById } from './process.ts';
import { system } from './system.ts';

export type Node = ProcessRow | SystemRow;

export async function node(
  _: unknown,
  { id }: { id: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  const named = parseId(context.host, id);
  if (named === null) return null;
  return named.type === 'System' ? system(_, {}, context, info) : processById(named, context, info);
}

export const resolveType = (value: object): string => (value instanceof ProcessRow ? 'Process' : 'System');

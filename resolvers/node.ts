import type { GraphQLResolveInfo } from 'graphql';
import { DiskRow, MountRow, ProcessRow, SystemRow } from '../native/index.ts';
import type { Context } from './context.ts';
import { diskById } from './disk.ts';
import { parseId } from './id.ts';
import { mountById } from './mount.ts';
import { processById } from './process.ts';
import { system } from './system.ts';

export type Node = DiskRow | MountRow | ProcessRow | SystemRow;

export async function node(
  _: unknown,
  { id }: { id: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  const named = parseId(context.host, id);
  if (named === null) return null;
  switch (named.type) {
    case 'System':
      return system(_, {}, context, info);
    case 'Disk':
      return diskById(named, context, info);
    case 'Mount':
      return mountById(named, context, info);
    case 'Process':
      return processById(named, context, info);
  }
}

const TYPES = new Map<unknown, string>([
  [DiskRow, 'Disk'],
  [MountRow, 'Mount'],
  [ProcessRow, 'Process'],
  [SystemRow, 'System'],
]);

export const resolveType = (value: object): string | undefined => TYPES.get(value.constructor);

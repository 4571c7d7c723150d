import type { GraphQLResolveInfo } from 'graphql';
import type { SystemRow } from '../native/index.ts';
import { system as table } from '../native/spec/system.ts';
import type { Context } from './context.ts';
import { allowed, gapsOf } from './gaps.ts';
import { systemId } from './id.ts';
import { needs, type Within } from './selection.ts';

const SYSTEM: Within = { type: 'System' };

export async function system(
  _: unknown,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<SystemRow | null> {
  const need = needs(info, SYSTEM);
  const [row] = await context.loaders.system.at([0], need.mask & allowed(table, context.access));
  return row && (row.have & need.required) === need.required ? row : null;
}

export const id = (_row: SystemRow, _: unknown, context: Context): string => systemId(context.host);
export const gaps = (row: SystemRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

import type { GraphQLResolveInfo } from 'graphql';
import type { HeapRow } from '../native/index.ts';
import { heap as table } from '../native/spec/heap.ts';
import type { Context, Gateway } from './context.ts';
import { allowed } from './gaps.ts';
import { processOf } from './process.ts';
import { needs } from './selection.ts';
import type { Viewer } from './viewer.ts';

export const gateway = (_: unknown, _args: unknown, context: Context): Gateway => context.gateway;

/** What nobody can do here, nobody has the scope for. */
export function viewer(_: unknown, _args: unknown, { viewer, actions }: Context): Viewer {
  return { ...viewer, scopes: viewer.scopes.filter((scope) => scope !== 'CONTROL' || actions.isOn) };
}

export const process = ({ ownPid }: Gateway, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  ownPid === null ? null : processOf(ownPid, context, info);

/** Null where the C library does not tell. */
export async function heap(
  _: unknown,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<HeapRow | null> {
  const { mask, required } = needs(info);
  const [row] = await context.loaders.heap.at([0], mask & allowed(table, context.access));
  return row && (row.have & required) === required ? row : null;
}

import type { GraphQLResolveInfo } from 'graphql';
import { attempt, permit, recordable } from './action.ts';
import type { Context } from './context.ts';

/** Gives what the allocator keeps for later back to the system; false where that cannot be, or cannot be recorded. */
export async function trimHeap(_: unknown, _args: unknown, context: Context, info: GraphQLResolveInfo) {
  const { affected } = await attempt({ action: info.fieldName, args: {}, turn: 'heap' }, context, async () => {
    permit(context);
    const error = recordable(context);
    if (error) return { affected: 0, errors: [error] };
    return { affected: (await context.loaders.actor.trimHeap()) ? 1 : 0, errors: [] };
  });
  return affected === 1;
}

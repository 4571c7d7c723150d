import SchemaBuilder from '@pothos/core';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Viewer } from '../../resolvers/viewer.ts';

/** A schema with one of everything the gateway has to guard. */
export function toySchema(gate: () => Promise<string> = async () => 'open'): GraphQLSchema {
  const builder = new SchemaBuilder<{ Context: { viewer?: Viewer } }>({});
  const Node = builder.objectRef<object>('Node');
  Node.implement({
    fields: (t) => ({ name: t.string({ resolve: () => 'node' }), child: t.field({ type: Node, resolve: () => ({}) }) }),
  });
  builder.queryType({
    fields: (t) => ({
      node: t.field({ type: Node, resolve: () => ({}) }),
      gate: t.string({ resolve: gate }),
      whoami: t.string({ nullable: true, resolve: (_root, _args, context) => context.viewer?.name ?? null }),
      secret: t.string({
        nullable: true,
        resolve: () => {
          throw new Error('the password is \u001b[31mhunter2\n at /etc/shadow');
        },
      }),
      refused: t.string({
        nullable: true,
        resolve: () => {
          throw new GraphQLError('said on purpose', { extensions: { code: 'ON_PURPOSE' } });
        },
      }),
      sorted: t.string({
        args: { by: t.arg({ type: builder.enumType('By', { values: ['NAME', 'SIZE'] as const }) }) },
        resolve: (_root, { by }) => String(by),
      }),
    }),
  });
  builder.mutationType({ fields: (t) => ({ kill: t.boolean({ resolve: () => true }) }) });
  return builder.toSchema();
}

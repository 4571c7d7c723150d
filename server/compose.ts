import SchemaBuilder from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import type { ContextOf } from './graphql.ts';
import type { Options } from './options.ts';

export interface Composition {
  readonly schema: GraphQLSchema;
  readonly context: ContextOf;
  close(): Promise<void>;
}

export async function compose(_options: Options): Promise<Composition> {
  const builder = new SchemaBuilder({});
  builder.queryType({ fields: (t) => ({ hello: t.string({ resolve: () => 'world' }) }) });
  return { schema: builder.toSchema(), context: () => ({}), close: async () => {} };
}

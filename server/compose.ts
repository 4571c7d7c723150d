// Where the gateway is put together: the only place that opens a host, and makes what an operation is given.
import type { GraphQLSchema } from 'graphql';
import { createLoaders } from '../loaders/index.ts';
import { openLocal } from '../native/index.ts';
import type { Scope } from '../native/spec/define.ts';
import type { Context } from '../resolvers/context.ts';
import { hostKeys } from '../resolvers/id.ts';
import { schema } from '../schema/index.ts';
import type { Caller } from './graphql.ts';
import { hostIdOf } from './host.ts';
import type { Options } from './options.ts';

export interface Composition {
  readonly schema: GraphQLSchema;
  readonly context: (caller: Caller) => Context;
  close(): Promise<void>;
}

const READ: ReadonlySet<Scope> = new Set(['READ']);

export async function compose(options: Options): Promise<Composition> {
  const source = await openLocal(options);
  const host = hostKeys({ ...source.identity, machineId: source.identity.machineId ?? (await hostIdOf()) });
  return {
    schema,
    context: () => ({ host, loaders: createLoaders(source), scopes: READ }),
    close: async () => undefined,
  };
}

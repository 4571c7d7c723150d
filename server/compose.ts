// Where the gateway is put together: the only place that opens a host, and makes what an operation is given.
import type { GraphQLSchema } from 'graphql';
import { createLoaders } from '../loaders/index.ts';
import { type HostIdentity, openLocal } from '../native/index.ts';
import type { Access } from '../native/spec/define.ts';
import type { Context } from '../resolvers/context.ts';
import { hostKeys } from '../resolvers/id.ts';
import { schema } from '../schema/index.ts';
import { systemClock } from '../subscriptions/clock.ts';
import { Watch } from '../subscriptions/watch.ts';
import type { AudienceOf, Caller } from './graphql.ts';
import { hostIdOf } from './host.ts';
import type { Options } from './options.ts';

export interface Composition {
  readonly schema: GraphQLSchema;
  readonly context: (caller: Caller) => Context;
  readonly audience: AudienceOf;
  close(): Promise<void>;
}

/** What may be read without a token. */
const openTo = ({ isPrivileged }: HostIdentity): ReadonlySet<Access> =>
  new Set(isPrivileged ? ['READ'] : ['READ', 'OWNER']);

export async function compose(options: Options): Promise<Composition> {
  const source = await openLocal(options);
  const host = hostKeys({ ...source.identity, machineId: source.identity.machineId ?? (await hostIdOf()) });
  const access = openTo(source.identity);
  const watch = new Watch(source, systemClock);
  return {
    schema,
    context: ({ signal }) => ({ host, loaders: createLoaders(source, signal), access, signal, watch }),
    audience: () => [...access].join(),
    close: async () => undefined,
  };
}

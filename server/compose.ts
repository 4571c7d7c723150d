// Where the gateway is put together: the only place that opens a host, and makes what an operation is given.
import type { GraphQLSchema } from 'graphql';
import { createLoaders } from '../loaders/index.ts';
import { Tally } from '../loaders/tally.ts';
import { openLocal, type Source } from '../native/index.ts';
import { Budget } from '../resolvers/budget.ts';
import type { Context, Gateway } from '../resolvers/context.ts';
import { hostKeys } from '../resolvers/id.ts';
import { findUnsupported } from '../resolvers/unsupported.ts';
import { accessOf } from '../resolvers/viewer.ts';
import { schema } from '../schema/index.ts';
import { systemClock } from '../subscriptions/clock.ts';
import type { Caller } from './graphql.ts';
import { hostIdOf } from './host.ts';
import { type Keyring, openKeyring } from './keyring.ts';
import { log } from './log.ts';
import type { Options } from './options.ts';
import { openToken, type Token } from './token.ts';
import { version } from './version.ts';
import { type Credential, digestOf } from './viewer.ts';
import { createViews } from './views.ts';

export interface Composition {
  readonly schema: GraphQLSchema;
  readonly context: (caller: Caller) => Context & { readonly tally: Tally };
  readonly keyring: Keyring;
  readonly token: Token;
  close(): Promise<void>;
}

export async function compose(options: Options): Promise<Composition> {
  const source = await openLocal(options);
  const host = hostKeys({ ...source.identity, machineId: source.identity.machineId ?? (await hostIdOf()) });
  const token = openToken(options.tokenFile);
  const local: Credential = { digest: digestOf(token.text), viewer: { name: 'local', scopes: ['READ', 'SENSITIVE'] } };
  const keyring = openKeyring({ own: [local], path: options.tokens, log });
  const views = createViews(source, systemClock, options);
  const gateway = aboutItself(source);
  return {
    schema,
    context: ({ viewer, signal }) => {
      const tally = new Tally();
      const { source: seen, watch, baseline } = views.of(viewer);
      const loaders = createLoaders(tally.watch(seen), signal);
      const access = accessOf(viewer.scopes, source.identity);
      return { host, loaders, gateway, viewer, access, signal, watch, baseline, budget: new Budget(options), tally };
    },
    keyring,
    token,
    async close() {
      keyring.close();
      views.close();
      token.remove();
    },
  };
}

/** What this host lacks is looked for once, when somebody first wants to know. */
function aboutItself(source: Source): Gateway {
  const { ownPid } = source.identity;
  const started = systemClock.now();
  let found: ReturnType<Gateway['unsupported']> | undefined;
  return {
    version,
    startedAt: systemClock.date(),
    uptime: () => Math.round(systemClock.now() - started) / 1000,
    reader: 'COLD',
    ownPid,
    unsupported: () => {
      found ??= findUnsupported({ ...source, loaders: createLoaders(source), ownPid });
      found.catch(() => {
        found = undefined;
      });
      return found;
    },
  };
}

// Where the gateway is put together: the only place that opens a host, and makes what an operation is given.
import type { GraphQLSchema } from 'graphql';
import { Actor } from '../loaders/action.ts';
import { createLoaders } from '../loaders/index.ts';
import { Tally } from '../loaders/tally.ts';
import { openLocal, type Source } from '../native/index.ts';
import { Budget } from '../resolvers/budget.ts';
import type { Context, Gateway } from '../resolvers/context.ts';
import { hostKeys } from '../resolvers/id.ts';
import { findUnsupported } from '../resolvers/unsupported.ts';
import { accessOf, type Scope } from '../resolvers/viewer.ts';
import { schema } from '../schema/index.ts';
import { systemClock } from '../subscriptions/clock.ts';
import { createActions } from './actions.ts';
import { type Audit, openAudit, withoutFile } from './audit.ts';
import type { Caller } from './graphql.ts';
import { hostIdOf } from './host.ts';
import { openIssuer } from './jwt.ts';
import { type Keyring, openKeyring } from './keyring.ts';
import { log } from './log.ts';
import { findUser, UserError } from './names.ts';
import type { Options } from './options.ts';
import { sparingly } from './sparingly.ts';
import { openToken, type Token } from './token.ts';
import { version } from './version.ts';
import { type Credential, digestOf } from './viewer.ts';
import { createViews } from './views.ts';

export interface Composition {
  readonly schema: GraphQLSchema;
  readonly context: (caller: Caller) => Context & { readonly tally: Tally };
  readonly keyring: Keyring;
  readonly token: Token;
  readonly audit: Audit;
  close(): Promise<void>;
}

export async function compose(options: Options): Promise<Composition> {
  if (options.onlyUser !== '' && (await findUser(options.onlyUser)) === null) throw new UserError(options.onlyUser);
  const source = await openLocal({ ...options, reader: options.reader === 'warm' ? 'WARM' : 'COLD' });
  const host = hostKeys({ ...source.identity, machineId: source.identity.machineId ?? (await hostIdOf()) });
  const isKept = options.allowActions || options.auditLog !== '';
  const audit = sparingly(isKept ? openAudit(options.auditLog, log) : withoutFile(log));
  const actions = createActions(audit, options);
  const issuer = await openIssuer(options, log);
  const token = openToken(options.tokenFile);
  const scopes: readonly Scope[] = actions.isOn ? ['READ', 'SENSITIVE', 'CONTROL'] : ['READ', 'SENSITIVE'];
  const local: Credential = { digest: digestOf(token.text), viewer: { name: 'local', scopes } };
  const keyring = openKeyring({ own: [local], path: options.tokens, issuer, log });
  const views = createViews(source, systemClock, options);
  const gateway = aboutItself(source);
  return {
    schema,
    context: ({ viewer, from, signal }) => {
      const tally = new Tally();
      const { source: seen, watch, baseline } = views.of(viewer);
      const loaders = createLoaders(tally.watch(seen), signal);
      const access = accessOf(viewer.scopes, source.identity);
      const budget = new Budget(options);
      return { host, loaders, gateway, viewer, from, actions, access, signal, watch, baseline, budget, tally };
    },
    keyring,
    token,
    audit,
    async close() {
      keyring.close();
      views.close();
      token.remove();
      audit.close();
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
    reader: source.use?.().isWarm ? 'WARM' : 'COLD',
    ownPid,
    // Whatever a caller sees of the host.
    ownUnits: () => new Actor(source).unitsOf(ownPid),
    unsupported: () => {
      found ??= findUnsupported({ ...source, loaders: createLoaders(source), ownPid });
      found.catch(() => {
        found = undefined;
      });
      return found;
    },
  };
}

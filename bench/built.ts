// What is measured is what is shipped: the build, not the sources as a loader changes them.
import type { HostIdentity, Source } from '../native/index.ts';
import type { Access } from '../native/spec/define.ts';
import type { Context } from '../resolvers/context.ts';
import type { HostKeys } from '../resolvers/id.ts';

const built = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href);

export const { lasting, openLocal } = (await built('native/index.js')) as typeof import('../native/index.ts');
export const { createLoaders } = (await built('loaders/index.js')) as typeof import('../loaders/index.ts');
export const { schema } = (await built('schema/index.js')) as typeof import('../schema/index.ts');
export const { createExecutor, executorPlugin } = (await built(
  'server/executor.js',
)) as typeof import('../server/executor.ts');
const { loadCompiler } = (await built('server/compile.js')) as typeof import('../server/compile.ts');
await loadCompiler();
const { Budget } = (await built('resolvers/budget.js')) as typeof import('../resolvers/budget.ts');
const { hostKeys } = (await built('resolvers/id.js')) as typeof import('../resolvers/id.ts');
const { defaultOptions } = (await built('server/options.js')) as typeof import('../server/options.ts');

const access: ReadonlySet<Access> = new Set(['READ', 'SHOWN', 'OWNER']);

const hosts = new WeakMap<HostIdentity, HostKeys>();

/** Made once for a host, as the gateway does. */
function hostOf({ identity }: Source): HostKeys {
  const host = hosts.get(identity) ?? hostKeys(identity);
  hosts.set(identity, host);
  return host;
}

/** What resolvers of lists get, for one operation. */
export const contextOf = (source: Source, signal?: AbortSignal): Context =>
  ({
    host: hostOf(source),
    loaders: createLoaders(source, signal),
    access,
    budget: new Budget(defaultOptions),
  }) as Context;

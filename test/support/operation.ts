// Runs operations on the built schema as a server would, by both executors and with loaders of their own, and keeps a
// record of what they made the machine do.
import { type ExecutionResult, graphql } from 'graphql';
import { Actor } from '../../loaders/action.ts';
import { Baseline } from '../../loaders/baseline.ts';
import { createLoaders } from '../../loaders/index.ts';
import { type Batch, type HostIdentity, type Keys, type Layout, type Source, stride } from '../../native/index.ts';
import type { Access } from '../../native/spec/define.ts';
import { Budget } from '../../resolvers/budget.ts';
import type { Context, Gateway } from '../../resolvers/context.ts';
import type { Gap } from '../../resolvers/gaps.ts';
import { hostKeys } from '../../resolvers/id.ts';
import type { AskLimits } from '../../resolvers/limit.ts';
import { schema } from '../../schema/index.ts';
import { defaultOptions } from '../../server/options.ts';
import { type Clock, systemClock } from '../../subscriptions/clock.ts';
import { Watch } from '../../subscriptions/watch.ts';
import type { TypedDocumentString } from '../operations/gen/graphql.ts';
import { agreeing } from './agreement.ts';

export interface Operation {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly access?: readonly Access[];
  readonly limits?: Partial<AskLimits>;
  /** What rates wait by for their second reading. */
  readonly clock?: Clock;
}

/** A host that is always the same one, so that ids can be written down. */
export const somewhere: HostIdentity = {
  machineId: 'machine',
  bootId: 'boot',
  pidNamespace: 1,
  isPrivileged: false,
  hidesProcesses: false,
  ownPid: null,
};

/** A gateway that never changes. */
const anyGateway: Gateway = {
  version: '1.2.3',
  startedAt: 0,
  uptime: () => 5,
  reader: 'COLD',
  ownPid: null,
  ownUnits: async () => null,
  unsupported: async () => [],
};

const NO_ACTIONS: Context['actions'] = {
  isOn: false,
  mayControl: () => false,
  inTurn: (_, work) => work(),
  trouble: () => null,
  record: () => undefined,
};

/** What a resolver gets that may do everything to this host. */
export const actingContext = (source: Source): Context => ({
  ...contextOf(source),
  viewer: { name: 'anyone', scopes: ['READ', 'CONTROL'] },
  actions: { ...NO_ACTIONS, isOn: true, mayControl: () => true },
});

/** However much a machine has that others test on, too. */
const PLENTY = { maxObjects: Infinity, maxBytes: Infinity };

/** What any resolver gets, for one operation. */
export const contextOf = (
  source: Source,
  access: readonly Access[] = ['READ', 'SHOWN', 'OWNER'],
  watch: Watch = new Watch(source, systemClock),
  baseline: Baseline = new Baseline(source, systemClock),
  limits: Partial<AskLimits> = {},
): Context => ({
  host: hostKeys(source.identity),
  loaders: createLoaders(source),
  gateway: {
    ...anyGateway,
    ownPid: source.identity.ownPid,
    ownUnits: () => new Actor(source).unitsOf(source.identity.ownPid),
  },
  viewer: { name: 'anyone', scopes: ['READ'] },
  from: 'here',
  actions: NO_ACTIONS,
  access: new Set(access),
  watch,
  budget: new Budget({ ...defaultOptions, ...PLENTY, ...limits }),
  baseline,
});

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question, which no compiler sees
export type Answer = any;

/** The data and the errors of an operation, whatever they are, as long as both executors agree about them. */
export function execute(
  source: Source,
  query: string,
  { variables = {}, access, limits, clock = systemClock }: Operation = {},
): Promise<ExecutionResult> {
  const contextIn = (on: Source) => contextOf(on, access, undefined, new Baseline(on, clock), limits);
  const question = { schema, query, variableValues: variables, contextOf: contextIn };
  return agreeing(question, source, (contextValue) =>
    graphql({ schema, source: query, variableValues: variables, contextValue }),
  );
}

/** The data of an operation that must have no errors, as a client would parse it. */
export async function ask(source: Source, query: string, operation?: Operation): Promise<Answer> {
  const result = await execute(source, query, operation);
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return JSON.parse(JSON.stringify(result.data));
}

/** The same for an operation whose types are known. */
export const typed = <Result, Variables extends Readonly<Record<string, unknown>>>(
  source: Source,
  operation: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> => ask(source, operation.toString(), { variables });

/** Gaps as lines: `cmdline ZOMBIE`. */
export const gapLines = (gaps: readonly Pick<Gap, 'field' | 'reason'>[]): string[] =>
  gaps.map(({ field, reason }) => `${field} ${reason}`);

export interface Recording {
  /** The same source, watched. */
  readonly source: Source;
  /** Native calls in their order: `process stat+statm all`, `process cmdline 3`, `system meminfo`. */
  readonly calls: string[];
  /** Everything that was read, more than once or not: `process stat 7`. */
  readonly pairs: string[];
}

/** Watches a source; the identity may be replaced by one that stays the same everywhere. */
export function recording(of: Source, identity = of.identity): Recording {
  const calls: string[] = [];
  const pairs: string[] = [];
  const read: Source['read'] = async (table, mask, keys) => {
    calls.push(lineOf(table, mask, keys));
    const batch = await of.read(table, mask, keys);
    for (const key of keysOf(table, mask, batch))
      for (const name of namesIn(table, mask)) pairs.push(`${table.name} ${name} ${key}`);
    return batch;
  };
  return { source: { ...of, identity, read }, calls, pairs };
}

/** What stands in a list more than once. */
export function repeated(lines: readonly string[]): string[] {
  const seen = new Set<string>();
  return lines.filter((line) => seen.has(line) || !seen.add(line));
}

const namesIn = ({ sources }: Layout, mask: number): string[] => sources.filter((_, index) => mask & (1 << index));

function lineOf(table: Layout, mask: number, keys: Keys): string {
  const what = `${table.name} ${namesIn(table, mask).join('+') || 'nothing'}`;
  if (table.name === 'system') return what;
  if ('keys' in keys) return `${what} ${keys.keys.join(',')}`;
  return keys.except.length === 0 ? `${what} all` : `${what} all but ${keys.except.join(',')}`;
}

function keysOf(table: Layout, mask: number, { count, numbers }: Batch): number[] {
  const width = stride(table, mask);
  return Array.from({ length: count }, (_, index) => numbers[index * width]!);
}

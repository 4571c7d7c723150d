// What an operation may cost at worst, before it is run, and what it has cost. Each source of each process is read once
// an operation, however often it is selected, so that a sum over the sources of its selection is the worst case.
import {
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isListType,
  locatedError,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import type { Tally } from '../loaders/tally.ts';
import { bitOf, type Table } from '../native/spec/define.ts';
import { tables } from '../native/spec/index.ts';
import { CHEAP, priceOf } from '../native/spec/price.ts';
import type { Budget } from '../resolvers/budget.ts';
import type { Context } from '../resolvers/context.ts';
import { checkFirst } from '../resolvers/error.ts';
import { overLimit } from '../resolvers/limit.ts';
import { type Columns, fieldOf, selectedFields, sourcesOf } from '../resolvers/selection.ts';
import type { Options } from './options.ts';

export const COST_HEADER = 'x-sysgraph-cost';

/** Sources that a list of all processes may always have, if they are cheap. */
const ALWAYS = 10 * CHEAP;
/** Rows of a table that is not of processes: interfaces, disks, mounts. */
const OTHERS = 100;

/** Where a selection stands: rows of a table, so many of them at most. */
interface Place {
  readonly table: Table | null;
  readonly rows: number;
  readonly shift: number;
  readonly columns: Columns | undefined;
  /** What the field around it asked for at most. */
  readonly first: number;
}

interface Item {
  readonly price: number;
  readonly isOfProcess: boolean;
  readonly field: string;
  rows: number;
}

const tablesByType = new Map(tables.map((table) => [table.type, table]));
const processTable = tablesByType.get('Process')!;
// What is asked of a group is read of its members.
tablesByType.set('ProcessGroup', processTable);

/** What is selected, each source of each table once, with the most rows it may be read of. */
function itemsOf(args: ValidatedExecutionArgs): readonly Item[] {
  const items = new Map<string, Item>();
  const info = args as unknown as GraphQLResolveInfo;
  const root = args.schema.getRootType(args.operation.operation)!;

  const add = (table: Table, mask: number, rows: number, field: string): void => {
    for (const name of Object.keys(table.sources)) {
      const bit = bitOf(table, name);
      if ((mask & bit) === 0) continue;
      // Who holds sockets is looked for among all processes.
      const isOfProcess = table === processTable || name === 'socketFds';
      const of = isOfProcess ? processTable : table;
      const key = `${of.name} ${name}`;
      const item = items.get(key) ?? { price: priceOf(of, bitOf(of, name)), isOfProcess, field, rows: 0 };
      item.rows += table === processTable ? rows : isOfProcess ? Infinity : Math.min(rows, OTHERS);
      items.set(key, item);
    }
  };

  const walk = (set: SelectionSetNode, type: GraphQLNamedType, place: Place): void => {
    for (const selected of selectedFields(set, type, info)) {
      const field = fieldOf(selected);
      if (!field) continue;
      const cost = field.extensions.cost;
      const mask = sourcesOf(selected.name, cost, place.columns) << place.shift;
      const coordinate = `${type.name}.${selected.name}`;
      if (place.table && mask !== 0) add(place.table, mask, place.rows, coordinate);
      const given = argumentsOf(field, selected.node, args, type !== root);
      if (cost?.asks) add(cost.asks.table, cost.asks.mask(given), Infinity, `${coordinate}'s filter or order`);
      const below = selected.node.selectionSet;
      if (below) walk(below, getNamedType(field.type), inside(field, given, place));
    }
  };

  walk(args.operation.selectionSet, root, {
    ...{ table: null, rows: 1, shift: 0, columns: undefined, first: Infinity },
  });
  return [...items.values()];
}

interface Weighed {
  readonly variables: unknown;
  readonly items: readonly Item[] | GraphQLError;
}

const weighed = new WeakMap<OperationDefinitionNode, Weighed>();

/** Without variables an operation means the same each time it is run; and so it does for all events of a stream. */
function weigh(args: ValidatedExecutionArgs): readonly Item[] | GraphQLError {
  const { operation } = args;
  const variables = operation.variableDefinitions?.length ? args.variableValues : null;
  const known = weighed.get(operation);
  if (known && known.variables === variables) return known.items;
  const items = itemsOrError(args);
  weighed.set(operation, { variables, items });
  return items;
}

function itemsOrError(args: ValidatedExecutionArgs): readonly Item[] | GraphQLError {
  try {
    return itemsOf(args);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

type Given = Readonly<Record<string, unknown>>;

/** What a field leads to: more of its own row, or other rows. */
function inside(field: GraphQLField<unknown, unknown>, given: Given, place: Place): Place {
  const { cost } = field.extensions;
  if (cost?.group) return { ...place, columns: cost.columns };
  if (cost?.shift !== undefined) return { ...place, columns: undefined, shift: place.shift + cost.shift };
  const type = getNamedType(field.type);
  const table = tablesByType.get(type.name) ?? null;
  const asked = typeof given.first === 'number' ? Math.max(0, given.first) : listed(given.ids);
  const isList = isListType(getNullableType(field.type));
  const rows = isList ? place.rows * Math.min(asked, place.first) : place.rows;
  return { table, rows: Number.isNaN(rows) ? 0 : rows, shift: 0, columns: undefined, first: isList ? Infinity : asked };
}

const listed = (ids: unknown): number => (Array.isArray(ids) ? ids.length : Infinity);

/** What is wrong with arguments of the root is told where they are used; inside of rows, once for all rows, and now. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  args: ValidatedExecutionArgs,
  isInside: boolean,
): Given {
  if (field.args.length === 0) return {};
  try {
    const given: Given = getArgumentValues(field, node, args.variableValues);
    if (isInside) checkFirst(given.first as number | null | undefined);
    return given;
  } catch (cause) {
    if (isInside) throw locatedError(cause, node);
    return {};
  }
}

/** Why an operation is not run; nothing if it may be. How many processes there are is looked at only if it matters. */
export async function refusal(args: ValidatedExecutionArgs, limits: Options): Promise<GraphQLError | null> {
  // Without a budget there is no machine behind it.
  if (!(args.contextValue as Bounds).budget) return null;
  const items = weigh(args);
  if (items instanceof GraphQLError) return items;
  const perProcess = items.reduce((sum, { price, isOfProcess }) => (isOfProcess ? sum + price : sum), 0);
  if (perProcess <= ALWAYS) return null;
  const processes = (await (args.contextValue as Context).loaders.process.all(0)).length;
  const costs = items.map(({ price, rows, isOfProcess, field }) => {
    const of = isOfProcess ? Math.min(rows, processes) : rows;
    return { field, rows: of, cost: price * of };
  });
  const cost = costs.reduce((sum, item) => sum + item.cost, 0);
  if (cost <= Math.max(limits.maxCost, ALWAYS * processes)) return null;
  const dearest = costs.reduce((most, item) => (item.cost > most.cost ? item : most));
  const most = `${dearest.field}, of ${dearest.rows} rows, is the dearest of it`;
  return overLimit('maxCost', limits.maxCost, `This operation may cost ${cost}, and ${most}`);
}

/** What an operation is given with it, where there is a machine behind it. */
interface Bounds extends Partial<Pick<Context, 'budget'>> {
  readonly tally?: Tally;
  readonly request?: Request;
}

type Run = (args: ValidatedExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Runs what may be run; what was stopped on its way has that for its answer, and nothing else. */
export const bounded =
  (limits: Options) =>
  (run: Run): Run =>
  async (args) => {
    const { budget, tally, request } = args.contextValue as Bounds;
    const refused = await refusal(args, limits);
    if (refused) return { errors: [refused] };
    const answer = await (budget ? Promise.race([run(args), stopped(budget)]) : run(args));
    if (!tally || request?.headers.get(COST_HEADER) !== '1') return answer;
    return { ...answer, extensions: { ...answer.extensions, cost: tally.cost } };
  };

const stopped = async (budget: Budget): Promise<ExecutionResult> => ({ data: null, errors: [await budget.stopped] });

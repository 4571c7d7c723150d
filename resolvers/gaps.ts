// Why a field is null: for the fields that this operation selected on this object, and no others.
import {
  type GraphQLResolveInfo,
  getNamedType,
  isNonNullType,
  type ResponsePath,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Row, Status } from '../native/index.ts';
import { type Access, bitOf, placeOf, type Table } from '../native/spec/define.ts';
import type { Context } from './context.ts';
import {
  type Columns,
  type FieldCost,
  fieldOf,
  responseKey,
  selectedFields,
  sourcesOf,
  variablesOf,
} from './selection.ts';

export type GapReason =
  | 'ACCESS_DENIED'
  | 'GONE'
  | 'ZOMBIE'
  | 'NOT_SUPPORTED'
  | 'NOT_AUTHORIZED'
  | 'TIMED_OUT'
  | 'MALFORMED'
  | 'FAILED';

export interface Gap {
  readonly field: string;
  readonly reason: GapReason;
  readonly message: string;
}

interface Reason {
  readonly reason: GapReason;
  readonly says: (where: string) => string;
}

export type Fault = Exclude<Status, 'OK'>;

const REASONS: Record<Fault, Reason> = {
  ABSENT: { reason: 'NOT_SUPPORTED', says: (where) => `It has none (${where}).` },
  GONE: { reason: 'GONE', says: () => 'It ended before it was read.' },
  ZOMBIE: {
    reason: 'ZOMBIE',
    says: () => 'The process has ended and waits for its parent; the kernel keeps no more of it.',
  },
  DENIED: {
    reason: 'ACCESS_DENIED',
    says: (where) =>
      `The kernel does not let the gateway read ${where}; run it as the same user or with more privileges.`,
  },
  UNSUPPORTED: { reason: 'NOT_SUPPORTED', says: (where) => `This kernel has nothing to read it from (${where}).` },
  MALFORMED: { reason: 'MALFORMED', says: (where) => `What the kernel gave could not be understood (${where}).` },
  TIMED_OUT: { reason: 'TIMED_OUT', says: (where) => `The kernel did not answer in time (${where}).` },
  FAILED: {
    reason: 'FAILED',
    says: (where) => `Reading failed (${where}); the gateway may be out of file descriptors.`,
  },
};

const NOT_AUTHORIZED: Omit<Gap, 'field'> = {
  reason: 'NOT_AUTHORIZED',
  message: 'It needs the scope SENSITIVE, which the request does not have: the token of the gateway gives it.',
};

const granted = new WeakMap<Table, ReadonlyMap<Access, number>>();

/** The bits of a table's sources by who may have them read: made once, for every list asks. */
function grantedOf(table: Table): ReadonlyMap<Access, number> {
  const known = granted.get(table);
  if (known) return known;
  const made = new Map<Access, number>();
  for (const [name, { access }] of Object.entries(table.sources))
    made.set(access, (made.get(access) ?? 0) | bitOf(table, name));
  granted.set(table, made);
  return made;
}

/** The bits of a table's sources that a caller may have read. */
export function allowed(table: Table, access: Context['access']): number {
  let mask = 0;
  for (const [of, bits] of grantedOf(table)) if (access.has(of)) mask |= bits;
  return mask;
}

/** A field of an object, with the sources without which it is null. */
interface Place {
  readonly path: string;
  readonly sources: number;
}

/** The gaps of a row among the fields selected beside `gaps`. */
export function gapsOf(table: Table, row: Row, context: Context, info: GraphQLResolveInfo): readonly Gap[] {
  const places = placesBeside(info);
  const lacking = places.filter(({ sources }) => (row.have & sources) !== sources);
  if (lacking.length === 0) return lacking as never[];
  const permitted = allowed(table, context.access);
  // What stands inside a field that is null has no gap of its own.
  const outer = lacking.filter(({ path }) => !lacking.some((other) => path.startsWith(`${other.path}.`)));
  return outer.map(({ path, sources }) => gapOf(table, row, path, sources & ~row.have, permitted));
}

function gapOf(table: Table, row: Row, path: string, lacking: number, permitted: number): Gap {
  const name = Object.keys(table.sources).find((of) => (bitOf(table, of) & lacking) !== 0)!;
  const bit = bitOf(table, name);
  const status = row.faults?.find((fault) => fault.bit === bit)?.status ?? 'FAILED';
  if ((bit & permitted) === 0) return { field: path, ...NOT_AUTHORIZED };
  return { field: path, ...explain(status as Fault, table, name) };
}

/** Why a source could not be read, and what would help. */
export function explain(status: Fault, table: Table, source: string): Omit<Gap, 'field'> {
  const { reason, says } = REASONS[status];
  return { reason, message: says(placeOf(table.sources[source]!) ?? source) };
}

interface Memo {
  readonly variables: unknown;
  readonly places: readonly Place[];
}

const memos = new WeakMap<object, Map<string, Memo>>();

/** The fields selected on the object whose `gaps` is being resolved; found by its path in the operation. */
function placesBeside(info: GraphQLResolveInfo): readonly Place[] {
  const keys = responseKeys(info.path.prev);
  const key = keys.join('.');
  const known = memos.get(info.operation) ?? new Map<string, Memo>();
  memos.set(info.operation, known);
  const memo = known.get(key);
  if (memo && memo.variables === info.variableValues) return memo.places;
  const places = setsAt(keys, info).flatMap((set) => [...placesIn(set, info)]);
  const merged = mergeByPath(places);
  known.set(key, { variables: info.variableValues, places: merged });
  return merged;
}

/** What an argument is given by each field of a name that is selected beside `gaps`; undefined where it is left out. */
export function argumentsBeside(field: string, argument: string, info: GraphQLResolveInfo): readonly unknown[] {
  const beside = setsAt(responseKeys(info.path.prev), info).flatMap((set) => [
    ...selectedFields(set, info.parentType, info),
  ]);
  return beside
    .filter(({ name }) => name === field)
    .map(({ node }) => {
      const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
      return value && valueFromASTUntyped(value, variablesOf(info));
    });
}

/** A field selected twice is null if either selection makes it so. */
function mergeByPath(places: readonly Place[]): Place[] {
  const sources = new Map<string, number>();
  for (const place of places) sources.set(place.path, (sources.get(place.path) ?? 0) | place.sources);
  return [...sources].map(([path, bits]) => ({ path, sources: bits }));
}

function responseKeys(path: ResponsePath | undefined): string[] {
  const keys: string[] = [];
  for (let at = path; at; at = at.prev) if (typeof at.key === 'string') keys.unshift(at.key);
  return keys;
}

/** The selection sets that stand at a path of response keys. */
function setsAt(keys: readonly string[], info: GraphQLResolveInfo): SelectionSetNode[] {
  const root = info.schema.getRootType(info.operation.operation)!;
  let at = [{ set: info.operation.selectionSet, type: root as Parameters<typeof selectedFields>[1] }];
  for (const key of keys) {
    at = at
      .flatMap(({ set, type }) => [...selectedFields(set, type, info)])
      .filter((selected) => responseKey(selected) === key && selected.node.selectionSet)
      .map((selected) => ({ set: selected.node.selectionSet!, type: getNamedType(fieldOf(selected)!.type) }));
  }
  return at.map(({ set }) => set);
}

function* placesIn(
  set: SelectionSetNode,
  info: GraphQLResolveInfo,
  type = info.parentType,
  above = '',
  columns?: Columns,
): Generator<Place> {
  for (const selected of selectedFields(set, type, info)) {
    const field = fieldOf(selected);
    const cost: FieldCost | undefined = field?.extensions.cost;
    if (!field || !cost || (above !== '' && isNonNullType(field.type))) continue;
    const path = above + selected.name;
    const below = selected.node.selectionSet;
    const inner = cost.group && below ? getNamedType(field.type) : undefined;
    const required = inner ? requiredOf(below!, inner as typeof type, info, cost.columns) : 0;
    yield { path, sources: sourcesOf(selected.name, cost, columns) | required };
    if (inner) yield* placesIn(below!, info, inner as typeof type, `${path}.`, cost.columns);
  }
}

function requiredOf(
  set: SelectionSetNode,
  type: GraphQLResolveInfo['parentType'],
  info: GraphQLResolveInfo,
  columns: Columns | undefined,
): number {
  let required = 0;
  for (const selected of selectedFields(set, type, info)) {
    const field = fieldOf(selected);
    if (field && isNonNullType(field.type)) required |= sourcesOf(selected.name, field.extensions.cost, columns);
  }
  return required;
}

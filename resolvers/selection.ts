// A GraphQL selection is a mask of sources: each field that costs a read carries their bits in `extensions`.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Table } from '../native/spec/define.ts';

/** What a field says of itself, for the selection to be understood. */
export interface FieldCost {
  /** Bits of the sources, in its row's table, without which it has no value. */
  readonly sources?: number;
  /** Those of them whose rate it is: what they count in a second. */
  readonly rates?: number;
  /** Its own fields are columns of the same row. */
  readonly group?: boolean;
  /** Of a group: the bits of its columns here, by name, since one type may serve groups of several tables. */
  readonly columns?: Columns;
  /** Its own fields are columns of rows that belong to the row, and their bits are moved so far. */
  readonly shift?: number;
  /** What its arguments make it read of every row of a table. */
  readonly asks?: Asks;
}

export interface Asks {
  readonly table: Table;
  readonly mask: (args: Readonly<Record<string, unknown>>) => number;
}

export type Columns = Readonly<Record<string, number>>;

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    cost?: FieldCost;
  }
}

/** What a selection needs of the row it stands on. */
export interface Need {
  /** Everything selected. */
  readonly mask: number;
  /** What is selected non-null: without it there is no object. */
  readonly required: number;
  /** Sources whose rates are selected. */
  readonly rates: number;
}

/** A field as it was selected, with the type it was selected on. */
export interface SelectedField {
  readonly name: string;
  readonly node: FieldNode;
  readonly parent: GraphQLNamedType;
}

/** The two executors give variables in two shapes. */
export function variablesOf({ variableValues }: GraphQLResolveInfo): Readonly<Record<string, unknown>> {
  const values = variableValues as { coerced?: Record<string, unknown> };
  return values.coerced ?? (variableValues as unknown as Record<string, unknown>);
}

function fragmentOf(info: GraphQLResolveInfo, name: string): FragmentDefinitionNode | undefined {
  const fragment = info.fragments[name] as FragmentDefinitionNode | { definition: FragmentDefinitionNode } | undefined;
  return fragment && 'definition' in fragment ? fragment.definition : fragment;
}

function isSkipped(node: SelectionNode, info: GraphQLResolveInfo): boolean {
  for (const { name, arguments: args } of node.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.[0]?.value;
    const condition =
      value?.kind === 'Variable' ? variablesOf(info)[value.name.value] : value?.kind === 'BooleanValue' && value.value;
    if (condition === (name.value === 'skip')) return true;
  }
  return false;
}

/** True if a fragment on `condition` speaks of an object that is, or may be, a `type`. */
function applies(condition: GraphQLNamedType | undefined, type: GraphQLNamedType): boolean {
  if (!condition || condition === type || isAbstractType(type)) return true;
  return isObjectType(type) && isInterfaceType(condition) && type.getInterfaces().includes(condition);
}

/** The fields that a selection set gives an object of `type`, fragments followed, @skip and @include counted. */
export function* selectedFields(
  set: SelectionSetNode,
  type: GraphQLNamedType,
  info: GraphQLResolveInfo,
): Generator<SelectedField> {
  for (const node of set.selections) {
    if (isSkipped(node, info)) continue;
    if (node.kind === 'Field') {
      yield { name: node.name.value, node, parent: type };
      continue;
    }
    const fragment = node.kind === 'InlineFragment' ? node : fragmentOf(info, node.name.value);
    const condition = fragment?.typeCondition && info.schema.getType(fragment.typeCondition.name.value);
    if (fragment && applies(condition, type)) {
      yield* selectedFields(fragment.selectionSet, isAbstractType(type) ? (condition ?? type) : type, info);
    }
  }
}

export const responseKey = ({ node }: SelectedField): string => node.alias?.value ?? node.name.value;

export const fieldOf = ({ parent, name }: SelectedField) =>
  isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;

/** The bits of the sources of a field, in the table of the row it stands on. */
export const sourcesOf = (name: string, cost: FieldCost | undefined, columns: Columns | undefined): number =>
  columns?.[name] ?? cost?.sources ?? 0;

function needOf(set: SelectionSetNode, type: GraphQLNamedType, info: GraphQLResolveInfo, columns?: Columns): Need {
  let mask = 0;
  let required = 0;
  let rates = 0;
  for (const selected of selectedFields(set, type, info)) {
    const field = fieldOf(selected);
    const cost = field?.extensions.cost;
    if (!field || !cost) continue;
    const sources = sourcesOf(selected.name, cost, columns);
    mask |= sources;
    rates |= cost.rates ?? 0;
    if (isNonNullType(field.type)) required |= sources;
    const below = selected.node.selectionSet;
    if (!below || !(cost.group || cost.shift !== undefined)) continue;
    const inner = needOf(below, getNamedType(field.type), info, cost.columns);
    mask |= inner.mask << (cost.shift ?? 0);
    rates |= inner.rates << (cost.shift ?? 0);
    if (cost.group && isNonNullType(field.type)) required |= inner.required;
  }
  return { mask, required, rates };
}

/** Whether what is selected of rows are columns of their own, of these sources: nothing is read to tell them. */
export function isOwn(info: GraphQLResolveInfo, inside: readonly string[], mask: number): boolean {
  const type = getNamedType(typeInside(inside, info));
  return fieldsInside(inside, info).every((node) => isOwnSet(node.selectionSet!, type, info, mask));
}

function isOwnSet(
  set: SelectionSetNode,
  type: GraphQLNamedType,
  info: GraphQLResolveInfo,
  mask: number,
  columns?: Columns,
): boolean {
  return [...selectedFields(set, type, info)].every((selected) => {
    const field = fieldOf(selected);
    const cost = field?.extensions.cost;
    if (!field || (sourcesOf(selected.name, cost, columns) & ~mask) !== 0) return !field;
    const of = getNamedType(field.type);
    if (cost?.group) return isOwnSet(selected.node.selectionSet!, of, info, mask, cost.columns);
    // Why a column is null is told by the row too.
    return isLeafType(of) || selected.name === 'gaps';
  });
}

/** Where in the selection of a field the row's own selection stands, if not right below it. */
export interface Within {
  /** Fields of it: the `nodes` of a page. */
  readonly inside?: readonly string[];
  /** The type of the row, where the field's own type is an interface. */
  readonly type?: string;
}

type Variables = Readonly<Record<string, unknown>>;

interface Memo {
  readonly nodes: readonly FieldNode[];
  readonly variables: Variables | null;
  readonly need: Need;
}

const nothing: Within = {};
/** By what was asked of a field: each is one of few objects that stay. */
const memos = new WeakMap<Within, WeakMap<FieldNode, Memo>>();

function memosOf(within: Within): WeakMap<FieldNode, Memo> {
  const made = memos.get(within) ?? new WeakMap<FieldNode, Memo>();
  memos.set(within, made);
  return made;
}

/** What the selection of the field being resolved needs of its rows. */
export function needs(info: GraphQLResolveInfo, within: Within = nothing): Need {
  const nodes = info.fieldNodes;
  // Without variables an operation means the same each time it is run.
  const variables = info.operation.variableDefinitions?.length ? variablesOf(info) : null;
  const memo = memosOf(within);
  const known = memo.get(nodes[0]!);
  if (known && isSame(known, nodes, variables)) return known.need;
  const fields = within.inside === undefined ? nodes : fieldsInside(within.inside, info);
  const type = getNamedType(
    within.type === undefined ? typeInside(within.inside, info) : info.schema.getType(within.type)!,
  );
  const { columns } = info.parentType.getFields()[info.fieldName]?.extensions.cost ?? {};
  const need = together(
    fields.map(({ selectionSet }) => (selectionSet ? needOf(selectionSet, type, info, columns) : none)),
  );
  memo.set(nodes[0]!, { nodes, variables, need });
  return need;
}

const isSame = (memo: Memo, nodes: readonly FieldNode[], variables: Variables | null): boolean =>
  areSame(memo.variables, variables) &&
  (memo.nodes === nodes ||
    (memo.nodes.length === nodes.length && memo.nodes.every((node, index) => node === nodes[index])));

/** An operation that is run again, as that of a stream is for each event, has equal variables in another object. */
function areSame(some: Variables | null, others: Variables | null): boolean {
  if (some === others || some === null || others === null) return some === others;
  const names = Object.keys(some);
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name]);
}

const none: Need = { mask: 0, required: 0, rates: 0 };

const together = (all: readonly Need[]): Need =>
  all.reduce((a, b) => ({ mask: a.mask | b.mask, required: a.required | b.required, rates: a.rates | b.rates }), none);

/** Where a page has its rows, and an event of a table that is watched. */
export const PAGE: Within = { inside: ['nodes', 'added', 'changed'] };

function fieldsInside(inside: readonly string[], info: GraphQLResolveInfo): FieldNode[] {
  const type = getNamedType(info.returnType);
  return info.fieldNodes
    .flatMap((node) => [...selectedFields(node.selectionSet!, type, info)])
    .filter(({ name }) => inside.includes(name))
    .map(({ node }) => node);
}

function typeInside(inside: readonly string[] | undefined, info: GraphQLResolveInfo): GraphQLOutputType {
  const type = getNamedType(info.returnType);
  if (inside === undefined || !isObjectType(type)) return type;
  const fields = type.getFields();
  return fields[inside.find((name) => name in fields)!]!.type;
}

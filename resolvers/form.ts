// What a selection writes of each row, where all of it can be written without a judgment of ours.
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Form, Place, Plain, Step } from '../native/form.ts';
import { bitsOf, type Column, type Kind, placeIn, type Table } from '../native/spec/define.ts';
import type { HostKeys } from './id.ts';
import { fieldOf, responseKey, type SelectedField, selectedFields } from './selection.ts';

/** Text that is known once it is known which host is asked. */
interface HostText {
  readonly op: 'HOST';
  readonly text: (host: HostKeys) => string;
}

/** A form before it is known which host is asked. */
export type Pattern = readonly (Step | HostText)[];

/** What a field says of how its value is written: as a column, a group or a list of its table, or by these steps. */
export type Writes = { readonly table: Table; readonly path: string } | { readonly steps: Pattern };

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    writes?: Writes;
  }
  interface GraphQLResolveInfo {
    /** How the rows of the page that is asked for may be written, if that is all that is asked for. */
    readonly pattern?: Pattern;
  }
}

export const literal = (text: string): Step => ({ op: 'LITERAL', text });

/** Where a column stands, for steps by hand. */
export const at = (table: Table, path: string): Place => placeIn(table, path);
export const KEY: Place = { source: -1, slot: 0 };

const bound = new WeakMap<Pattern, { readonly host: HostKeys; readonly form: Form }>();

/** The form for a host; nearly always there is one. */
export function formOf(pattern: Pattern, host: HostKeys): Form {
  const known = bound.get(pattern);
  if (known?.host === host) return known.form;
  const form = joined(pattern.map((step) => (step.op === 'HOST' ? literal(step.text(host)) : step)));
  bound.set(pattern, { host, form });
  return form;
}

/** Texts that follow one another as one. */
function joined(steps: Form): Step[] {
  const all: Step[] = [];
  for (const step of steps) {
    const last = all.at(-1);
    if (step.op === 'LITERAL' && last?.op === 'LITERAL') all[all.length - 1] = literal(last.text + step.text);
    else all.push('steps' in step ? { ...step, steps: joined(step.steps) } : step);
  }
  return all;
}

// ---- from a selection

/** Of a row, or of a group of its columns, which stands below `path`. */
interface Of {
  readonly type: GraphQLObjectType;
  readonly table?: Table;
  readonly path?: string;
}

/** How an object of this type is written; null where it takes more than is written. */
export function patternOf(set: SelectionSetNode, of: Of, info: GraphQLResolveInfo): Pattern | null {
  const steps: Pattern[number][] = [];
  const keys = new Set<string>();
  for (const selected of selectedFields(set, of.type, info)) {
    const key = responseKey(selected);
    const value = stepsOf(selected, of, info);
    if (!value || keys.has(key)) return null;
    steps.push(literal(`${keys.size === 0 ? '{' : ','}${JSON.stringify(key)}:`), ...value);
    keys.add(key);
  }
  return [...steps, literal(keys.size === 0 ? '{}' : '}')];
}

function stepsOf(selected: SelectedField, of: Of, info: GraphQLResolveInfo): Pattern | null {
  if (selected.name === '__typename') return [literal(JSON.stringify(of.type.name))];
  const field = fieldOf(selected);
  const writes = field?.extensions.writes;
  if (!field || !writes || field.args.length > 0) return null;
  if ('steps' in writes) return writes.steps;
  // The type of a group may serve several: what stands in it stands below the path of the one that is selected.
  const { table } = of.table ? { table: of.table } : writes;
  const path = of.path === undefined ? writes.path : `${of.path}.${selected.name}`;
  if (path in table.lists) return listOf(table, path, field, selected.node, info);
  if (path in table.groups) return groupOf(table, path, field, selected.node, info);
  const column = table.columns.find((one) => one.path === path);
  return column ? columnOf(table, column, isNonNullType(field.type)) : null;
}

const PLAIN: Readonly<Partial<Record<Kind, Plain>>> = {
  int: 'INT',
  count: 'BIG',
  bytes: 'BIG',
  seconds: 'FLOAT',
  percent: 'FLOAT',
  number: 'FLOAT',
  time: 'TIME',
  text: 'TEXT',
  texts: 'TEXTS',
  flag: 'FLAG',
};

function columnOf(table: Table, { path, kind, choice }: Column, isRequired: boolean): Step[] | null {
  const place = placeIn(table, path);
  const required: Step[] = isRequired ? [{ op: 'PRESENT', at: place }] : [];
  if (choice)
    return [...required, { op: 'CHOICE', at: place, texts: Object.keys(choice.values).map((name) => `"${name}"`) }];
  const op = PLAIN[kind];
  return op ? [...required, { op, at: place }] : null;
}

type Field = GraphQLField<unknown, unknown>;

/** As `group` in resolvers/group.ts has it: null where there is not what is always there of it. */
function groupOf(table: Table, path: string, field: Field, node: FieldNode, info: GraphQLResolveInfo): Pattern | null {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return null;
  const set = node.selectionSet!;
  const steps = patternOf(set, { type, table, path }, info);
  if (!steps || steps.some(({ op }) => op === 'HOST')) return null;
  const selected = [...selectedFields(set, type, info)].filter((one) => isNonNullType(fieldOf(one)?.type));
  const below = (name: string) => table.columns.find((column) => column.path === `${path}.${name}`);
  const sources = selected.reduce((mask, { name }) => {
    const column = below(name);
    return column ? mask | bitsOf(table, column.source) : mask;
  }, 0);
  const needed = table.columns.filter(
    (column) => column.required && column.path.startsWith(`${path}.`) && (sources & bitsOf(table, column.source)) !== 0,
  );
  const places = needed.map((column) => placeIn(table, column.path));
  if (isNonNullType(field.type)) return [...places.map((place): Step => ({ op: 'PRESENT', at: place })), ...steps];
  return places.reduceRight<Form>((inner, place) => [{ op: 'ABSENT', at: place, steps: inner }], steps as Form);
}

/** By which column items belong to rows of another table. */
const JOINS: Readonly<Record<string, string>> = { owner: 'inode' };

function listOf(table: Table, path: string, field: Field, node: FieldNode, info: GraphQLResolveInfo): Pattern | null {
  const type = getNamedType(field.type);
  const { table: items } = table.lists[path]!;
  const join = JOINS[items.name];
  const steps = isObjectType(type) && join !== undefined && patternOf(node.selectionSet!, { type, table: items }, info);
  if (!steps || isNonNullType(field.type) || steps.some(({ op }) => op === 'HOST')) return null;
  return [{ op: 'LIST', at: placeIn(table, join), slot: placeIn(items, join).slot, steps: steps as Form }];
}

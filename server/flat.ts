// Objects, and lists of them, that are told by their own fields alone: no arguments inside. Each is one value to
// graphql-jit, which would make two arrays for each leaf of it, and three functions for each value of a resolver, in
// case that something goes wrong. Where something does, all of it is left to graphql-js.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldMap,
  type GraphQLLeafType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Told } from '../loaders/told.ts';
import { type Pattern, patternOf } from '../resolvers/form.ts';
import { fieldOf, responseKey, type SelectedField, selectedFields } from '../resolvers/selection.ts';

/** What an executor would have told errors about. */
export class Irregular extends Error {
  override readonly name = 'Irregular';
}

type Values = Record<string, unknown>;

/** One list that is being told. */
interface Run {
  readonly context: unknown;
  readonly infos: Map<Line, GraphQLResolveInfo>;
  readonly info: GraphQLResolveInfo;
  /** Values that are still to come. */
  readonly late: Promise<void>[];
}

type Finish = (value: unknown, run: Run) => unknown;

/** One field of a row. */
interface Line {
  readonly key: string;
  readonly field: Pick<GraphQLField<unknown, unknown>, 'name' | 'type' | 'resolve'>;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  /** The keys between the list and the object that it is a field of. */
  readonly above: readonly string[];
  readonly finish: Finish;
}

/** Where a selection stands. */
interface Place {
  readonly info: GraphQLResolveInfo;
  readonly above: readonly string[];
}

const NOTHING = Object.freeze({});

const TYPENAME = { name: '__typename', type: new GraphQLNonNull(GraphQLString), resolve: undefined };

type Path = GraphQLResolveInfo['path'];

// ---- what a field becomes

const int32 = (value: unknown): unknown => ((value as number) | 0) === value;
const CHECKS: Readonly<Record<string, (value: unknown) => unknown>> = {
  Int: int32,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
};

/** As it is, where that is what the type says; else as the type writes it. */
function leaf(type: GraphQLLeafType): Finish {
  const check = CHECKS[type.name];
  if (!check) return (value) => (value == null ? null : type.coerceOutputValue(value));
  return (value) => {
    if (value == null) return null;
    if (check(value)) return value;
    throw new Irregular(`no ${type.name}`);
  };
}

function finishOf(type: GraphQLOutputType, set: SelectionSetNode | undefined, place: Place): Finish | null {
  if (isLeafType(type)) return leaf(type);
  if (isNonNullType(type)) {
    const inner = finishOf(type.ofType as GraphQLOutputType, set, place);
    return inner && ((value, run) => present(inner(value, run)));
  }
  if (isListType(type)) {
    const inner = finishOf(type.ofType as GraphQLOutputType, set, place);
    return inner && ((value, run) => (value == null ? null : items(value).map((item) => inner(item, run))));
  }
  const lines = set && isObjectType(type) && !type.isTypeOf ? linesOf(set, type, place) : null;
  if (!lines) return null;
  const tell = tellerOf(lines);
  return (value, run) => (value == null ? null : tell(value as Values, run));
}

function present(value: unknown): unknown {
  if (value === null) throw new Irregular('null where there is always something');
  return value;
}

function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Irregular('no list');
}

/** What of a type is told; nothing where that takes more than is done here. */
function linesOf(set: SelectionSetNode, parent: GraphQLObjectType, place: Place): readonly Line[] | null {
  const lines = new Map<string, Line>();
  for (const selected of selectedFields(set, parent, place.info)) {
    const line = lineOf(selected, parent, place);
    if (!line || lines.has(line.key)) return null;
    lines.set(line.key, line);
  }
  return [...lines.values()];
}

function lineOf(selected: SelectedField, parent: GraphQLObjectType, { info, above }: Place): Line | null {
  const { node } = selected;
  const nodes = [node];
  const key = responseKey(selected);
  if (selected.name === '__typename') return { key, field: TYPENAME, nodes, parent, above, finish: () => parent.name };
  const field = fieldOf(selected);
  if (!field || field.args.length > 0 || key === '__proto__') return null;
  const finish = finishOf(field.type, node.selectionSet, { info, above: [...above, key] });
  return finish && { key, field, nodes, parent, above, finish };
}

// ---- rows

type Tell = (row: Values, run: Run) => Values;
type Value = (row: Values, answer: Values, run: Run) => unknown;

const isColumn = ({ field }: Line): boolean => !field.resolve && isLeafType(getNullableType(field.type));

/**
 * Code of its own for each selection: an answer that is written as one object has its shape from the start, and one
 * that grew, or was copied from another, would be moved as it does. What gets into the code are names of GraphQL, which
 * are letters, digits and underscores.
 */
function tellerOf(lines: readonly Line[]): Tell {
  const columns = lines.map((line, at) => {
    const told = isColumn(line) ? `finish[${at}](row.${line.field.name}, run)` : 'null';
    return `${line.key}: ${told}`;
  });
  // What is late has its place already.
  const others = lines.map((line, at) =>
    isColumn(line) ? '' : `answer.${line.key} = value[${at}](row, answer, run);`,
  );
  const code = `return (row, run) => { const answer = { ${columns.join()} }; ${others.join('')} return answer; };`;
  return new Function('finish', 'value', code)(
    lines.map(({ finish }) => finish),
    lines.map(readingOf),
  );
}

const readingOf =
  (line: Line): Value =>
  (row, answer, run) => {
    const { field, finish } = line;
    const value = field.resolve ? field.resolve(row, NOTHING, run.context, infoOf(line, run)) : row[field.name];
    return value instanceof Promise ? later(value, line, answer, run) : finish(value, run);
  };

function later(value: Promise<unknown>, { key, finish }: Line, answer: Values, run: Run): null {
  const taken = value.then((now) => {
    answer[key] = finish(now, run);
  });
  // Whether or not anybody gets to wait for it.
  taken.catch(() => undefined);
  run.late.push(taken);
  return null;
}

/** The same for all rows: nobody looks at the number of a row in a list. */
function infoOf(line: Line, run: Run): GraphQLResolveInfo {
  const known = run.infos.get(line);
  if (known) return known;
  const { field, nodes: fieldNodes, parent: parentType, key, above } = line;
  const { name: fieldName, type: returnType } = field;
  const { schema, fragments, rootValue, operation, variableValues } = run.info;
  const path = [...above, key].reduce<Path>((prev, next) => ({ prev, key: next, typename: undefined }), run.info.path);
  // All that graphql-jit tells, spelled out: to copy it takes longer than what is told of most fields.
  const made = {
    fieldName,
    fieldNodes,
    returnType,
    parentType,
    path,
    schema,
    fragments,
    rootValue,
    operation,
    variableValues,
  } as unknown as GraphQLResolveInfo;
  run.infos.set(line, made);
  return made;
}

/** The list as it stands in the answer, once all of it is there; of one that is written the rest. */
async function whole(value: unknown, finish: Finish, context: unknown, info: GraphQLResolveInfo): Promise<unknown> {
  if (value instanceof Told) return value.written((await whole(value.rows, finish, context, info)) as unknown[]);
  const run: Run = { context, info, infos: new Map(), late: [] };
  try {
    const answer = finish(value, run);
    // What comes late may have more that comes later.
    for (let done = 0; done < run.late.length; done++) await run.late[done];
    return answer;
  } catch (cause) {
    throw cause instanceof Irregular ? cause : new Irregular('a value could not be had', { cause });
  }
}

// ---- what graphql-jit is given

const AS_IT_IS = new GraphQLScalarType({ name: 'Told' });

type Field = GraphQLField<unknown, unknown>;

/** The root of an operation, its flat lists as values of one piece; the root as it is where it has none. */
export function flattened(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
  const info = { schema, fragments: fragmentsOf(document), variableValues: {} } as unknown as GraphQLResolveInfo;
  const isOnly = onlyOnes(schema, document);
  const root = schema.getRootType(operation.operation)!;
  // What is written is no row: nothing else of the operation could know it, and no event compare it with another.
  const isAlone = operation.operation === 'query' && operation.selectionSet.selections.length === 1;

  const shadowOf = (type: GraphQLObjectType, { selections }: SelectionSetNode): GraphQLObjectType => {
    const fields = type.getFields();
    const changed: GraphQLFieldMap<unknown, unknown> = {};
    for (const node of selections) {
      // What stands in a fragment, or is selected twice, graphql-jit is left to put together.
      if (node.kind !== 'Field') return type;
      const field = fields[node.name.value];
      if (!field || !node.selectionSet || !isOnly(type, field)) continue;
      const pattern = type === root && isAlone ? patternBelow(field, node.selectionSet, info) : null;
      // A page whose rows may be written is put together around them.
      const flat = pattern ? null : flatField(field, node.selectionSet);
      const made = flat ?? throughField(field, node.selectionSet);
      if (!made) continue;
      const told = { schema, parentType: type, returnType: field.type, ...(pattern && { pattern }) };
      changed[field.name] = variant(made, { resolve: unchanged(made.resolve, told) });
    }
    if (Object.keys(changed).length === 0) return type;
    return Object.create(type, { getFields: { value: () => ({ ...fields, ...changed }) } });
  };

  const flatField = (field: Field, set: SelectionSetNode): Field | null => {
    if (!isObjectType(getNamedType(field.type))) return null;
    const finish = finishOf(field.type, set, { info, above: [] });
    if (!finish) return null;
    const { resolve } = field;
    return variant(field, {
      type: isNonNullType(field.type) ? new GraphQLNonNull(AS_IT_IS) : AS_IT_IS,
      resolve: async (parent, args, context, about) => {
        const value = resolve ? await resolve(parent, args, context, about) : (parent as Values)[field.name];
        return whole(value, finish, context, about);
      },
    });
  };

  const throughField = (field: Field, set: SelectionSetNode): Field | null => {
    const type = rewrapped(field.type, (inner) => (isObjectType(inner) ? shadowOf(inner, set) : inner));
    return type === field.type ? null : variant(field, { type });
  };

  return shadowOf(root, operation.selectionSet);
}

const ON_A_PAGE: readonly string[] = ['nodes', 'totalCount', 'at', '__typename'];

/** How the rows of a page are written, where nothing else is told of it that takes them. */
function patternBelow(page: Field, { selections }: SelectionSetNode, info: GraphQLResolveInfo): Pattern | null {
  const type = getNamedType(page.type);
  const fields = selections.filter((node) => node.kind === 'Field');
  const lists = fields.filter(({ name }) => name.value === 'nodes');
  const isPlain = fields.length === selections.length && fields.every(({ name }) => ON_A_PAGE.includes(name.value));
  const nodes = isObjectType(type) && getNamedType(type.getFields().nodes?.type);
  if (!isPlain || lists.length !== 1 || !isObjectType(nodes)) return null;
  return patternOf(lists[0]!.selectionSet!, { type: nodes }, info);
}

const variant = (field: Field, changes: Partial<Pick<Field, 'type' | 'resolve'>>): Field =>
  Object.assign(Object.create(field), changes);

const fragmentsOf = ({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(
    definitions.flatMap((node) => (node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [])),
  );

/** graphql-jit knows a resolver by its type and field alone: what is changed must not be met elsewhere unchanged. */
function onlyOnes(schema: GraphQLSchema, document: DocumentNode): (type: GraphQLObjectType, field: Field) => boolean {
  const counts = new Map<string, number>();
  const types = new TypeInfo(schema);
  const count = ({ name }: FieldNode): void => {
    const key = `${types.getParentType()?.name}.${name.value}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  visit(document, visitWithTypeInfo(types, { Field: count }));
  return (type, field) => counts.get(`${type.name}.${field.name}`) === 1;
}

/** The type with another one inside; itself where that is the same. */
function rewrapped(
  type: GraphQLOutputType,
  change: (inner: GraphQLOutputType) => GraphQLOutputType,
): GraphQLOutputType {
  if (!isNonNullType(type) && !isListType(type)) return change(type);
  const inner = rewrapped(type.ofType as GraphQLOutputType, change);
  if (inner === type.ofType) return type;
  return isNonNullType(type) ? new GraphQLNonNull(inner as never) : new GraphQLList(inner);
}

/** A resolver that is told of the schema and the types as they are, and how what it resolves to may be written. */
function unchanged(resolve: Field['resolve'], told: Partial<GraphQLResolveInfo>) {
  if (!resolve) return undefined;
  const resolved: Field['resolve'] = (parent, args, context, info) =>
    resolve(parent, args, context, { ...info, ...told });
  return resolved;
}

// One operation as generated code, by graphql-jit 0.8.9; what that gets wrong stays outside it.
import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  getOperationAST,
  isInputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type Source,
  type ValidatedExecutionArgs,
  visit,
} from 'graphql';
import { flattened, Irregular } from './flat.ts';

let jit: typeof import('graphql-jit') | undefined;

/** A quarter of what a gateway loads. It serves before it has that. */
export async function loadCompiler(): Promise<void> {
  jit ??= await import('graphql-jit');
}

export type Compiled = (args: ValidatedExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** What is known of an operation before it is compiled. */
export interface Outline {
  /** False if the code made of it could be wrong, or not ours. */
  readonly isSound: boolean;
  /** The variables that @skip and @include look at. */
  readonly switches: readonly string[];
  /** The fields it selects, and some for what every operation takes. */
  readonly weight: number;
}

/** Looks at a whole document: what stands in a fragment belongs to every operation of it. */
export function outline(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): Outline {
  // It runs mutations one after the other in a way of its own, and nobody repeats one a thousand times a second.
  let isSound = operation !== 'mutation' && document.loc !== undefined;
  const switches = new Set<string>();
  const refuse = (): typeof BREAK => {
    isSound = false;
    return BREAK;
  };
  visit(document, {
    // It writes literals into its code, and a text made for it breaks out of the quotes there.
    StringValue: refuse,
    // It names what it makes after response keys joined with _, so `a_b { c }` and `a { b_c }` would be one; and it
    // writes them as keys of an object, where __proto__ is none. No field of ours has one, but those of introspection.
    Field({ alias, name }) {
      const key = alias ?? name;
      return key.value.includes('_') && key.value !== '__typename' ? refuse() : undefined;
    },
    Variable: ({ name }) => (name.value.includes('_') ? refuse() : undefined),
    Directive({ arguments: given }) {
      for (const { value } of given ?? []) if (value.kind === 'Variable') switches.add(value.name.value);
    },
  });
  return { isSound, switches: [...switches].sort(), weight: 10 + fieldsIn(selectionSet, document) };
}

/** How many fields, a fragment's as often as it is spread; a document that is valid has its limit. */
function fieldsIn({ selections }: SelectionSetNode, document: DocumentNode): number {
  const inside = selections.map((node) => {
    if (node.kind !== 'FragmentSpread') return node.selectionSet ? fieldsIn(node.selectionSet, document) : 0;
    const named = document.definitions.find(
      (each) => each.kind === 'FragmentDefinition' && each.name.value === node.name.value,
    );
    return named && 'selectionSet' in named ? fieldsIn(named.selectionSet, document) : 0;
  });
  return inside.reduce((sum, each) => sum + each, selections.filter(({ kind }) => kind === 'Field').length);
}

/** The code of an operation for these values of its switches; null if it cannot be had, undefined if not yet. */
export function compile(args: ValidatedExecutionArgs): Compiled | null | undefined {
  if (!jit) return undefined;
  const { document, schema, operation, variableValues } = args;
  const pruned = prune(document, variableValues.coerced);
  const name = operation.name?.value;
  const root = flattened(schema, pruned, getOperationAST(pruned, name)!);
  const made = jit.compileQuery(schemaOf(schema, root), pruned, name, { disablingCapturingStackErrors: true });
  if (!jit.isCompiledQuery(made)) return null;
  const { source } = document.loc!;
  return ({ rootValue, contextValue, variableValues: { coerced } }) => {
    const result = made.query(rootValue, contextValue, coerced);
    return result instanceof Promise ? result.then((late) => placed(late, source)) : placed(result, source);
  };
}

/**
 * The document with its switches decided, and so without directives: it forgets a fragment that was skipped where it
 * met it first.
 */
function prune(document: DocumentNode, variables: Readonly<Record<string, unknown>>): DocumentNode {
  const decide = (node: ASTNode & { readonly directives?: OperationDefinitionNode['directives'] }) => {
    for (const { name, arguments: given } of node.directives ?? []) {
      const value = given?.[0]?.value;
      const holds =
        value?.kind === 'Variable' ? variables[value.name.value] : value?.kind === 'BooleanValue' && value.value;
      if ((name.value === 'skip' || name.value === 'include') && holds === (name.value === 'skip')) return null;
    }
    // A copy even where nothing changes: it writes notes on the nodes.
    return { ...node, directives: [] };
  };
  return visit(document, {
    Field: { enter: decide },
    FragmentSpread: { enter: decide },
    InlineFragment: { enter: decide },
  });
}

const asItIs = new GraphQLScalarType({ name: 'AsItIs' });

/**
 * The schema with this root for the operation, whose inputs take any value: variables are coerced before, by
 * graphql-js, and once is enough.
 */
function schemaOf(schema: GraphQLSchema, root: GraphQLObjectType): GraphQLSchema {
  const getType: GraphQLSchema['getType'] = (name) => {
    const type = schema.getType(name);
    return isInputType(type) ? asItIs : type;
  };
  return Object.create(schema, { getType: { value: getType }, getRootType: { value: () => root } });
}

/** Its errors know lines and columns, and the rest of the gateway takes them from what they have lost. */
function placed(result: ExecutionResult, source: Source): ExecutionResult {
  if (!result.errors) return result;
  const irregular = result.errors.find(({ originalError }) => originalError instanceof Irregular);
  if (irregular) throw irregular.originalError;
  const errors = result.errors.map(({ message, locations, path, originalError }) => {
    const positions = locations?.map(({ line, column }) => startOf(source.body, line) + column - 1);
    return new GraphQLError(message, { source, positions, path, originalError });
  });
  return { ...result, errors };
}

/** Where a line starts, the first being 1. */
function startOf(body: string, line: number): number {
  const breaks = /\r\n|[\n\r]/g;
  for (let at = 1; at < line; at++) breaks.exec(body);
  return breaks.lastIndex;
}

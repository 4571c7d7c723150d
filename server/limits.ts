import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type ParseOptions,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type Source,
  type ValidationContext,
} from 'graphql';
import { overLimit } from '../resolvers/limit.ts';
import type { Options } from './options.ts';

/** How much an operation asks for, every fragment counted as often as it is spread. */
interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
  readonly directives: number;
}

type LimitName =
  | 'maxDepth'
  | 'maxAliases'
  | 'maxFields'
  | 'maxDirectives'
  | 'maxTokens'
  | 'maxBody'
  | 'maxConnections'
  | 'maxSubscriptions'
  | 'maxStreams'
  | 'maxRate'
  | 'maxRunning'
  | 'maxMs';

export type Limits = Pick<Options, LimitName>;

const NOTHING: Size = { depth: 0, aliases: 0, fields: 0, directives: 0 };

const measures: readonly { of: keyof Size; limit: LimitName; excess: string }[] = [
  { of: 'depth', limit: 'maxDepth', excess: 'This operation nests its fields too deep' },
  { of: 'aliases', limit: 'maxAliases', excess: 'This operation has too many aliases' },
  { of: 'fields', limit: 'maxFields', excess: 'This operation selects too many fields' },
  { of: 'directives', limit: 'maxDirectives', excess: 'This operation has too many directives' },
];

export const limitError = (name: LimitName, limits: Limits, excess: string, node?: OperationDefinitionNode) =>
  overLimit(name, limits[name], excess, node);

export function limitRule(limits: Limits): (context: ValidationContext) => ASTVisitor {
  return function LimitRule(context) {
    const sizeOf = measurer(context);
    return {
      OperationDefinition(operation) {
        const own = operation.directives?.length ?? 0;
        const inside = sizeOf(operation.selectionSet);
        const size = { ...inside, directives: inside.directives + own };
        for (const { of, limit, excess } of measures) {
          if (size[of] > limits[limit]) context.reportError(limitError(limit, limits, excess, operation));
        }
        return false;
      },
      FragmentDefinition: () => false,
    };
  };
}

/**
 * Measures each fragment once, however often it is spread: twenty fragments that each spread the next one twice
 * are a million fields, and counting must not cost what executing would. A fragment met inside itself adds nothing,
 * because another rule refuses it.
 */
function measurer(context: ValidationContext): (set: SelectionSetNode) => Size {
  const fragments = new Map<string, Size>();

  const ofFragment = (name: string): Size => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    fragments.set(name, NOTHING);
    const fragment = context.getFragment(name);
    if (!fragment) return NOTHING;
    const inside = ofSet(fragment.selectionSet);
    const size = { ...inside, directives: inside.directives + (fragment.directives?.length ?? 0) };
    fragments.set(name, size);
    return size;
  };

  const ofSelection = (node: SelectionNode): Size => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return ofSet(node.selectionSet);
    const inside = node.selectionSet ? ofSet(node.selectionSet) : NOTHING;
    const alias = node.alias ? 1 : 0;
    return { ...inside, depth: inside.depth + 1, aliases: inside.aliases + alias, fields: inside.fields + 1 };
  };

  const ofSet = (set: SelectionSetNode): Size =>
    set.selections.reduce((total: Size, node) => {
      const size = ofSelection(node);
      return {
        depth: Math.max(total.depth, size.depth),
        aliases: total.aliases + size.aliases,
        fields: total.fields + size.fields,
        directives: total.directives + size.directives + (node.directives?.length ?? 0),
      };
    }, NOTHING);

  return ofSet;
}

/** Levels of a variable besides those of filters in it: what it is in, a fact, an operator, and what that is given. */
const OTHERS = 6;

/**
 * Filters are the only inputs that hold themselves, and each level of them is two of a variable: a list in a field.
 * What is deeper is no input of ours, and is not looked into level by level, each on top of the other.
 */
export function deepVariables(variables: unknown, { maxFilterDepth }: Pick<Options, 'maxFilterDepth'>) {
  let level = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > 2 * maxFilterDepth + OTHERS)
      return overLimit('maxFilterDepth', maxFilterDepth, 'The variables nest deeper than any filter may');
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return null;
}

/** Stops reading a document at the limit of tokens, before there is anything to measure. */
export function parseWithin(limits: Limits, source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: limits.maxTokens });
  } catch (error) {
    // The parser has no code for this; its wording is the only way to tell it from a syntax error.
    if (!(error instanceof GraphQLError && /^Syntax Error: Document contains more than \d+ tokens/.test(error.message)))
      throw error;
    throw limitError('maxTokens', limits, 'This document has too many tokens');
  }
}

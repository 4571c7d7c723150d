// Operations that nobody would write, from a number: fields, aliases, fragments, switches and variables at random.
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';

export interface Random {
  /** A whole number below `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  chance(share: number): boolean;
}

/** The same seed gives the same numbers, so that what failed can be had again. */
export function randomFrom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (from) => from[below(from.length)]!, chance: (share) => next() < share };
}

export const VARIABLES = { yes: true, no: false, two: 2, path: '/', nothing: null } as const;
const HEAD = 'query ($yes: Boolean!, $no: Boolean!, $two: Int!, $path: String!, $nothing: Int, $left: Int = 1)';

/** An operation on the schema; it may be invalid where two of its fields cannot be one. */
export function question(schema: GraphQLSchema, random: Random): string {
  const { selection, fragments } = selections(random);
  const body = selection(schema.getQueryType()!, 0);
  return [`${HEAD} ${body}`, ...fragments, 'fragment Used on Query { __typename }'].join('\n');
}

/** What is asked of such pages alone. */
export function pageQuestion(schema: GraphQLSchema, random: Random, name: string): string {
  const page = getNamedType(schema.getQueryType()!.getFields()[name]!.type) as GraphQLObjectType;
  const { selection, fragments, switches } = selections(random);
  const rows = `nodes ${switches()} ${selection(getNamedType(page.getFields().nodes!.type), 4)}`;
  const beside = ['totalCount', 'at', '__typename', 'pageInfo { hasNextPage }', 'nodes { __typename }'];
  const more = beside.filter(() => random.chance(0.1)).map((field) => field.replace(/(?= \{|$)/, ` ${switches()}`));
  const text = [`{ ${name} { ${[...more, rows].join(' ')} } }`, ...fragments].join('\n');
  const given = ['yes', 'no', 'two', 'path', 'nothing'].filter((variable) => text.includes(`$${variable}`));
  const types: Record<string, string> = {
    yes: 'Boolean!',
    no: 'Boolean!',
    two: 'Int!',
    path: 'String!',
    nothing: 'Int',
  };
  const head = given.map((variable) => `$${variable}: ${types[variable]}`).join(', ');
  return `${head && `query (${head})`} ${text}`;
}

function selections(random: Random) {
  const fragments: string[] = [];
  return { selection, fragments, switches };

  function selection(type: GraphQLNamedType, depth: number): string {
    const parts = Array.from({ length: 1 + random.below(4) }, () => part(type, depth));
    const uses = depth === 0 ? ['...Used @include(if: $yes) @skip(if: $no)', ...parts, used()] : parts;
    return `{ ${uses.join(' ')} }`;
  }

  /** Every variable must be used somewhere. */
  function used(): string {
    const counted = ['nothing', 'left'].map((name) => `${name}: processes(first: $${name}) { totalCount }`);
    return [...counted, 'two: process(pid: $two) { pid }', 'at: mount(path: $path) { id }'].join(' ');
  }

  function part(type: GraphQLNamedType, depth: number): string {
    const kind = random.below(8);
    if (kind === 0) return `... ${on(type)} ${switches()} ${selection(type, depth + 1)}`;
    if (kind === 1) return spread(type, depth);
    return field(type, depth);
  }

  function spread(type: GraphQLNamedType, depth: number): string {
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selection(type, depth + 1)}`;
    const again = random.chance(0.4) ? ` ...${name} ${switches()}` : '';
    return `...${name} ${switches()}${again}`;
  }

  function field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    const fits = Object.values(type.getFields()).filter((each) => depth < 6 || isLeaf(each));
    const chosen = fits.length === 0 || random.chance(0.05) ? null : random.pick(fits);
    if (!chosen) return '__typename';
    const alias = random.chance(0.4) ? `${random.pick(['a', 'b', 'c', 'a_b', 'class'])}: ` : '';
    const below = isLeaf(chosen) ? '' : selection(getNamedType(chosen.type), depth + 1);
    return `${alias}${chosen.name}${given(chosen.args)} ${switches()} ${below}`;
  }

  function given(all: readonly GraphQLArgument[]): string {
    const some = all.filter(({ type }) => isNonNullType(type) || random.chance(0.5));
    return some.length === 0
      ? ''
      : `(${some.map((arg) => `${arg.name}: ${literal(random, getNamedType(arg.type))}`).join(' ')})`;
  }

  function on(type: GraphQLNamedType): string {
    return random.chance(0.5) ? `on ${type.name}` : '';
  }

  function switches(): string {
    const where = random.pick(['', '', '', '', '@include', '@skip']);
    return where && `${where}(if: ${random.pick(['$yes', '$no', 'true', 'false'])})`;
  }
}

function literal(random: Random, type: GraphQLNamedType, depth = 0): string {
  if (isInputObjectType(type)) return object(random, type, depth);
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (type.name === 'Boolean') return random.pick(['true', 'false', '$yes', '$no']);
  if (type.name === 'ID') return random.pick(['"x"', '7']);
  if (type.name === 'String') return '$path';
  return random.pick(['1', '3', '$two']);
}

/** What must be given, and sometimes something else: the field of a filter, or a filter in it. */
function object(random: Random, type: GraphQLInputObjectType, depth: number): string {
  const fields = Object.values(type.getFields());
  const more = fields.filter(({ type: of }) => depth < 3 || !isInputObjectType(getNamedType(of)));
  const some = fields.filter(
    (field) => isRequiredInputField(field) || (more.length > 0 && random.pick(more) === field),
  );
  const given = some.map(({ name, type: of }) => `${name}: ${literal(random, getNamedType(of), depth + 1)}`);
  return `{ ${given.join(' ')} }`;
}

const isLeaf = ({ type }: GraphQLField<unknown, unknown>): boolean => {
  const named = getNamedType(type);
  return !isObjectType(named) && !isInterfaceType(named);
};

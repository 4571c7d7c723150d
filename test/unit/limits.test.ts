import { getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Limits, limitRule, parseWithin } from '../../server/limits.ts';
import { defaultOptions, flagOf } from '../../server/options.ts';
import { toySchema } from '../support/toy.ts';

const schema = toySchema();

const excess = (query: string, limits: Partial<Limits>) =>
  validate(schema, parse(query), [limitRule({ ...defaultOptions, ...limits })]).map((error) => error.extensions.limit);

const nested = (depth: number): string => `${'{ node '.repeat(depth - 1)}{ name }${' }'.repeat(depth - 1)}`;

/** Each fragment spreads the next one twice, so that the last one counts two to the power of their number. */
function bomb(fragments: number, inside: string): string {
  const links = Array.from({ length: fragments }, (_, i) => `fragment F${i} on Node { ...F${i + 1} ...F${i + 1} }`);
  return `{ node { ...F0 } } ${links.join(' ')} fragment F${fragments} on Node { ${inside} }`;
}

describe.each([
  { limit: 'maxDepth', at: 3, query: '{ node { child { name } } }' },
  { limit: 'maxDepth', at: 3, query: '{ node { ...F } } fragment F on Node { ... { child { name } } }' },
  { limit: 'maxAliases', at: 2, query: '{ a: node { b: name } }' },
  { limit: 'maxAliases', at: 2, query: '{ node { ...F child { ...F } } } fragment F on Node { a: name }' },
  { limit: 'maxFields', at: 3, query: '{ node { name child { name } } }', over: 1 },
  { limit: 'maxFields', at: 5, query: '{ node { ...F child { ...F } name } } fragment F on Node { name }' },
  { limit: 'maxDirectives', at: 2, query: '{ node @skip(if: false) { name @skip(if: false) } }' },
  { limit: 'maxDirectives', at: 2, query: 'query @a { ... @b { node { name } } }' },
  { limit: 'maxDirectives', at: 2, query: '{ node { ...F @a } } fragment F on Node @b { name }' },
] as const)('$limit over $query', ({ limit, at, query, ...row }) => {
  const size = at + ('over' in row ? row.over : 0);

  it('is kept at the limit', () => {
    expect(excess(query, { [limit]: size })).toEqual([]);
  });

  it('is exceeded one below', () => {
    expect(excess(query, { [limit]: size - 1 })).toEqual([limit]);
  });
});

describe('the error of a limit', () => {
  it.each(['maxDepth', 'maxAliases', 'maxFields', 'maxDirectives'] as const)('%s names limit and flag', (limit) => {
    const limits = { ...defaultOptions, [limit]: 0 };
    const [error] = validate(schema, parse('{ a: node @skip(if: false) { name } }'), [limitRule(limits)]);
    expect(error?.message).toContain('the limit is 0');
    expect(error?.message).toContain(flagOf(limit));
    expect(error?.extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit, maximum: 0 });
  });

  it('is told of each operation of the document', () => {
    expect(
      excess('query A { node { name } } query B { node { name } } query C { gate }', { maxDepth: 1 }),
    ).toHaveLength(2);
  });
});

describe('fragments', () => {
  it('may form a cycle without the measuring going round in it', () => {
    const cycle = '{ node { ...A } } fragment A on Node { name ...B } fragment B on Node { child { ...A } }';
    expect(excess(cycle, {})).toEqual([]);
    expect(excess('{ node { ...Nobody } }', {})).toEqual([]);
  });

  it('that are spread two to the power of 300 times are counted so, and quickly enough to end at all', () => {
    expect(excess(bomb(300, 'name'), {})).toEqual(['maxFields']);
    expect(excess(bomb(300, 'a: name @skip(if: true)'), {})).toEqual(['maxAliases', 'maxFields', 'maxDirectives']);
  });

  it('are counted exactly', () => {
    expect(excess(bomb(5, 'name'), { maxFields: 33 })).toEqual([]);
    expect(excess(bomb(5, 'name'), { maxFields: 32 })).toEqual(['maxFields']);
  });
});

describe('the default limits', () => {
  it.each([false, true])('let the standard introspection query pass, with everything in it: %s', (all) => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: all,
      directiveIsRepeatable: all,
      schemaDescription: all,
      inputValueDeprecation: all,
      oneOf: all,
    });
    expect(excess(query, {})).toEqual([]);
    expect(() => parseWithin(defaultOptions, query)).not.toThrow();
  });

  it('refuse what goes one deeper than they allow', () => {
    expect(excess(nested(defaultOptions.maxDepth), {})).toEqual([]);
    expect(excess(nested(defaultOptions.maxDepth + 1), {})).toEqual(['maxDepth']);
  });
});

describe('the limit of tokens', () => {
  const parseAt = (maxTokens: number, text: string) => () => parseWithin({ ...defaultOptions, maxTokens }, text);

  it('stops the parser, and names itself and its flag', () => {
    expect(parseAt(4, '{ a b }')).not.toThrow();
    expect(parseAt(3, '{ a b }')).toThrow(/the limit is 3, .* --max-tokens raises it/);
  });

  it('leaves a syntax error what it is', () => {
    expect(parseAt(100, '{ "Document contains more than 3 tokens" }')).toThrow(/^Syntax Error: Expected Name/);
  });
});

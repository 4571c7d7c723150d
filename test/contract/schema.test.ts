import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { root } from '../support/source.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const contract = buildSchema(read('test/fixtures/contract.graphql'));

/** Every coordinate of a schema and what it says there: `Process.pid` is `Int!`, `Query.process(pid:)` is `Int!`. */
function coordinates(of: GraphQLSchema): Map<string, string> {
  const types = Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new Map(types.flatMap((type) => [[type.name, kindOf(type)] as [string, string], ...membersOf(type)]));
}

const kindOf = (type: GraphQLNamedType): string => type.constructor.name;

function membersOf(type: GraphQLNamedType): [string, string][] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => [`${type.name}.${name}`, 'a value']);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((f) => [`${type.name}.${f.name}`, `${f.type}`]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const interfaces = type.getInterfaces().map(({ name }) => [`${type.name} implements ${name}`, 'yes'] as const);
  const fields = Object.values(type.getFields()).flatMap(({ name, type: of, args }) => [
    [`${type.name}.${name}`, `${of}`] as const,
    ...args.map((arg) => [`${type.name}.${name}(${arg.name}:)`, `${arg.type} = ${show(arg)}`] as const),
  ]);
  return [...interfaces, ...fields].map(([at, is]) => [at, is]);
}

/** The default of an argument, wherever this version keeps it. */
function show(arg: object): string {
  const { defaultValue, default: other } = arg as { defaultValue?: unknown; default?: { value?: unknown } };
  const literal = (other as { literal?: { kind: string; value?: unknown } } | undefined)?.literal;
  const written = literal?.kind === 'IntValue' ? Number(literal.value) : literal?.value;
  return JSON.stringify(defaultValue ?? other?.value ?? written ?? null);
}

const built = coordinates(schema);
const promised = coordinates(contract);

test('schema.graphql is what the schema prints', () => expect(read('schema/schema.graphql')).toBe(printSchema(schema)));

test('what the contract has too is what the contract says', () => {
  const shared = [...built].filter(([at]) => promised.has(at));
  expect(shared.map(([at, is]) => `${at}: ${is}`)).toEqual(shared.map(([at]) => `${at}: ${promised.get(at)}`));
  // That the comparison compares: the first slice has over a hundred things of the contract.
  expect(shared.length).toBeGreaterThan(100);
});

// Types may gain what the contract does not have, but knowingly: a name mistyped here would be compared with nothing.
const ADDITIONS: readonly string[] = [
  ...of('ConnectionFilter', 'and or not'),
  ...of('ProcessFilter', 'openFile hasDeletedFiles'),
  ...of('ServiceFilter', 'and or not'),
  ...'Process.eligibleCpus Process.systemdUnit Process.openFiles(deleted:) ServicePage.gaps'.split(' '),
  'ProcessEvents.folded',
  ...of('OpenFile', 'size allocated'),
];

test('nothing else is there that the contract does not know', () =>
  expect([...built.keys()].filter((at) => !promised.has(at)).sort()).toEqual([...ADDITIONS].sort()));

// The reverse: what the contract promises and is not here yet. Of a type that is missing its members are not named.
const MISSING: readonly string[] = [
  // What only platforms have that are not built yet.
  ...of('ProcessMemory', 'wired compressed physicalFootprint'),
  ...of('MemoryMap', 'refCount shadowCount'),
];

/** The coordinates of these members of each of these types. */
function of(types: string, members: string): string[] {
  return types.split(' ').flatMap((type) => members.split(' ').map((member) => `${type}.${member}`));
}

/** What something stands in: a member in its type, an argument in its field. */
const around = (at: string): string => (at.endsWith(':)') ? at.replace(/\(.*/, '') : at.replace(/[. ].*/, ''));

test('nothing else is missing that the contract promises', () => {
  const missing = [...promised.keys()].filter((at) => !built.has(at));
  const roots = missing.filter((at) => around(at) === at || !missing.includes(around(at)));
  expect(roots.sort()).toEqual([...MISSING].sort());
});

test('a comparison sees types, nullability and defaults', () => {
  expect(built.get('Process.children(recursive:)')).toBe('Boolean! = false');
  expect(built.get('Process.cmdline')).toBe('[String!]');
  expect(promised.get('Process.children(recursive:)')).toBe('Boolean! = false');
});

test('everything has a description', () => {
  const silent = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => [
      { at: type.name, description: type.description },
      ...(isEnumType(type) ? type.getValues() : []).map((v) => ({ ...v, at: `${type.name}.${v.name}` })),
      ...describedFields(type),
    ])
    .filter(({ description }) => !description)
    .map(({ at }) => at);
  expect(silent).toEqual([]);
});

function describedFields(type: GraphQLNamedType): { at: string; description: string | null | undefined }[] {
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => ({ ...field, at: `${type.name}.${field.name}` }));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    { at: `${type.name}.${name}`, description },
    ...args.map((arg) => ({ at: `${type.name}.${name}(${arg.name}:)`, description: arg.description })),
  ]);
}

test('a number says its unit', () => {
  const units = /In (bytes|seconds|percent|MHz|degrees Celsius|packets|calls|requests)|averaged|minutes?\b/;
  const fields = Object.values(schema.getTypeMap()).flatMap((type) => (isObjectType(type) ? [type] : []));
  const floats = fields.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name === 'Float')
      .map((field) => ({ at: `${type.name}.${field.name}`, says: field.description ?? '' })),
  );
  expect(floats.filter(({ says }) => !units.test(says)).map(({ at }) => at)).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processTable, systemTable } from '../../native/index.ts';
import { property } from '../../native/spec/define.ts';
import { outputs } from '../../native/spec/emit.ts';
import { choicesUsed, tables } from '../../native/spec/index.ts';
import { prices } from '../../native/spec/price.ts';
import { root } from '../support/source.ts';

test.each([...outputs()])('%s is what the spec generates', (path, content) =>
  expect(readFileSync(join(root, path), 'utf8')).toBe(content),
);

// A sentence: it stands in the documentation of the API as it is.
const SENTENCE = /^([A-Z`]|macOS|illumos).*\.$/s;

describe.each(tables.map((table) => [table.name, table] as const))('the table %s', (_, table) => {
  test('has a description for everything in it', () => {
    const named = [
      ...table.columns.map(({ path, description }) => [path, description]),
      ...Object.entries(table.groups).map(([path, { description }]) => [path, description]),
      ...Object.entries(table.groups).map(([path, { about }]) => [`${path} (type)`, about]),
      [table.type, table.description],
    ] as const;
    expect(named.filter(([, says]) => !SENTENCE.test(says!))).toEqual([]);
  });

  test('has sources for its columns, and columns for its sources', () => {
    const inLists = Object.values(table.lists).flatMap(({ table: { sources } }) => Object.keys(sources));
    const used = new Set([...table.columns.map(({ source }) => source), ...inLists]);
    expect([...used].sort()).toEqual(Object.keys(table.sources).sort());
  });

  test('has groups for the columns that stand in them, and no column twice', () => {
    const groups = table.columns.flatMap(({ path }) => (path.includes('.') ? [path.replace(/\.\w+$/, '')] : []));
    expect([...new Set(groups)].filter((path) => !(path in table.groups))).toEqual([]);
    const properties = table.columns.map(({ path }) => property(path));
    expect(new Set(properties).size).toBe(properties.length);
  });

  // A mask is an int32: the 32nd bit is its sign.
  test('has at most 31 sources', () => expect(Object.keys(table.sources).length).toBeLessThanOrEqual(31));

  // What belongs to an owner is read beside something of the owner's.
  test('reads what stands beside a source from the same table, or from that of its owner', () => {
    const owner = tables.find(({ lists }) => Object.values(lists).some((list) => list.table === table)) ?? table;
    const beside = Object.values(table.sources).flatMap((source) => source.beside ?? []);
    expect(beside.filter((name) => !(name in owner.sources))).toEqual([]);
  });
});

// The fields of a type are made once, from the first group that has it; each group tells the bits of its own columns.
test('groups of one type have the same columns, wherever they are', () => {
  const columns = new Map<string, Set<string>>();
  for (const table of tables)
    for (const [path, { type }] of Object.entries(table.groups)) {
      const below = table.columns.filter((column) => column.path.startsWith(`${path}.`));
      const known = below.map((column) => `${column.path.slice(path.length)} ${column.kind} ${column.required}`);
      columns.set(type, (columns.get(type) ?? new Set()).add(known.sort().join()));
    }
  expect([...columns].filter(([, sets]) => sets.size > 1)).toEqual([]);
});

test('every choice describes its values', () =>
  expect(choicesUsed.flatMap(({ values }) => Object.values(values)).filter((says) => !SENTENCE.test(says))).toEqual(
    [],
  ));

test('the tables cross in the order of the spec', () =>
  expect([processTable, systemTable].map(({ index, name }) => tables[index]!.name === name)).toEqual([true, true]));

test('prices are of sources that there are', () => {
  const priced = tables.map((table) => [table, Object.keys(prices(table))] as const);
  expect(priced.flatMap(([{ sources }, names]) => names.filter((name) => !(name in sources)))).toEqual([]);
  expect(priced.flatMap(([, names]) => names).length).toBeGreaterThan(10);
});

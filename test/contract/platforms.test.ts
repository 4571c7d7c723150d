import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { bitOf, type Platform, platformsOf } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { schema } from '../../schema/index.ts';
import { LACKING, UNTRUE } from '../support/lacking.ts';
import { isWithin, platformsPage } from '../support/platforms.ts';
import { root } from '../support/source.ts';
import { NEUTRAL } from '../windows/neutral.ts';

test('docs/platforms.md says what is so, and no more', () =>
  expect(readFileSync(join(root, 'docs/platforms.md'), 'utf8')).toBe(platformsPage()));

test('what node.exe leaves out of tests is there to be left out', () => {
  const unknown = NEUTRAL.flatMap(({ file, except = {} }) => {
    const text = readFileSync(join(root, file), 'utf8');
    return Object.keys(except).filter((name) => !text.includes(`test('${name}'`));
  });
  expect(unknown).toEqual([]);
});

test('what Wine lacks is something that the spec marks for Windows', () => {
  const paths = tables.flatMap((table) =>
    table.columns
      .filter((column) => platformsOf(table, column).includes('WINDOWS'))
      .flatMap(({ path, source }) => [`${table.name}.${path}`, `${table.name}.${source}`]),
  );
  const unknown = [...LACKING, ...UNTRUE].filter((lack) => !paths.some((path) => isWithin(path, lack)));
  expect(unknown).toEqual([]);
});

const NAMES: Partial<Record<Platform, string>> = { LINUX: 'Linux', WINDOWS: 'Windows' };

/** Rates, and lists of what belongs to a row: they are where all of their sources are, and nothing else tells. */
const made = tables.flatMap((table) => {
  const type = schema.getType(table.type);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, extensions: { cost } }) => {
    if (cost?.rates === undefined && cost?.shift === undefined) return [];
    const sources = Object.entries(table.sources).filter(
      ([source]) => (bitOf(table, source) & (cost.sources ?? 0)) !== 0,
    );
    return [{ field: `${table.type}.${name}`, description: description!, from: sources.map(([, { from }]) => from) }];
  });
});

test.each(made)('$field says where it is', ({ description, from }) => {
  const where = Object.entries(NAMES).filter(([platform]) => from.every((each) => platform in each));
  expect(description.split(' On ').at(-1)).toBe(`${where.map(([, name]) => name).join(', ')}.`);
});

test('shares of times are where the times are', () => {
  const [times, shares] = ['CpuTimes', 'CpuTimesPercent'].map((name) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.map(({ name: field, type: of, description }) => [field, String(of), description]);
  });
  expect(times).toContainEqual(['dpc', 'Float', 'Serving what interrupts put off. In seconds. On Windows.']);
  const inPercent = (text: unknown) => String(text).replace('In seconds.', 'In percent, 0 to 100.');
  expect(shares).toEqual(times!.map(([field, of, description]) => [field, of, inPercent(description)]));
});

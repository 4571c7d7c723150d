import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { platformsOf } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { LACKING, UNTRUE } from '../support/lacking.ts';
import { isWithin, platformsPage } from '../support/platforms.ts';
import { root } from '../support/source.ts';

test('docs/platforms.md says what is so, and no more', () =>
  expect(readFileSync(join(root, 'docs/platforms.md'), 'utf8')).toBe(platformsPage()));

test('what Wine lacks is something that the spec marks for Windows', () => {
  const paths = tables.flatMap((table) =>
    table.columns
      .filter((column) => platformsOf(table, column).includes('WINDOWS'))
      .flatMap(({ path, source }) => [`${table.name}.${path}`, `${table.name}.${source}`]),
  );
  const unknown = [...LACKING, ...UNTRUE].filter((lack) => !paths.some((path) => isWithin(path, lack)));
  expect(unknown).toEqual([]);
});

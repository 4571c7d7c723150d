import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dir, link, withTree } from '../support/tree.ts';

test('a tree has files, bytes, links and empty directories, and is gone afterwards', async () => {
  const name = new Uint8Array([0xff, 0]);
  const tree = { '7/stat': '7 (x) R', '7/cmdline': name, '7/exe': link('/bin/x (deleted)'), '7/fd': dir() };
  const root = await withTree(tree, (root) => {
    expect(readFileSync(join(root, '7/stat'), 'utf8')).toBe('7 (x) R');
    expect(new Uint8Array(readFileSync(join(root, '7/cmdline')))).toEqual(name);
    expect(readlinkSync(join(root, '7/exe'))).toBe('/bin/x (deleted)');
    expect(readdirSync(join(root, '7/fd'))).toEqual([]);
    return root;
  });
  expect(existsSync(root)).toBe(false);
});

test('a tree is gone after a failure too', async () => {
  let seen = '';
  const failing = withTree({ a: 'b' }, (root) => {
    seen = root;
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  expect(existsSync(seen)).toBe(false);
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findUser, userId, userIdNow } from '../../server/names.ts';
import { createAdmission, isRefusal } from '../../server/viewer.ts';
import { credential, optionsWith } from '../support/serving.ts';

// A system that keeps its users elsewhere than in a file: its command knows them, and notes whom it was asked for.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sysgraph-names-'));
  const knows = '#!/bin/sh\necho "$*" >>"$0.asked"\ncase $3 in far*) echo 4242;; odd*) echo x;; *) exit 1;; esac\n';
  writeFileSync(join(folder, 'id'), knows, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const asked = (): string[] =>
  existsSync(join(folder, 'id.asked')) ? readFileSync(join(folder, 'id.asked'), 'utf8').split('\n').slice(0, -1) : [];

test('users of the file, and numbers, are known by themselves', async () => {
  expect([await findUser('root'), userId('root'), userIdNow('77'), await findUser('77')]).toEqual([0, 0, 77, 77]);
  expect(asked()).toEqual([]);
});

test('others are asked for, once a minute, whether there are any or not', async () => {
  const names = ['far', 'far', 'none', 'none', 'odd', '-far'];
  const found = await Promise.all(names.map((name) => findUser(name, 0)));
  expect(found).toEqual([4242, 4242, null, null, null, null]);
  expect(asked().sort()).toEqual(['-u -- -far', '-u -- far', '-u -- none', '-u -- odd']);
  await findUser('far', 59_999);
  expect([asked().length, userId('far'), userId('none')]).toEqual([4, 4242, null]);
  await findUser('far', 60_000);
  expect(asked()).toHaveLength(5);
});

test('a command asks at once', () => {
  expect([userIdNow('far2'), userIdNow('none2')]).toEqual([4242, null]);
});

test('whoever is let in is seen as they are from then on', async () => {
  const only = credential('only');
  const holder = { ...only, viewer: { ...only.viewer, onlyUser: 'far3' } };
  const keyring = { holders: () => [holder], onChange: () => undefined, close: () => undefined };
  const admit = createAdmission(keyring, optionsWith({}));
  expect(userId('far3')).toBeNull();
  expect(isRefusal(await admit({ authorization: 'Bearer only', isForwarded: false }))).toBe(false);
  expect(userId('far3')).toBe(4242);
});

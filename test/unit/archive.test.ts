import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatArchive, parseArchive } from '../support/archive.ts';
import { dir, link } from '../support/tree.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const bytes = (...values: number[]) => new Uint8Array(values);
const roundTrip = (content: string | Uint8Array) => parseArchive(formatArchive({ file: content })).file;

describe('a text archive', () => {
  test('is written as a reviewer would like to read it', () => {
    const tree = { '7/comm': 'cat\n', '7/cmdline': 'cat\0-u\0', '7/exe': link('/bin/cat'), '7/fd': dir() };
    expect(formatArchive(tree, ['a cat'])).toBe(
      '# a cat\n-- 7/comm --\ncat\n-- 7/cmdline --\ncat\\0-u\\0\\\n-- 7/exe -> /bin/cat --\n-- 7/fd/ --\n',
    );
  });

  test.each([
    ['nothing', ''],
    ['one newline', '\n'],
    ['no last newline', 'a\nb'],
    ['backslashes at the end of lines', 'a\\\nb\\\\\nc\\'],
    ['what looks like an escape', '\\x41 \\0 \\q'],
    ['what looks like a header', '-- 7/stat --\n-- a -> b --\n-- \n--'],
    ['what looks like a comment', '# a\n'],
    ['control characters', 'a\tb\rc\u001b[31m\u007f'],
    ['every kind of UTF-8', '\ufeffé€😀\ufffd\u0085'],
  ])('keeps %s', (_, content) => expect(roundTrip(content)).toBe(content));

  test('keeps every byte, beside any other', () => {
    const all = Uint8Array.from({ length: 131_072 }, (_, i) => (i % 2 === 0 ? i >> 9 : (i >> 1) & 255));
    expect(roundTrip(all)).toEqual(all);
    for (let byte = 128; byte < 256; byte++) expect(roundTrip(bytes(byte))).toEqual(bytes(byte));
  });

  test('keeps strange paths and targets', () => {
    const tree = { 'a -> b': 'x\n', 'c\nd': link('e -> f --\n'), g: link(bytes(47, 255)), 'é --': dir() };
    expect(parseArchive(formatArchive(tree))).toEqual(tree);
  });

  test('is empty when it says nothing', () => {
    expect(parseArchive('')).toEqual({});
    expect(parseArchive('# only a comment\n')).toEqual({});
  });

  test.each([
    ['-- a --\nx', 'line 2: the archive ends in the middle of a line'],
    ['stray\n', 'line 1: expected a header like "-- path --", not "stray"'],
    ['-- a --\nx\n-- b\n', 'line 3: expected a header like "-- path --", not "-- b"'],
    ['-- a --\n-- a --\n', 'line 2: a comes a second time'],
    ['-- ../a --\n', 'line 1: "../a" is no path inside the tree'],
    ['-- /a --\n', 'line 1: "/a" is no path inside the tree'],
    ['-- a --\nb\\q\n', 'line 2: "\\\\q" is no escape; there are \\0, \\\\ and \\xNN'],
    ['-- a --\n\\x4\n', 'line 2: "\\\\x4" is no escape; there are \\0, \\\\ and \\xNN'],
    ['-- a/ --\nx\n', 'line 2: a is a link or a directory and has no content'],
  ])('says what is damaged in %j', (text, message) => expect(() => parseArchive(text)).toThrow(message));

  test.each(readdirSync(fixtures).filter((name) => name.endsWith('.txt')))(
    'the fixture %s is in its one written form',
    (name) => {
      const text = readFileSync(join(fixtures, name), 'utf8');
      const comments = text.split('\n').filter((line) => line.startsWith('# '));
      expect(
        formatArchive(
          parseArchive(text),
          comments.map((line) => line.slice(2)),
        ),
      ).toBe(text);
    },
  );
});

import { expect, test } from 'vitest';
import { processesOf, statLine } from '../support/reading.ts';

// Columns of text are places in one block, counted in UTF-16 units as JavaScript counts: one wrong count in one row
// would move the text of every row after it.
test('text of one, two, three and four bytes a character keeps every row at its place', async () => {
  const names = ['ascii', 'zwölf', '三字', '😀😀', Buffer.from([0xe2, 0x82, 0x61]), 'e\u0301', '\u{10ffff}', 'last'];
  const expected = ['ascii', 'zwölf', '三字', '😀😀', '\\xe2\\x82a', 'e\u0301', '\u{10ffff}', 'last'];
  const files = names.flatMap((comm, index) => [
    [`${index + 1}/stat`, statLine({ comm })],
    [`${index + 1}/cmdline`, Buffer.concat([Buffer.from(comm), Buffer.from('\0é\0')])],
  ]);
  const rows = await processesOf(Object.fromEntries(files), ['stat', 'cmdline']);
  expect([...rows.values()].map(({ comm }) => comm)).toEqual(expected);
  expect([...rows.values()].map(({ cmdline }) => cmdline)).toEqual(expected.map((name) => [name, 'é']));
});

test.each([0x80, 0xbf, 0xc0, 0xc1, 0xf5, 0xfe, 0xff])('the byte %i alone is written as what it is', async (byte) => {
  const rows = await processesOf({ '7/stat': statLine({ comm: Buffer.from([byte]) }) }, ['stat']);
  expect(rows.get(7)!.comm).toBe(`\\x${byte.toString(16)}`);
});

test('what Node decodes without complaint passes as it is, and nothing else does', async () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const decoded = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes);
    } catch {
      return null;
    }
  };
  // Each lead byte with each kind of second byte: where the edges of UTF-8 are.
  const samples = Array.from({ length: 128 }, (_, lead) => lead + 128).flatMap((lead) =>
    [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0].flatMap((second) => [
      Buffer.from([lead, second]),
      Buffer.from([lead, second, 0x80]),
      Buffer.from([lead, second, 0x80, 0x80]),
    ]),
  );
  const files = samples.map((comm, index) => [`${index + 1}/stat`, statLine({ comm })]);
  const rows = await processesOf(Object.fromEntries(files), ['stat']);
  for (const [index, bytes] of samples.entries()) {
    const text = decoded(bytes);
    const { comm } = rows.get(index + 1)!;
    if (text === null) expect(comm).toMatch(/\\x[0-9a-f]{2}/);
    else expect(comm).toBe(text);
  }
});

// What the addon writes by a form, beside what JavaScript writes of the same: or the row is left.
import { describe, expect, test } from 'vitest';
import { type Form, packedForm, type Step } from '../../native/form.ts';
import type { Telling } from '../../native/index.ts';
import { printDateTime } from '../../resolvers/scalar.ts';
import { type Given, tell, WATCHED } from '../support/form.ts';
import { randomFrom } from '../support/questions.ts';

const OK = 0;
const GONE = 1;
const DENIED = 3;

/** A table of one source, whose rows are a key and these numbers. */
const table = (width: number, rows: readonly (readonly number[])[], text = '', statuses: number[] = []): Given => ({
  widths: [width],
  mask: 1,
  batch: {
    numbers: Float64Array.from(rows.flat()),
    statuses: Uint8Array.from(rows, (_, row) => statuses[row] ?? OK),
    text,
  },
});

const at = (slot: number) => ({ source: 0, slot });
const KEY = { source: -1, slot: 0 };

const told = (form: Form, ...batches: Given[]): Telling | string =>
  tell([{ form: packedForm(form), batches }], WATCHED)[0]!;

/** What was written of each row; null for those that were left. */
function rowsOf(telling: Telling | string): unknown[] {
  if (typeof telling === 'string') throw new Error(telling);
  const rows: unknown[] = JSON.parse(`[${Buffer.from(telling.text).toString().slice(1)}]`);
  expect(rows).toHaveLength(telling.count);
  return rows;
}

/** Of each value what is written of it, undefined where it is left. */
function each(op: 'INT' | 'BIG' | 'FLOAT' | 'TIME' | 'FLAG', values: readonly number[]): (string | undefined)[] {
  const form: Form = [
    { op: 'LITERAL', text: '[' },
    { op: 'INT', at: KEY },
    { op: 'LITERAL', text: ',"' },
    { op, at: at(0) },
    { op: 'LITERAL', text: '"]' },
  ];
  const plain = form.map(
    (step): Step => (step.op === 'LITERAL' ? { ...step, text: step.text.replace('"', '') } : step),
  );
  const telling = told(
    plain,
    table(
      1,
      values.map((value, key) => [key, value]),
    ),
  );
  if (typeof telling === 'string') throw new Error(telling);
  const found: (string | undefined)[] = values.map(() => undefined);
  for (const [, key, text] of Buffer.from(telling.text)
    .toString()
    .matchAll(/,\[(\d+),([^\]]*)\]/g))
    found[Number(key)] = text;
  return found;
}

const random = randomFrom(7);
const doubles = (count: number): number[] =>
  Array.from({ length: count }, () => {
    const bytes = Buffer.from(Array.from({ length: 8 }, () => random.below(256)));
    return random.pick([
      bytes.readDoubleLE(),
      random.below(2 ** 31) / 100,
      random.below(2 ** 31) / 10 ** random.below(12),
      (random.below(2 ** 31) - 2 ** 30) * 2 ** random.below(25),
      1 / (1 + random.below(2 ** 31)),
    ]);
  });
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.1 + 0.2,
  1e-6,
  9.99e-7,
  1e-7,
  -1e-6,
  5e-324,
  1.7976931348623157e308,
  2 ** 53,
  2 ** 53 - 1,
  2 ** 53 + 2,
  -(2 ** 53),
  -(2 ** 53) + 1,
  2 ** 31,
  2 ** 31 - 1,
  -(2 ** 31),
  -(2 ** 31) - 1,
  1.5,
  1e21,
  123456789012345.67,
  Number.NaN,
  Infinity,
  -Infinity,
];

describe('a number', () => {
  const values = [...EDGES, ...doubles(20_000)];
  const agrees = (written: (string | undefined)[], expected: (value: number) => unknown) => {
    const wrong = values.flatMap((value, index) => {
      const is = written[index];
      return is === undefined || is === JSON.stringify(expected(value)) ? [] : [[value, is, expected(value)]];
    });
    expect(wrong).toEqual([]);
    return written.filter((text) => text !== undefined).length;
  };
  test('is written as JavaScript writes it, or left', () =>
    expect(agrees(each('FLOAT', values), (value) => value)).toBeGreaterThan(12_000));
  test('that is counted without its part', () =>
    expect(agrees(each('BIG', values), (value) => (Number.isNaN(value) ? null : Math.trunc(value)))).toBeGreaterThan(
      12_000,
    ));
  test('of 32 bits where it is one', () => {
    const written = each('INT', values);
    agrees(written, (value) => value);
    const isInt = (value: number) => Number.isNaN(value) || (value | 0) === value;
    expect(written.map((text) => text !== undefined)).toEqual(values.map(isInt));
  });
  test('that is a flag', () =>
    expect(each('FLAG', [0, 1, 2, -0, Number.NaN])).toEqual(['false', 'true', 'true', 'false', 'null']));
});

test('a time is written as the scalar prints it, or left', () => {
  const edges = [
    '1970-01-01',
    '1972-02-29',
    '1999-12-31T23:59:59.999',
    '2000-02-29',
    '2000-03-01',
    '2024-02-29',
    '2026-12-31',
    '2100-02-28',
    '2100-03-01',
    '2400-02-29',
    '9999-12-31T23:59:59.999',
  ].map((text) => Date.parse(text.length > 10 ? `${text}Z` : text));
  const times = [
    ...edges,
    ...edges.map((time) => time + 0.9),
    ...Array.from({ length: 20_000 }, () => random.below(253_402_300_800) * 1000 + random.below(1000)),
  ];
  expect(each('TIME', times)).toEqual(times.map((time) => JSON.stringify(printDateTime(time))));
  expect(each('TIME', [-1, -86_400_000, 253_402_300_800_000, Infinity])).toEqual(Array(4).fill(undefined));
  expect(each('TIME', [Number.NaN, -0])).toEqual(['null', '"1970-01-01T00:00:00.000Z"']);
});

/** Texts as they stand in one block, and a row with the places of each. */
function block(texts: readonly string[]): Given {
  let end = 0;
  const rows = texts.map((text, key) => {
    end += text.length;
    return [key, end - text.length, end];
  });
  return table(2, rows, texts.join(''));
}

const TEXTS = [
  ...Array.from({ length: 0x81 }, (_, code) => `a${String.fromCharCode(code)}b`),
  '',
  'é',
  'ÿ日',
  '😀',
  'a😀é日"',
  '\ufffd',
  '\\x80',
  'end',
];

describe('text', () => {
  const [ascii, any] = [TEXTS.filter((text) => /^[\0-\x7f]*$/.test(text)), TEXTS];
  test.each([
    ['of ASCII alone', ascii],
    ['of any characters', any],
  ])('%s stands as it was, wherever it stood', (_, texts) => {
    const shown = texts.filter((text) => !text.includes('\0'));
    const telling = told([{ op: 'TEXT', at: at(0) }], block(shown)) as Telling;
    expect(rowsOf(telling)).toEqual(shown);
    expect(Buffer.from(telling.text).toString()).toBe(shown.map((text) => `,${JSON.stringify(text)}`).join(''));
    expect(telling.units).toBe(shown.join('').length);
  });
  test('of several items', () => {
    const lists = [[], [''], ['a', '', 'é"😀'], ['日\n']];
    const blocks = lists.map((items) => items.map((item) => `${item}\0`).join(''));
    expect(rowsOf(told([{ op: 'TEXTS', at: at(0) }], block(blocks)))).toEqual(lists);
  });
  test('is left where one of the words is in it', () => {
    const words = ['pw', 'secret', '://', 'k-1'];
    const texts = [
      'pw',
      'PW',
      'xPw',
      'pwx',
      'p',
      'w',
      'p w',
      '',
      'é secret',
      '😀SeCrEt日',
      'secre',
      'Sécret',
      'a://b',
      ':/',
      'K-1',
      '\u212a-1',
      'pp',
      'ppw',
      'k',
      'sesecret',
    ];
    const form: Form = [
      { op: 'NO_WORDS', at: at(0), words },
      { op: 'TEXT', at: at(0) },
    ];
    const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    expect(rowsOf(told(form, block(texts)))).toEqual(
      texts.filter((text) => !words.some((word) => folded(text).includes(word))),
    );
  });
  test('that may be a title is left', () => {
    const texts = ['a\0', 'a b\0', 'a\0b c\0', '', '\0', ' \0', 'a b'];
    const form: Form = [
      { op: 'NO_TITLE', at: at(0) },
      { op: 'TEXT', at: at(0) },
    ];
    expect(rowsOf(told(form, block(texts)))).toEqual(['a\0', 'a\0b c\0', '', '\0', 'a b']);
  });
});

describe('a row', () => {
  const PID: Step = { op: 'INT', at: KEY };

  test('stands by its key, and those that are left where they would stand', () => {
    const rows = [
      [5, 0],
      [3, 0],
      [9, 1],
      [1, 0],
      [3, 1],
    ];
    const telling = told([{ op: 'UNSET', at: at(0) }, PID], table(1, rows, '', [OK, OK, OK, DENIED])) as Telling;
    expect(Buffer.from(telling.text).toString()).toBe(',3,5');
    expect([...telling.places]).toEqual([0, 2, 4]);
    expect([...telling.batches[0]!.numbers]).toEqual([1, 0, 3, 1, 9, 1]);
    expect([...telling.batches[0]!.statuses]).toEqual([DENIED, OK, OK]);
    expect(telling).toMatchObject({ count: 2, objects: 2 });
  });
  test('is told by what there is of it', () => {
    const rows = [0, 1, 2, -1, Number.NaN].map((value, key) => [key, value]);
    const of = (...form: Step[]) => rowsOf(told(form, table(1, rows)));
    expect(of({ op: 'CHOICE', at: at(0), texts: ['"A"', '"B"'] })).toEqual(['A', 'B', null]);
    expect(of({ op: 'PRESENT', at: at(0) }, PID)).toEqual([0, 1, 2, 3]);
    expect(of({ op: 'UNSET', at: at(0) }, PID)).toEqual([0, 4]);
    const inner: Step[] = [{ op: 'ABSENT', at: KEY, steps: [] }, PID];
    expect(of({ op: 'ABSENT', at: at(0), steps: inner })).toEqual([0, 1, 2, 3, null]);
  });
  test('that none are of no rows', () =>
    expect(told([PID], table(1, []))).toMatchObject({ count: 0, batches: [{ text: '' }] }));
});

describe('a list', () => {
  const form: Form = [
    { op: 'LITERAL', text: '[' },
    { op: 'INT', at: KEY },
    { op: 'LITERAL', text: ',' },
    { op: 'LIST', at: at(0), slot: 1, steps: [{ op: 'INT', at: KEY }] },
    { op: 'LITERAL', text: ']' },
  ];
  const rows = table(1, [
    [1, 70],
    [2, 71],
    [3, 70],
    [4, 72],
    [5, Number.NaN],
  ]);
  const items = [
    [20, 0, 71],
    [10, 0, 70],
    [11, 0, Number.NaN],
    [9, 0, 70],
    [12, 0, 70],
  ];

  test('has the items of its row, in their order; of a row that has no number it takes judgment', () => {
    const telling = told(form, rows, table(2, items, '', [OK, OK, OK, OK, GONE])) as Telling;
    expect(rowsOf(telling)).toEqual([
      [1, [10, 9]],
      [2, [20]],
      [3, [10, 9]],
      [4, []],
    ]);
    expect(telling).toMatchObject({ count: 4, objects: 9 });
    expect([...telling.batches[0]!.numbers]).toEqual([5, Number.NaN]);
  });
  test('is not known to be empty where an item is not known', () =>
    expect(rowsOf(told(form, rows, table(2, items, '', [OK, OK, DENIED])))).toEqual([
      [1, [10, 9, 12]],
      [2, [20]],
      [3, [10, 9, 12]],
      [4, null],
    ]));
  test('is found among thousands, by their owners, in their order', () => {
    const owners = Array.from({ length: 3000 }, () => random.below(2 ** 31));
    const items = Array.from({ length: 5000 }, (_, index) => [index, random.pick(owners)]);
    const telling = told(
      [
        { op: 'LITERAL', text: '[' },
        { op: 'LIST', at: at(0), slot: 0, steps: [{ op: 'INT', at: KEY }] },
        { op: 'LITERAL', text: ']' },
      ],
      table(
        1,
        owners.map((owner, key) => [key, owner]),
      ),
      table(1, items),
    );
    const of = (owner: number) => items.filter(([, of]) => of === owner).map(([key]) => key);
    expect(rowsOf(telling)).toEqual(owners.map((owner) => [of(owner)]));
  });
  test('stands there twice', () => {
    const twice: Form = [...form.slice(0, 4), { op: 'LITERAL', text: ',' }, ...form.slice(3)];
    const telling = told(twice, rows, table(2, items));
    expect(rowsOf(telling)[1]).toEqual([2, [20], [20]]);
  });
});

describe('what is no form', () => {
  const batch = table(2, [[1, 0, 3]], 'abc');
  const refused = (words: number[], texts: string[] = [], ...batches: Given[]) =>
    tell([{ form: { words: Int32Array.from(words), texts }, batches }], WATCHED)[0];
  test.each([
    ['half a step', 'five words', [1, -1, 0, 0], []],
    ['an unknown one', 'no such step', [99, -1, 0, 0, 0], []],
    ['a negative one', 'no such step', [-1, -1, 0, 0, 0], []],
    ['one that counts backwards', 'counts from 0', [1, -1, 0, 0, -1], []],
    ['a text that is not there', 'more texts', [0, -1, 0, 1, 1], ['a']],
    ['no text at all', 'more texts', [0, -1, 0, 0, 0], []],
    ['texts that are not there', 'more texts', [6, -1, 0, 0, 2], ['a']],
    ['more steps than there are', 'more steps', [9, -1, 0, 0, 1], []],
    ['steps that end outside', 'more steps', [14, 0, 0, 0, 1, 9, 0, 0, 0, 1, 1, -1, 0, 0, 0], []],
    ['a short word', 'two letters', [13, 0, 0, 0, 1], ['a']],
    ['a source that was not read', 'not read', [1, 1, 0, 0, 0], []],
    ['a column that is none', 'not read', [1, 0, 2, 0, 0], []],
    ['text behind the last column', 'not read', [7, 0, 1, 0, 0], []],
    ['a text for a key', 'not read', [7, -1, 0, 0, 0], []],
    ['a list in a list', 'no items', [14, 0, 0, 0, 1, 14, 0, 0, 0, 0], []],
    ['a list by a column that is none', 'no items', [14, 0, 0, 2, 0], []],
  ])('%s', (_what, why, words, texts) => expect(refused(words, texts, batch, batch)).toContain(why));
  test('is refused without items, or without anything', () => {
    expect(refused([14, 0, 0, 0, 0], [], batch)).toContain('no items');
    expect(refused([1, -1, 0, 0, 0])).toContain('nothing was asked');
  });
  test('never does harm, whatever it says and whatever was read', () => {
    const number = () => random.pick([0, 1, 2, 3, 4, -1, 7, 1e9, 2 ** 40, -1e300, 0.5, Number.NaN, Infinity]);
    const any = (): Given => {
      const rows = Array.from({ length: random.below(4) }, () => Array.from({ length: 5 }, number));
      return table(4, rows, random.pick(['', 'abc', 'a\0b\0', 'é😀\0', 'pw']));
    };
    const word = (limit: number) =>
      random.chance(0.02) ? random.pick([-1, 2 ** 31 - 1, -(2 ** 31), 100]) : random.below(limit);
    const step = () => [word(15), word(2) - random.below(2), word(4), word(3), word(3)];
    const cases = Array.from({ length: 20_000 }, () => ({
      form: {
        words: Int32Array.from(Array.from({ length: random.below(8) }, step).flat()),
        texts: ['null', 'pw', '"é"'],
      },
      batches: Array.from({ length: random.below(3) }, any),
    }));
    const answers = tell(cases, WATCHED);
    expect(answers).toHaveLength(cases.length);
    expect(answers.filter((answer) => typeof answer !== 'string').length).toBeGreaterThan(1000);
  });
});

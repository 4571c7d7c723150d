import { describe, expect, test } from 'vitest';
import { compareText } from '../../resolvers/order.ts';
import { matcher } from '../../resolvers/pattern.ts';
import { defaultOptions } from '../../server/options.ts';

const matches = (pattern: string, text: string, ignoreCase = false): boolean =>
  matcher(pattern, ignoreCase, defaultOptions)(text);

describe('a pattern', () => {
  test.each([
    ['a', 'bab', true],
    ['^a', 'ba', false],
    ['a$', 'ba', true],
    ['^(sshd|nginx): ', 'nginx: master', true],
    ['\\bpy(thon)?3?\\b', '/usr/bin/python3 -m x', true],
    ['^\\pL+$', 'Zoë', true],
    ['^.$', '\u{1f600}', true],
    ['', 'anything', true],
  ])('%s in %s: %s', (pattern, text, found) => expect(matches(pattern, text)).toBe(found));
  test('may take small and capital letters for the same', () => {
    expect(matches('^SHD\\S$', 'shdx', true)).toBe(true);
    expect(matches('^SHD\\S$', 'shdx')).toBe(false);
  });

  test.each([
    ['a(b', 'missing closing ): "a(b"'],
    ['[z-a]', 'invalid character class range: "z-a"'],
    ['a**', 'invalid nested repetition operator: "**"'],
    ['(a)\\1', 'invalid escape sequence: "\\\\1"'],
    ['(?=a)', 'invalid or unsupported Perl syntax: "(?="'],
    ['x{1001}', 'invalid repeat count: "{1001}"'],
  ])('that is none says which part of it is wrong: %s', (pattern, complaint) =>
    expect(() => matches(pattern, '')).toThrow(
      `matches takes a pattern of RE2, not ${JSON.stringify(pattern)}: ${complaint}`,
    ),
  );

  test('has so many characters at most, and so many steps', () => {
    expect(() => matches('x'.repeat(1001), '')).toThrow(/too many characters: the limit is 1000.*--max-pattern/);
    expect(() => matches('((a{1,10}){1,10}){1,10}', '')).toThrow(/too many steps.* the limit is 1000/);
    expect(matches('x{900}', 'x'.repeat(900))).toBe(true);
  });

  // A machine that backtracks would take longer than the world has been there.
  test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(a*)*b', '^((a+)+)+$', '(.*a){20}!'])(
    'made to explode returns at once: %s',
    (pattern) => expect(matches(pattern, `${'a'.repeat(30_000)}?`)).toBe(false),
  );
  test('looks at the beginning of a text that is very long', () => {
    expect(matches('b', `${'a'.repeat(32_767)}b`)).toBe(true);
    expect(matches('b', `${'a'.repeat(32_768)}b`)).toBe(false);
  });
  test('has so much time for all that it is held against', () => {
    // As hard as one can be made: every text leads to states it has not been in.
    const test = matcher('(a|b)*a(a|b){14}[cd]$', false, { ...defaultOptions, maxMatchMs: 5 });
    let state = 1;
    const bit = () => {
      state = (state * 48271) % 2147483647;
      return state & 1;
    };
    const text = () => Array.from({ length: 200 }, () => 'ab'[bit()]).join('');
    expect(() => {
      for (let time = 0; time < 1_000_000; time++) test(text());
    }).toThrow(/takes too many milliseconds: the limit is 5.*--max-match-ms/);
  });
});

test('text is compared by its code points', () => {
  const texts = [
    '',
    'A',
    'Z',
    'a',
    'ab',
    'b',
    'é',
    '\ud7ff',
    '\uff5e',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
    '\u{1f601}',
  ];
  for (const [at, a] of texts.entries())
    for (const [index, b] of texts.entries())
      expect(Math.sign(compareText(a, b)), `${a} ${b}`).toBe(Math.sign(at - index));
});

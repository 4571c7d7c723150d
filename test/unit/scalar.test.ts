import { describe, expect, test } from 'vitest';
import { parseBigInt, parseDateTime, printBigInt, printDateTime } from '../../resolvers/scalar.ts';

describe('a time as text', () => {
  const moments = [0, -1, 1, 999, 1000, 59_999, 60_000, 86_399_999, 86_400_000, -86_400_001, 951_782_400_000, 1e12 + 7];
  test.each([...moments, -62_167_219_200_001, 253_402_300_800_000, 8.64e15, -8.64e15, 1.5, -1.5])('%d', (time) =>
    expect(printDateTime(time)).toBe(new Date(time).toISOString()),
  );
  test('for more days than are remembered', () => {
    for (let day = 0; day < 2500; day++) {
      const time = day * 86_400_000 + day * 12_345;
      expect(printDateTime(time)).toBe(new Date(time).toISOString());
    }
  });
  test('where it is none', () => expect(() => printDateTime(Number.NaN)).toThrow(RangeError));
});

describe('text as a time', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01t00:00:01.250z', 1250],
    ['1970-01-01T02:00:00+02:00', 0],
    ['1969-12-31T23:30:00-00:30', 0],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1970-01-01T00:00:00.1239Z', 123],
  ])('%s', (text, time) => expect(parseDateTime(text)).toBe(time));
  test.each([
    ...['2026', '2026-11-21', '2026-11-21T00:00:00', '2026-11-21 00:00:00Z', ' 2026-11-21T00:00:00Z', ''],
    ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z'],
    ...['2026-01-00T00:00:00Z', '2026-01-31T24:00:00Z', '2026-01-31T23:60:00Z', '2026-01-31T23:00:00+24:00'],
    ...[0, null, true, {}],
  ])('%j is none', (value) =>
    expect(() => parseDateTime(value)).toThrow(
      `DateTime takes RFC 3339 text like "2026-01-31T09:30:00Z", not ${JSON.stringify(value)}`,
    ),
  );
});

describe('a whole number', () => {
  const LARGEST = 2 ** 63 - 1024;
  test.each([0, -1, 2 ** 53, LARGEST, -LARGEST])('%d is taken as it is', (value) =>
    expect([parseBigInt(value), printBigInt(value)]).toEqual([value, value]),
  );
  test.each([1.5, 2 ** 63, -(2 ** 63), Number.NaN, '1', null, true])('%j is not taken', (value) =>
    expect(() => parseBigInt(value)).toThrow('BigInt takes a whole number of at most 64 signed bits, not'),
  );
  test.each([
    [2 ** 64, LARGEST],
    [-(2 ** 70), -LARGEST],
    [1.9, 1],
    [-1.9, -1],
  ])('%d is told as one that fits', (value, told) => expect(printBigInt(value)).toBe(told));
});

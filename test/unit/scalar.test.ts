import { describe, expect, test } from 'vitest';
import { printDateTime } from '../../resolvers/scalar.ts';

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

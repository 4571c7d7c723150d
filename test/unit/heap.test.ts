import { describe, expect, test } from 'vitest';
import { heapTable, openLocal } from '../../native/index.ts';
import { readRows } from '../support/reading.ts';

describe('the heap of the gateway', () => {
  const read = async () => (await readRows(await openLocal(), heapTable, 1, { keys: [0] }))[0]!;

  test('is handed out in parts, none of them negative', async () => {
    const { used, mmapped } = await read();
    expect(used).toBeGreaterThan(0);
    expect(mmapped).toBeGreaterThanOrEqual(0);
  });
  test('is larger for as long as something large is held, in a map of its own', async () => {
    const before = (await read()).mmapped!;
    const size = 64 << 20;
    const held = Buffer.allocUnsafeSlow(size).fill(1);
    // Other maps may be given back meanwhile.
    expect((await read()).mmapped! - before).toBeGreaterThanOrEqual(size / 2);
    expect(held[size - 1]).toBe(1);
  });
  test('gives back what it keeps, and stands', async () => {
    const source = await openLocal();
    expect(await source.trimHeap!()).toBe(true);
    expect((await read()).used).toBeGreaterThan(0);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CancelledError, mountTable, openLocal, rowsOf, systemTable } from '../../native/index.ts';
import { readRows, withHost } from '../support/reading.ts';

const LOAD = 1 << systemTable.sources.indexOf('loadavg');
const MEMORY = 1 << systemTable.sources.indexOf('meminfo');
const ONE = { keys: [0] };

describe('what is asked in one turn under one signal', () => {
  test('is answered each for itself', async () => {
    const source = await openLocal();
    const { signal } = new AbortController();
    const [load, memory, mounts] = await Promise.all([
      source.read(systemTable, LOAD, ONE, signal),
      source.read(systemTable, MEMORY, ONE, signal),
      source.read(mountTable, 1, { except: [], worthShowing: true }, signal),
    ]);
    expect(rowsOf(systemTable, LOAD, load)[0]!.loadAverageOne).toBeGreaterThanOrEqual(0);
    expect(rowsOf(systemTable, MEMORY, memory)[0]!.memoryTotal).toBeGreaterThan(0);
    expect(rowsOf(mountTable, 1, mounts).map(({ mountpoint }) => mountpoint)).toContain('/');
  });
  test('is given up together, and the next turn is one of its own', async () => {
    const source = await openLocal();
    const control = new AbortController();
    const reads = [LOAD, MEMORY].map((mask) => source.read(systemTable, mask, ONE, control.signal));
    control.abort();
    for (const read of reads) await expect(read).rejects.toThrow(CancelledError);
    await expect(source.read(systemTable, LOAD, ONE, control.signal)).rejects.toThrow(CancelledError);
    expect((await source.read(systemTable, LOAD, ONE, new AbortController().signal)).count).toBe(1);
  });
});

describe('a file that is kept open', () => {
  test('is made anew each time it is read', async () => {
    const source = await openLocal();
    const uptime = async () => (await readRows(source, systemTable, 1 << systemTable.sources.indexOf('boot'), ONE))[0]!;
    const before = (await uptime()).uptime!;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await uptime()).uptime!).toBeGreaterThan(before);
    expect((await uptime()).uptime! - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])).toBeLessThan(60);
  });
  test('is read whole by many at a time', async () => {
    const source = await openLocal();
    const mask = 1 << systemTable.sources.indexOf('vmstat');
    const rows = await Promise.all(Array.from({ length: 200 }, () => readRows(source, systemTable, mask, ONE)));
    expect(rows.map(([row]) => row!.have)).toEqual(rows.map(() => mask));
  });
  test('is none of a tree that is not this machine: it may be another file by then', () =>
    withHost({ loadavg: '1.00 2.00 3.00 1/2 3\n' }, async (source, root) => {
      const { renameSync, writeFileSync } = await import('node:fs');
      const load = async () => (await readRows(source, systemTable, LOAD, ONE))[0]!.loadAverageOne;
      expect(await load()).toBe(1);
      writeFileSync(`${root}/new`, '4.00 5.00 6.00 1/2 3\n');
      renameSync(`${root}/new`, `${root}/loadavg`);
      expect(await load()).toBe(4);
    }));
});

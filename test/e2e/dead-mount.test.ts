import { accessSync, constants, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { type DeadMount, deadMount } from '../support/hang.ts';
import { needs } from '../support/needs.ts';
import { ask, recording } from '../support/operation.ts';

const mayMount = (): boolean => {
  accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  return process.getuid?.() === 0;
};

const threads = (): number => readdirSync('/proc/self/task').length;

const USAGE = '{ mounts { mountpoint usage { percent } gaps { field reason } } }';

// #1931 #2109: statvfs never comes back from a network mount whose server is gone.
describe.runIf(needs('root and /dev/fuse', mayMount, 'run it as root'))('a mount that never answers', () => {
  let source: Source;
  let dead: DeadMount;
  let before: number;
  const answers = async () => {
    const { mounts } = await ask(source, USAGE);
    const there = mounts.find(({ mountpoint }: { mountpoint: string }) => mountpoint === dead.path);
    const root = mounts.find(({ mountpoint }: { mountpoint: string }) => mountpoint === '/');
    return { there, root };
  };

  beforeAll(async () => {
    source = await openLocal();
    // Node starts its threads as it needs them: all of them are there before they are counted.
    await Promise.all(Array.from({ length: 20 }, () => ask(source, USAGE)));
    dead = await deadMount();
    before = threads();
  });
  afterAll(() => dead.stop());

  test('costs nothing where nobody asks how full it is', async () => {
    const { source: watched, calls } = recording(source);
    const { mounts } = await ask(watched, '{ mounts { mountpoint fstype device } }');
    expect(mounts).toContainEqual({ mountpoint: dead.path, fstype: 'fuse.dead', device: 'nowhere:/dead' });
    expect(calls).toEqual(['mount mountinfo all']);
    expect(threads()).toBeLessThanOrEqual(before);
  });

  test('pitfall 31: is timed out where somebody asks, and the others stand', async () => {
    const { there, root } = await answers();
    expect(there).toMatchObject({ usage: null, gaps: [{ field: 'usage', reason: 'TIMED_OUT' }] });
    expect(root).toMatchObject({ usage: { percent: expect.any(Number) }, gaps: [] });
  });

  test('holds up one thread, however many ask', async () => {
    expect(threads()).toBe(before + 1);
    const all = await Promise.all(Array.from({ length: 50 }, answers));
    expect(new Set(all.map(({ there }) => there.gaps[0].reason))).toEqual(new Set(['TIMED_OUT']));
    expect(threads()).toBe(before + 1);
  });

  test('is what any path on it lies on, and waits for them in one thread', async () => {
    for (const name of ['a', 'b', 'c/../d', '']) {
      const { mount } = await ask(source, `{ mount(path: "${dead.path}/${name}") { mountpoint fstype } }`);
      expect(mount).toEqual({ mountpoint: dead.path, fstype: 'fuse.dead' });
    }
    expect(threads()).toBeLessThanOrEqual(before + 2);
    expect(await ask(source, '{ mount(path: "/proc/self") { mountpoint } }')).toEqual({
      mount: { mountpoint: '/proc' },
    });
  });

  test('is waited for together with others', { timeout: 20_000 }, async () => {
    const others = [await deadMount(), await deadMount()];
    const start = performance.now();
    const { mounts } = await ask(await openLocal(), USAGE);
    const took = performance.now() - start;
    const gaps = (path: string) => mounts.find((of: { mountpoint: string }) => of.mountpoint === path).gaps;
    for (const { path } of [dead, ...others]) expect(gaps(path)).toMatchObject([{ reason: 'TIMED_OUT' }]);
    // One after the other they would take six seconds.
    expect(took).toBeLessThan(5_500);
    for (const other of others) await other.stop();
    await expect.poll(threads, { timeout: 15_000 }).toBeLessThanOrEqual(before + 3);
  });

  test('lets go of everything once it is gone', async () => {
    await dead.stop();
    dead = { ...dead, stop: async () => undefined };
    await expect.poll(threads, { timeout: 20_000 }).toBeLessThanOrEqual(before);
    expect((await answers()).there).toBeUndefined();
  });
});

import { accessSync, constants, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { ALL_ACCESS } from '../support/everything.ts';
import { needs } from '../support/needs.ts';
import { type Answer, ask, gapLines } from '../support/operation.ts';
import { type Stalled, stalledProcess } from '../support/stall.ts';

const mayMount = (): boolean => {
  accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  return process.getuid?.() === 0;
};

const threads = (): number => readdirSync('/proc/self/task').length;

const FIELDS = `pid cmdline environment { name } memoryFootprint { uss } memoryMaps { path } openFiles { path }
  status exe memory { rss } numFds gaps { field reason }`;

// The lock of its address space is held by who waits for a page of a file system that never answers, and so is a path
// on that file system, which is looked at because its name ends as that of a file that is gone.
describe.runIf(needs('root and /dev/fuse', mayMount, 'run it as root'))('a process that waits for a dead mount', () => {
  let source: Source;
  let stalled: Stalled;
  const both = async (): Promise<{ there: Answer; here: Answer }> => {
    const [there, here] = [stalled.pid, process.pid].map((pid) => `process(pid: ${pid}) { ${FIELDS} }`);
    return ask(source, `{ there: ${there} here: ${here} }`, { access: ALL_ACCESS });
  };

  beforeAll(async () => {
    source = await openLocal();
    stalled = await stalledProcess();
  });
  afterAll(() => stalled.stop());

  test('pitfall 31: what hangs is timed out, and the rest of it stands, as do the others', async () => {
    const { there, here } = await both();
    const hung = ['cmdline', 'environment', 'memoryFootprint', 'memoryMaps', 'openFiles'];
    expect(there).toMatchObject(Object.fromEntries(hung.map((field) => [field, null])));
    expect(gapLines(there.gaps)).toEqual(hung.map((field) => `${field} TIMED_OUT`));
    expect(there).toMatchObject({ status: 'DISK_SLEEP', exe: expect.stringContaining('stall') });
    expect([there.memory.rss > 0, there.numFds > 0]).toEqual([true, true]);
    expect(here.memoryMaps.length).toBeGreaterThan(10);
    expect(gapLines(here.gaps)).toEqual([]);
  });

  test('holds up a thread for each way to hang, however many ask, and none once it is let go', async () => {
    const before = threads();
    const answers = await Promise.all(Array.from({ length: 20 }, both));
    expect(new Set(answers.map(({ there }) => gapLines(there.gaps).join()))).toHaveProperty('size', 1);
    expect(threads()).toBeLessThanOrEqual(before + 4);
    await stalled.stop();
    stalled = { ...stalled, stop: async () => undefined };
    await expect.poll(threads, { timeout: 20_000 }).toBeLessThan(before);
  });
});

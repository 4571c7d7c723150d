import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { systemTable } from '../../native/index.ts';
import { program } from '../support/program.ts';
import { statusOf, systemOf } from '../support/reading.ts';
import type { Tree } from '../support/tree.ts';

const KB = 1024;
const PAGE = Number(execFileSync('getconf', ['PAGESIZE']));
const memory = async (meminfo: string, more: Tree = {}) => systemOf({ meminfo, ...more }, ['meminfo', 'swap']);
const old = 'MemTotal: 1000 kB\nMemFree: 200 kB\nBuffers: 10 kB\nCached: 300 kB\n';
const files = 'Active(file): 150 kB\nInactive(file): 50 kB\nSReclaimable: 40 kB\n';
const zoneinfo =
  'Node 0, zone DMA\n  pages free 3\n    min 1\n    low 2\nNode 0, zone Normal\n    low      3\n    high 9\n';

describe('memory', () => {
  // #2809: a key without a blank after its colon; the rest of the file stands.
  test('pitfall 5: is known beside a key that has no blank', async () =>
    expect(await memory(`${old}MemAvailable: 400 kB\nShadowCallStack:10373888 kB\nSlab: 7 kB\n`)).toMatchObject({
      memoryAvailable: 400 * KB,
      memoryUsed: 600 * KB,
      memoryPercent: 60,
      memorySlab: 7 * KB,
    }));

  // #1915 and kernels before 3.14: what procps reckons.
  test.each(['', 'MemAvailable: 0 kB\n'])('that the kernel does not call available %# is reckoned', async (line) => {
    const low = 5 * PAGE;
    const expected = 200 * KB - low + (200 * KB - low) + (40 * KB - low);
    expect(await memory(old + line + files, { zoneinfo })).toMatchObject({ memoryAvailable: expected });
  });
  test('in caches counts by half at least, however much is kept', async () => {
    const much = { zoneinfo: `low ${30 * (KB / PAGE) * 4}\n` };
    const low = 30 * KB * 4;
    const row = await memory(old + files, much);
    expect(row.memoryAvailable).toBe(200 * KB - low + (200 * KB - Math.min(100 * KB, low)) + (40 * KB - 20 * KB));
  });
  test.each([
    ['zones', files, {}],
    ['lists of files', 'SReclaimable: 40 kB\n', { zoneinfo }],
    ['zones that say anything', files, { zoneinfo: 'Node 0\n' }],
  ])('is free and cached without %s', async (_, lines, more) =>
    expect(await memory(old + lines, more as Tree)).toMatchObject({ memoryAvailable: 500 * KB }),
  );
  test('that is kept is never more than there is', async () =>
    expect(await memory(old + files, { zoneinfo: 'low 100000\n' })).toMatchObject({
      memoryAvailable: 0,
      memoryPercent: 100,
    }));
  // #887: inside a container more is available than there is.
  test('pitfalls 5 and 36: available beyond the total is what is free', async () =>
    expect(await memory(`${old}MemAvailable: 5000 kB\n`)).toMatchObject({ memoryAvailable: 200 * KB }));
  test('of kernel 2.4 has other names', async () =>
    expect(
      await memory(
        'MemTotal: 100 kB\nMemFree: 20 kB\nMemShared: 3 kB\nInact_dirty: 1 kB\nInact_clean:2 kB\nInact_laundry:4 kB\n',
      ),
    ).toMatchObject({ memoryShared: 3 * KB, memoryInactive: 7 * KB }));
});

describe('swap', () => {
  test('is what meminfo says, in the same read', async () => {
    const row = await memory(`${old}SwapTotal: 100 kB\nSwapFree: 25 kB\n`);
    expect(row).toMatchObject({ swapTotal: 100 * KB, swapUsed: 75 * KB, swapFree: 25 * KB, swapPercent: 75 });
  });
  test('of nothing is 0 percent', async () =>
    expect(await memory(`${old}SwapTotal: 0 kB\nSwapFree: 0 kB\n`)).toMatchObject({ swapUsed: 0, swapPercent: 0 }));
  test('that the kernel does not have is not supported', async () => {
    const row = await memory(old);
    expect([statusOf(systemTable, row, 'swap'), statusOf(systemTable, row, 'meminfo')]).toEqual(['UNSUPPORTED', 'OK']);
  });
  // psutil multiplies by 4096 where pages have 64 kB. Here the page is what the machine says.
  test('defect 10.11: is read and written in pages', async () =>
    expect(await systemOf({ vmstat: 'pgpgin 1\npswpin 3\npswpout 5\n' }, ['vmstat'])).toMatchObject({
      swapSwappedIn: 3 * PAGE,
      swapSwappedOut: 5 * PAGE,
    }));
  test.each([4096, 16_384, 65_536])('defect 10.11: is that of a machine whose pages have %d bytes', (page) => {
    const sources = ['test/support/vmstat.cc', 'native/src/linux/memory_text.cc'];
    const parser = program('vmstat', sources, ['-Inative/src']);
    const told = execFileSync(parser, [String(page)], { input: 'pswpin 3\npswpout 5\n', encoding: 'utf8' });
    expect(told).toBe(`${3 * page} ${5 * page}\n`);
  });
  // #313 #722
  test('was never used, or nobody says', async () => {
    const status = async (tree: Tree) => statusOf(systemTable, await systemOf(tree, ['vmstat']), 'vmstat');
    expect([await status({ vmstat: 'pgpgin 1\n' }), await status({ stat: '' })]).toEqual(['MALFORMED', 'UNSUPPORTED']);
  });
});

describe('pressure', () => {
  const some = 'some avg10=1.25 avg60=2.50 avg300=100.00 total=1500000\n';
  test('is told of four resources, in two ways', async () => {
    const row = await systemOf({ 'pressure/cpu': some, 'pressure/io': some + some.replace('some', 'full') }, [
      'pressure',
    ]);
    expect(row).toMatchObject({ pressureCpuSomeAvg10: 1.25, pressureCpuSomeAvg300: 100, pressureCpuSomeTotal: 1.5 });
    expect(row).toMatchObject({ pressureCpuFullAvg10: null, pressureIoFullAvg60: 2.5, pressureIrqSomeAvg10: null });
  });
  test('is not supported where nothing tells of it', async () =>
    expect(statusOf(systemTable, await systemOf({ stat: '' }, ['pressure']), 'pressure')).toBe('UNSUPPORTED'));
  test('cut at any byte is never another', async () => {
    for (let length = 0; length < some.length; length++) {
      const row = await systemOf({ 'pressure/cpu': some.slice(0, length) }, ['pressure']);
      expect([length, row.pressureCpuSomeAvg10, row.pressureCpuSomeTotal]).toEqual([length, null, null]);
    }
  });
});

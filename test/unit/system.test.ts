import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openLocal, systemTable } from '../../native/index.ts';
import { ask, gapLines } from '../support/operation.ts';
import { recorded, statusOf, systemOf, withHost } from '../support/reading.ts';
import { link, type Tree } from '../support/tree.ts';

const sourceOf = async (tree: Record<string, string>, name: string) =>
  statusOf(systemTable, await systemOf(tree, [name]), name);

test('the recorded host is read as it was', async () => {
  const row = await systemOf(recorded());
  expect(row).toMatchObject({
    cpuTimesUser: 56.81,
    cpuTimesSystem: 26.43,
    cpuTimesIdle: 2701.55,
    cpuTimesIowait: 3.07,
  });
  expect(row).toMatchObject({ cpuStatsCtxSwitches: 583_081, cpuStatsInterrupts: 278_072 });
  expect(row).toMatchObject({ cpuStatsSoftInterrupts: 150_629, uptime: 1397.59, bootTime: 1_795_238_060_000 });
  expect(row).toMatchObject({ loadAverageOne: 0.12, loadAverageFive: 0.05, loadAverageFifteen: 0.01 });
  expect(row).toMatchObject({ hostname: hostname(), platform: 'LINUX', machineId: null, bootId: null });
});

describe('/proc/stat', () => {
  const cpu = async (text: string) => systemOf({ stat: text }, ['stat']);

  test('pitfall 4: of an old kernel has four columns, and the rest was never spent', async () => {
    const row = await cpu('cpu  100 200 300 400\nctxt 5\n');
    expect(row).toMatchObject({ cpuTimesUser: 1, cpuTimesNice: 2, cpuTimesSystem: 3, cpuTimesIdle: 4 });
    expect(row).toMatchObject({ cpuTimesIowait: 0, cpuTimesSteal: 0, cpuTimesGuestNice: 0, cpuStatsCtxSwitches: 5 });
    expect(row).toMatchObject({ cpuStatsInterrupts: null });
  });
  test('has its columns in their order', async () =>
    expect(await cpu('cpu  100 200 300 400 500 600 700 800 900 1000 1100\n')).toMatchObject({
      cpuTimesIowait: 5,
      cpuTimesIrq: 6,
      cpuTimesSoftirq: 7,
      cpuTimesSteal: 8,
      cpuTimesGuest: 9,
      cpuTimesGuestNice: 10,
    }));
  test.each([
    'cpu  1 2 3\n',
    'cpu0 1 2 3 4\n',
    'cpu  1 2 3 4',
    'cpu  1 x 3 4 5\n',
    'cpu  1 2 3 18446744073709551616 5 6\n',
    'cpu  1 2 3 4\nctxt x\n',
    'cpu  1 2 3 4\nintr \n',
  ])('%j is not understood', async (stat) => expect(await sourceOf({ stat }, 'stat')).toBe('MALFORMED'));
});

// A tree whose `self` is this process is taken for the kernel's own, so that the kernel itself may be asked.
describe('what the files of a container leave out', () => {
  const meminfo = 'MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 600 kB\n';
  const own: Tree = { meminfo, self: link(String(process.pid)) };
  const QUERY = '{ system { memory { total } swap { total free swappedIn swappedOut } gaps { field reason } } }';
  const swapOf = (text: string, key: string): number =>
    Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)![1]) * 1024;

  test('of swap the kernel tells', () =>
    withHost(own, async (source) => {
      const { swap, memory } = (await ask(source, QUERY)).system;
      const real = readFileSync('/proc/meminfo', 'utf8');
      expect(memory.total).toBe(1_024_000);
      expect(swap).toMatchObject({ total: swapOf(real, 'SwapTotal') });
    }));
  test('of the swap of another host nobody can tell, and memory stands', () =>
    withHost({ meminfo }, async (source) => {
      const { swap, memory, gaps } = (await ask(source, QUERY)).system;
      expect([swap, memory]).toEqual([null, { total: 1_024_000 }]);
      expect(gapLines(gaps)).toEqual(['swap NOT_SUPPORTED']);
    }));
  test('without vmstat it is not known what was swapped, and the rest is', () =>
    withHost({ meminfo: `${meminfo}SwapTotal: 8 kB\nSwapFree: 3 kB\n` }, async (source) => {
      const { swap, gaps } = (await ask(source, QUERY)).system;
      expect(swap).toEqual({ total: 8192, free: 3072, swappedIn: null, swappedOut: null });
      expect(gapLines(gaps)).toEqual(['swap.swappedIn NOT_SUPPORTED', 'swap.swappedOut NOT_SUPPORTED']);
    }));
});

describe('/proc/meminfo', () => {
  const KB = 1024;
  const memory = async (lines: Record<string, string | number>, colon = ': ') => {
    const text = Object.entries(lines).map(([key, value]) => `${key}${colon}${value} kB\n`);
    return systemOf({ meminfo: text.join('') }, ['meminfo']);
  };

  test('counts reclaimable memory as cached, and what is not available as used', async () => {
    const row = await memory({ MemTotal: 1000, MemFree: 300, MemAvailable: 600, Cached: 200, SReclaimable: 50 });
    expect(row).toMatchObject({ memoryTotal: 1000 * KB, memoryUsed: 400 * KB, memoryCached: 250 * KB });
    expect(row).toMatchObject({ memoryPercent: 40, memoryFree: 300 * KB, memoryShared: null });
  });
  test('pitfall 5: may have no space after the colon', async () =>
    expect(await memory({ MemTotal: 1000, MemFree: 300, MemAvailable: 600 }, ':')).toMatchObject({
      memoryTotal: 1000 * KB,
      memoryAvailable: 600 * KB,
    }));
  test.each([{}, { MemAvailable: 0 }])(
    'pitfall 5: that does not know what is available (%j) leaves it to us',
    async (line) =>
      expect(await memory({ MemTotal: 1000, MemFree: 300, Cached: 200, ...line })).toMatchObject({
        memoryAvailable: 500 * KB,
        memoryPercent: 50,
      }),
  );
  test('that knows neither available nor cached memory leaves what is free', async () =>
    expect(await memory({ MemTotal: 1000, MemFree: 300 })).toMatchObject({ memoryAvailable: 300 * KB }));
  // As LXC has it: no figure may become negative.
  test.each([
    { MemTotal: 1000, MemFree: 300, MemAvailable: 5000 },
    { MemTotal: 1000, MemFree: 300, Cached: 5000 },
  ])('pitfalls 5 and 36: never has more available than there is (%j)', async (lines) =>
    expect(await memory(lines)).toMatchObject({ memoryAvailable: 300 * KB, memoryUsed: 700 * KB }),
  );
  test('whose free memory is more than there is has a used amount all the same', async () => {
    const { memoryUsed, memoryPercent } = await memory({ MemTotal: 1000, MemFree: 5000 });
    expect(memoryUsed).toBeGreaterThanOrEqual(0);
    expect(memoryPercent).toBeGreaterThanOrEqual(0);
  });
  test('has keys that only begin like ours', async () =>
    expect(await memory({ MemTotal: 1000, MemFree: 300, 'Active(anon)': 7, SlabX: 9 })).toMatchObject({
      memoryActive: null,
      memorySlab: null,
    }));
  test.each(['', 'MemTotal: 5 kB\n', 'MemFree: 5 kB\n', 'MemTotal: 0 kB\nMemFree: 0 kB\n', 'MemTotal: x\n'])(
    '%j is not understood',
    async (meminfo) => expect(await sourceOf({ meminfo }, 'meminfo')).toBe('MALFORMED'),
  );
});

test('processes are counted by what they do, and the threads of all of them', () => {
  const stat = (state: string, threads: number) =>
    `1 (x) ${state} ${Array.from({ length: 49 }, (_, index) => (index === 16 ? threads : 0)).join(' ')}\n`;
  const tree = { '1/stat': stat('S', 4), '2/stat': stat('R', 1), '3/stat': stat('Z', 1), '4/stat': stat('S', 2) };
  return withHost({ ...tree, stat: '' }, async (source) => {
    const { system } = await ask(source, '{ system { processCounts { total threads byStatus { status count } } } }');
    const byStatus = [
      ['SLEEPING', 2],
      ['RUNNING', 1],
      ['ZOMBIE', 1],
    ].map(([status, count]) => ({ status, count }));
    expect(system.processCounts).toEqual({ total: 4, threads: 8, byStatus });
  });
});

describe('small files', () => {
  test.each(['', '0.1 0.2 0.3', '0.1 0.2\n', 'x\n'])('%j is no loadavg', async (loadavg) =>
    expect(await sourceOf({ loadavg }, 'loadavg')).toBe('MALFORMED'),
  );
  test('a load of a thousand is one', async () =>
    expect(await systemOf({ loadavg: '1000.25 20.50 3.75 1/2 3\n' }, ['loadavg'])).toMatchObject({
      loadAverageOne: 1000.25,
      loadAverageFive: 20.5,
      loadAverageFifteen: 3.75,
    }));
  test.each(['', '12.5', 'x\n'])('%j is no uptime', async (uptime) =>
    expect(await sourceOf({ uptime, stat: 'btime 5\n' }, 'boot')).toBe('MALFORMED'),
  );
  test('an uptime without a time of boot is still one', async () =>
    expect(await systemOf({ uptime: '12.50 3.00\n' }, ['boot'])).toMatchObject({ uptime: 12.5, bootTime: null }));
  test.each(['stat', 'meminfo', 'loadavg', 'uptime'])('a host without %s does not support it', async (file) =>
    expect(await sourceOf({}, file === 'uptime' ? 'boot' : file)).toBe('UNSUPPORTED'),
  );
});

describe('os-release', () => {
  const os = (text: string, path = '1/root/etc/os-release') => systemOf({ [path]: text }, ['os']);

  test.each([
    ['NAME="Debian GNU/Linux"\nVERSION_ID="12"\n', 'Debian GNU/Linux', '12'],
    ["NAME='Arch'\nVERSION_ID=rolling\n", 'Arch', 'rolling'],
    ['PRETTY_NAME=no\n# NAME=no\nNAME=Alpine\n', 'Alpine', null],
    ['NAME=""\nVERSION_ID=""\n', 'Linux', null],
    ['', 'Linux', null],
  ])('%j', async (text, osName, osVersion) => expect(await os(text)).toMatchObject({ osName, osVersion }));
  test('may stand in /usr/lib only', async () =>
    expect(await os('NAME=Here\n', '1/root/usr/lib/os-release')).toMatchObject({ osName: 'Here' }));
});

describe('opening a host', () => {
  test('takes what identifies it from its own files', () =>
    systemOf({ 'sys/kernel/random/boot_id': 'b-1\n', '1/root/etc/machine-id': 'm-1\n' }).then((row) =>
      expect(row).toMatchObject({ bootId: 'b-1', machineId: 'm-1', pidNamespace: null }),
    ));
  test('says which root cannot be opened', () =>
    expect(openLocal({ procRoot: '/nowhere/at/all' })).rejects.toThrow(
      'cannot open the proc root /nowhere/at/all: No such file or directory',
    ));
});

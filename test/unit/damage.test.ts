import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processTable, type Row, systemTable } from '../../native/index.ts';
import { isClock, property, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { process as processSpec } from '../../native/spec/process.ts';
import { system as systemSpec } from '../../native/spec/system.ts';
import {
  ALL,
  listOf,
  processesOf,
  processStatus,
  readSystem,
  recorded,
  statLine,
  statusOf,
  withHost,
} from '../support/reading.ts';
import { dir, link, type Tree } from '../support/tree.ts';

const FILES = ['stat', 'statm', 'status', 'cmdline'];
const tree = recorded();
const bytesOf = (path: string): Buffer => Buffer.from(tree[path] as string | Uint8Array);

/** What a source gave, by column. */
const valuesOf = (table: Table, row: Row, source: string): [string, unknown][] =>
  table.columns
    .filter((column) => column.source === source && !isClock(column))
    .map(({ path }) => [property(path), row[property(path) as keyof Row]]);

/** The columns in which a damaged row says something that the whole one does not. */
function lies(table: Table, damaged: Row, whole: Row, source: string): string[] {
  const truth = new Map(valuesOf(table, whole, source));
  return valuesOf(table, damaged, source)
    .filter(([name, value]) => value !== null && JSON.stringify(value) !== JSON.stringify(truth.get(name)))
    .map(([name, value]) => `${name} is ${JSON.stringify(value)}, not ${JSON.stringify(truth.get(name))}`);
}

describe.each(['1', '2', '5638', '5639', '5640'])('the recorded process %s', (pid) => {
  const whole = Object.fromEntries(FILES.map((file) => [file, bytesOf(`${pid}/${file}`)]));

  // Every cut as a process of its own, so that one call reads them all, each beside its neighbours.
  const readCuts = (file: string) => {
    const cuts = Array.from(whole[file]!, (_, length) => [`${length + 1}/${file}`, whole[file]!.subarray(0, length)]);
    const last = [`${cuts.length + 1}/${file}`, whole[file]];
    return processesOf(Object.fromEntries([['stat', tree.stat], ...cuts, last]), [file]);
  };

  test.each(['stat', 'statm', 'status'])('has a %s that, cut at any byte, never tells another value', async (file) => {
    const rows = [...(await readCuts(file)).values()];
    const last = rows.at(-1)!;
    expect([rows.length, processStatus(last, file)]).toEqual([whole[file]!.length + 1, 'OK']);
    const wrong = rows.flatMap((row) =>
      lies(processSpec, row, last, file).map((lie) => `${file} cut at ${row.pid - 1}: ${lie}`),
    );
    expect(wrong).toEqual([]);
    // A line that lacks its end may have lost digits of its last number; lines of status stand for themselves.
    const read = rows.filter((row) => processStatus(row, file) === 'OK').map((row) => row.pid - 1);
    if (file !== 'status') expect(read).toEqual([whole[file]!.length]);
  });
});

// What the fixture does not have, as this kernel writes it.
const smap = (address: string, rss: number, path: string) =>
  `${address} r-xp 00002000 fe:00 26723                      ${path}\nSize:  ${rss * 2} kB\n` +
  `Rss:  ${rss} kB\nPss: 7 kB\n` +
  'Shared_Clean: 8 kB\nPrivate_Clean: 9 kB\nPrivate_Dirty: 10 kB\nSwap: 11 kB\nLocked: 0 kB\nVmFlags: rd ex mr\n';
const parts: Record<string, string> = {
  environ: 'HOME=/root\0EMPTY=\0SAME=1\0SAME=2\0LINES=a\nb\0',
  smaps: smap('55a5aca82000-55a5aca83000', 12, '/bin/a b') + smap('7ffc716c5000-7ffc716c6000', 345, '[stack]'),
};

describe.each([
  ['environment', 'environ', parts.environ!],
  ['memoryMaps', 'smaps', parts.smaps!],
  ['limits', 'limits', String(tree['5638/limits'])],
  ['threads', 'task/7/stat', bytesOf('5638/stat')],
])('%s of a file that is cut at any byte', (name, file, whole) => {
  const bytes = Buffer.from(whole);
  const readCut = (length: number) => listOf({ '7/stat': statLine(), [`7/${file}`]: bytes.subarray(0, length) }, name);

  test('are a part of what they are, or a status', { timeout: 120_000 }, async () => {
    const { name: tableName } = processTable.lists.find(({ property }) => property === name)!.table;
    const table = tables.find((each) => each.name === tableName)!;
    const source = Object.keys(table.sources)[0]!;
    const truth = await readCut(bytes.length);
    expect(truth.length).toBeGreaterThan(0);
    for (let length = 0; length < bytes.length; length++) {
      const rows = await readCut(length);
      const read = rows.filter(({ have }) => have !== 0);
      const wrong = read.flatMap((row, index) => lies(table, row, truth[index]!, source));
      expect([length, wrong, read.length <= truth.length]).toEqual([length, [], true]);
      if (read.length === 0 && rows.length > 0) expect(['MALFORMED', 'ABSENT']).toContain(rows[0]!.faults![0]!.status);
    }
  });
});

describe.each([
  ['io', String(tree['5638/io']), 'io'],
  ['cgroup', '12:memory:/a/b\n1:name=systemd:/system.slice/a.service\n0::/system.slice/a.service\n', 'cgroup'],
  ['smaps_rollup', parts.smaps!.slice(0, parts.smaps!.indexOf('7ffc')), 'rollup'],
])('a %s that is cut at any byte', (file, whole, source) => {
  test('never tells another figure', async () => {
    const cuts = Array.from(whole, (_, length) => [`${length + 1}/${file}`, whole.slice(0, length)]);
    const rows = [
      ...(await processesOf(Object.fromEntries([...cuts, [`${cuts.length + 1}/${file}`, whole]]), [source])).values(),
    ];
    const last = rows.at(-1)!;
    expect(processStatus(last, source)).toBe('OK');
    const told = rows.filter((row) => processStatus(row, source) === 'OK');
    // A sum of less is less, and of control groups fewer lines may say less.
    const wrong = file === 'io' ? told.flatMap((row) => lies(processSpec, row, last, source)) : [];
    expect(wrong).toEqual([]);
    expect(told.every((row) => (row.memoryFootprintUss ?? 0) <= (last.memoryFootprintUss ?? 0))).toBe(true);
    expect(rows.filter((row) => !['OK', 'MALFORMED'].includes(processStatus(row, source)!))).toEqual([]);
  });
});

// They follow from several lines, of which older kernels lack some: without a line they are the estimate for those.
const ESTIMATES = /^memory(Available|Used|Percent|Cached) /;

test.each([
  ['meminfo', 'meminfo'],
  ['stat', 'stat'],
  ['loadavg', 'loadavg'],
  ['uptime', 'boot'],
])('the recorded %s cut at any byte gives less, or a status, and never another value', async (file, source) => {
  const bytes = bytesOf(file);
  await withHost(tree, async (host, root) => {
    const whole = await readSystem(host, [source]);
    expect(statusOf(systemTable, whole, source)).toBe('OK');
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(join(root, file), bytes.subarray(0, length));
      const wrong = lies(systemSpec, await readSystem(host, [source]), whole, source);
      expect([length, wrong.filter((lie) => !ESTIMATES.test(lie))]).toEqual([length, []]);
    }
  });
});

const CPUINFO =
  'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) CPU\ncpu MHz\t\t: 2500.125\n\n';
const VMSTAT = 'nr_free_pages 12345\npswpin 678\npswpout 91011\npgfault 5\n';

test.each([
  ['cpuinfo', CPUINFO, 'cpuinfo', ['OK']],
  ['cpuinfo', CPUINFO, 'frequency', ['OK']],
  ['vmstat', VMSTAT, 'vmstat', ['OK', 'MALFORMED']],
])('%s cut at any byte gives less, or a status, and never another value', async (file, text, source, statuses) => {
  await withHost({ [file]: text }, async (host, root) => {
    const whole = await readSystem(host, [source]);
    for (let length = 0; length < text.length; length++) {
      writeFileSync(join(root, file), text.slice(0, length));
      const row = await readSystem(host, [source]);
      expect([length, lies(systemSpec, row, whole, source)]).toEqual([length, []]);
      expect(statuses).toContain(statusOf(systemTable, row, source));
    }
  });
});

test('zoneinfo cut at any byte never makes available more than without a reserve, nor less than with all of it', () => {
  const meminfo =
    'MemTotal: 9000 kB\nMemFree: 4000 kB\nActive(file): 800 kB\nInactive(file): 200 kB\nSReclaimable: 0 kB\n';
  const zone = (low: number) => `Node 0, zone DMA\n  pages free 3\n        min 1\n        low ${low}\n        high 9\n`;
  const zoneinfo = zone(12) + zone(345);
  return withHost({ meminfo, zoneinfo }, async (host, root) => {
    const available = async () => (await readSystem(host, ['meminfo'])).memoryAvailable!;
    const least = await available();
    for (let length = 0; length < zoneinfo.length; length++) {
      writeFileSync(join(root, 'zoneinfo'), zoneinfo.slice(0, length));
      expect(await available()).toBeGreaterThanOrEqual(least);
      expect(await available()).toBeLessThanOrEqual(5000 * 1024);
    }
  });
});

describe('a file that cannot be read', () => {
  const statuses = async (files: Tree, keys = ALL) => {
    const row = (await processesOf(files, FILES, keys)).get(7);
    return FILES.map((name) => processStatus(row, name));
  };
  const whole: Tree = Object.fromEntries(FILES.map((file) => [`7/${file}`, tree[`5638/${file}`]!]));

  test('and is empty is malformed; no arguments are no fault', async () => {
    const empty = Object.fromEntries(FILES.map((file) => [`7/${file}`, '']));
    expect(await statuses(empty)).toEqual(['MALFORMED', 'MALFORMED', 'MALFORMED', 'OK']);
  });
  test('and is a directory is malformed', async () => {
    const directories = Object.fromEntries(FILES.map((file) => [`7/${file}`, dir()]));
    expect(await statuses(directories)).toEqual(FILES.map(() => 'MALFORMED'));
  });
  test('and is a link to itself is malformed', async () =>
    expect(await statuses({ ...whole, '7/statm': link('statm') })).toEqual(['OK', 'MALFORMED', 'OK', 'OK']));
  test('of a process that is not there is gone', async () =>
    expect(await statuses({ stat: '' }, { keys: [7] })).toEqual(FILES.map(() => 'GONE')));
  test('of a process that is there is absent', async () =>
    expect(await statuses({ '7/stat': statLine() })).toEqual(['OK', 'ABSENT', 'ABSENT', 'ABSENT']));
  test('of a process whose own place is a file is malformed', async () =>
    expect(await statuses({ '7': 'x' })).toEqual(FILES.map(() => 'MALFORMED')));
  test('leaves its neighbours as they are', async () => {
    const rows = await processesOf({
      '6/stat': statLine({ comm: 'before' }),
      '6/cmdline': 'before\0',
      '7/stat': '7 (cut',
      '8/stat': statLine({ comm: 'after' }),
      '8/cmdline': 'after\0',
    });
    expect([...rows.values()].map(({ pid, comm, cmdline }) => [pid, comm, cmdline])).toEqual([
      [6, 'before', ['before']],
      [7, null, null],
      [8, 'after', ['after']],
    ]);
  });
  test('is no process if its name is no number', async () => {
    const files = ['7', '07x', 'self', '-1', '99999999999', ' 8'].map((pid) => [`${pid}/stat`, statLine()]);
    expect([...(await processesOf(Object.fromEntries(files))).keys()]).toEqual([7]);
  });
  test('of a negative pid is gone', async () => {
    const rows = await processesOf({ stat: '' }, FILES, { keys: [-1] });
    expect(FILES.map((name) => processStatus(rows.get(-1), name))).toEqual(FILES.map(() => 'GONE'));
  });
});

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { ask } from '../support/operation.ts';
import { processesOf, processStatus, type StatLine, statLine } from '../support/reading.ts';

const BTIME = 1_700_000_000;

/** The row that a stat is read as. */
async function rowOf(stat: StatLine | string) {
  const text = typeof stat === 'string' ? stat : statLine(stat);
  const rows = await processesOf({ '7/stat': text, stat: `btime ${BTIME}\n` }, ['stat', 'state', 'parent']);
  return rows.get(7)!;
}
const statusOf = async (stat: StatLine | string) => processStatus(await rowOf(stat), 'stat');

describe('/proc/PID/stat', () => {
  test('every column is the field that proc(5) says', async () => {
    const row = await rowOf({ fields: { 9: 0, 22: 250 } });
    expect(row).toMatchObject({ comm: 'cat', status: 'SLEEPING', ppid: 4, pageFaultsMinor: 10, pageFaultsMajor: 12 });
    expect(row).toMatchObject({ cpuTimesUser: 0.14, cpuTimesSystem: 0.15, cpuTimesIowait: 0.42, nice: 19 });
    expect(row).toMatchObject({ cpuTimesChildrenUser: 0.16, cpuTimesChildrenSystem: 0.17, numThreads: 20, cpuNum: 39 });
    expect(row).toMatchObject({ startTicks: 250, createTime: BTIME * 1000 + 2500, isKernelThread: false });
  });

  const names: [name: string, comm: string | Uint8Array, is: string][] = [
    ['spaces', 'my cat (7) x', 'my cat (7) x'],
    ['parentheses that look like the end', 'a) R 1 1', 'a) R 1 1'],
    ['many closing parentheses', ') ) ) )', ') ) ) )'],
    ['nothing', '', ''],
    ['a tab and a newline', 'a\tb\nc', 'a\tb\nc'],
    ['escape codes', '\x1b[31mred', '\x1b[31mred'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'a\\xffb'],
    ['a cut through a character', Buffer.from('aaaaaaaaaaaaaé').subarray(0, 14), 'aaaaaaaaaaaaa\\xc3'],
    ['four bytes a character', 'a😀b', 'a😀b'],
    ['a surrogate written in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
    ['an overlong form', Buffer.from([0xc0, 0xaf]), '\\xc0\\xaf'],
  ];
  test.each(names)('a name with %s changes no other field', async (_, comm, is) => {
    const row = await rowOf({ comm });
    expect(row).toMatchObject({ comm: is, status: 'SLEEPING', ppid: 4, startTicks: 22, cpuNum: 39 });
  });

  test('a name of 15 bytes, not characters, may be a part', async () => {
    expect(await rowOf({ comm: 'x'.repeat(14) })).toMatchObject({ isCommCut: false });
    expect(await rowOf({ comm: 'x'.repeat(15) })).toMatchObject({ isCommCut: true });
    expect(await rowOf({ comm: 'ééééééé' })).toMatchObject({ isCommCut: false });
    expect(await rowOf({ comm: '€€€€€' })).toMatchObject({ isCommCut: true });
  });

  test.each([
    ['R', 'RUNNING'],
    ['S', 'SLEEPING'],
    ['D', 'DISK_SLEEP'],
    ['T', 'STOPPED'],
    ['t', 'TRACING_STOP'],
    ['Z', 'ZOMBIE'],
    ['X', 'DEAD'],
    ['x', 'DEAD'],
    ['K', 'WAKE_KILL'],
    ['W', 'WAKING'],
    ['P', 'PARKED'],
    ['I', 'IDLE'],
    ['Q', 'UNKNOWN'],
  ])('the letter %s is %s', async (state, status) => expect(await rowOf({ state })).toMatchObject({ status }));

  test('fields of a later kernel are let be, whatever they are', async () => {
    const row = await rowOf({ last: 60, fields: { 55: '99999999999999999999999', 60: 'x' } });
    expect(row).toMatchObject({ ppid: 4, cpuTimesIowait: 0.42 });
  });

  test('fields that an older kernel lacks are not known, and the others are', async () => {
    expect(await rowOf({ last: 41 })).toMatchObject({ cpuTimesIowait: null, cpuNum: 39 });
    expect(await rowOf({ last: 22 })).toMatchObject({ cpuNum: null, startTicks: 22 });
    expect(await statusOf({ last: 21 })).toBe('MALFORMED');
  });

  test('a negative nice is one', async () => expect(await rowOf({ fields: { 19: -20 } })).toMatchObject({ nice: -20 }));

  test('a thread of the kernel is known by its flag', async () => {
    expect(await rowOf({ fields: { 9: 2129984 } })).toMatchObject({ isKernelThread: true });
    expect(await rowOf({ fields: { 9: 4194304 } })).toMatchObject({ isKernelThread: false });
  });

  test('64 bits are read as far as a number reaches, and no further', async () => {
    expect(await rowOf({ fields: { 10: '18446744073709551615' } })).toMatchObject({ pageFaultsMinor: 2 ** 64 });
    expect(await statusOf({ fields: { 10: '18446744073709551616' } })).toBe('MALFORMED');
    expect(await statusOf({ fields: { 30: '99999999999999999999' } })).toBe('MALFORMED');
  });

  test.each([
    '',
    '\n',
    '7',
    '7 (cat\n',
    '7 cat) S 1\n',
    ')(\n',
    '7 (cat)\n',
    '7 (cat) \n',
    '7 (cat) S\n',
    '7 (cat) S x y z\n',
  ])('%j is no stat', async (text) => expect(await statusOf(text)).toBe('MALFORMED'));

  test('a start without a time of boot is a start at no known time', async () => {
    const rows = await processesOf({ '7/stat': statLine() }, ['stat', 'state', 'parent']);
    expect(rows.get(7)).toMatchObject({ createTime: null, startTicks: 22 });
  });
});

describe('the number of a thread is no pid, though there is a stat of it', () => {
  test('by what its end is told with', async () => {
    const statuses = [-1, 0, 17].map((signal) => statusOf({ fields: { 38: signal } }));
    expect(await Promise.all(statuses)).toEqual(['GONE', 'OK', 'OK']);
  });
  test('as this process has some', async () => {
    const source = await openLocal();
    const tids = readdirSync('/proc/self/task').map(Number);
    expect(tids.length).toBeGreaterThan(1);
    const found = await Promise.all(tids.map((pid) => ask(source, `{ process(pid: ${pid}) { pid } }`)));
    expect(found.flatMap(({ process: row }) => row?.pid ?? [])).toEqual([process.pid]);
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { processesOf, processStatus, recorded, statLine } from '../support/reading.ts';

// Not 4096 everywhere: an ARM host may have 16 or 64 kilobytes.
const PAGE = Number(execFileSync('getconf', ['PAGESIZE']));

async function rowOf(file: 'statm' | 'status', text: string | Uint8Array) {
  const rows = await processesOf(
    { '7/stat': statLine(), [`7/${file}`]: text },
    file === 'status' ? ['ids', 'status'] : [file],
  );
  return rows.get(7)!;
}
const statusOf = async (file: 'statm' | 'status', text: string) => processStatus(await rowOf(file, text), file);

describe('/proc/PID/statm', () => {
  test('is in pages', async () =>
    expect(await rowOf('statm', '5 4 3 2 1 6 7\n')).toMatchObject({
      memoryVms: 5 * PAGE,
      memoryRss: 4 * PAGE,
      memoryShared: 3 * PAGE,
      memoryText: 2 * PAGE,
      memoryData: 6 * PAGE,
    }));
  test('may lack its last columns', async () =>
    expect(await rowOf('statm', '5 4 3 2\n')).toMatchObject({ memoryText: 2 * PAGE, memoryData: null }));
  test.each(['', '\n', '5 4 3\n', '5 4 3 2 0 6', '5 4 x 2\n', '5 99999999999999999999 3 2\n'])(
    '%j is no statm',
    async (text) => expect(await statusOf('statm', text)).toBe('MALFORMED'),
  );
});

/** A status with what is given in the place of its own lines. */
function statusText(changes: Record<string, string | null> = {}): string {
  const lines = String(recorded()['5638/status']).trimEnd().split('\n');
  const kept = lines.map((line) => {
    const [key] = line.split(':', 1);
    return key! in changes ? (changes[key!] === null ? null : `${key}:${changes[key!]}`) : line;
  });
  return `${kept.filter((line) => line !== null).join('\n')}\n`;
}
const withoutMemory = Object.fromEntries(
  [...statusText().matchAll(/^(Vm\w+|Rss\w+|HugetlbPages):/gm)].map(([, key]) => [key!, null]),
);

describe('/proc/PID/status', () => {
  test('is in kilobytes', async () =>
    expect(await rowOf('status', statusText({ VmSwap: '\t      12 kB', VmLck: '\t7 kB' }))).toMatchObject({
      memoryPeakRss: 1760 * 1024,
      memoryPeakVms: 2920 * 1024,
      memoryRssAnon: 108 * 1024,
      memoryRssFile: 1652 * 1024,
      memoryRssShmem: 0,
      memoryStack: 132 * 1024,
      memorySwap: 12 * 1024,
      memoryLocked: 7 * 1024,
      memoryHugetlb: 0,
    }));

  test('tells real, effective and saved ids, in this order', async () => {
    const row = await rowOf('status', statusText({ Uid: '\t1\t2\t3\t4', Gid: '\t5\t6\t7\t8' }));
    expect(row).toMatchObject({ uidsReal: 1, uidsEffective: 2, uidsSaved: 3 });
    expect(row).toMatchObject({ gidsReal: 5, gidsEffective: 6, gidsSaved: 7 });
  });

  test('tells the name of the user, and the number of one without', async () => {
    expect(await rowOf('status', statusText({ Uid: '\t0\t1\t1\t1' }))).toMatchObject({ username: 'root' });
    const stranger = await rowOf('status', statusText({ Uid: '\t4111222333\t0\t0\t0' }));
    expect(stranger).toMatchObject({ username: '4111222333', uidsReal: 4_111_222_333 });
  });

  // A process chooses its name. The kernel writes a newline in it as backslash and n, and a tab as it is.
  test.each(['Uid:\t7\t7\t7\t7', 'x\\nUid:\t7\t7\t7\t7', 'Threads:\t999', '\tUid:\t7', 'Name:\\nGid:\t7'])(
    'a process called %j says nothing but its name',
    async (name) => {
      const row = await rowOf('status', statusText({ Name: `\t${name}`, Uid: '\t1\t1\t1\t1', Gid: '\t2\t2\t2\t2' }));
      expect(row).toMatchObject({ uidsReal: 1, uidsSaved: 1, gidsReal: 2, memoryPeakRss: 1760 * 1024 });
    },
  );

  test('without an address space has no memory at all, which is not an unknown amount', async () => {
    const row = await rowOf('status', statusText(withoutMemory));
    expect(row).toMatchObject({ memorySwap: 0, memoryPeakRss: 0, memoryStack: 0, memoryLocked: 0 });
  });

  test('of an older kernel lacks lines, which are not known', async () => {
    const row = await rowOf('status', statusText({ RssAnon: null, HugetlbPages: null }));
    expect(row).toMatchObject({ memoryRssAnon: null, memoryHugetlb: null, memorySwap: 0 });
  });

  test.each<Record<string, string | null>>([{ Uid: null }, { Gid: null }, { Uid: '\t1\t1' }, { Uid: '\tx\t1\t1\t1' }])(
    'with %j does not tell the ids',
    async (changes) => {
      const row = await rowOf('status', statusText(changes));
      expect([processStatus(row, 'ids'), processStatus(row, 'status')]).toEqual(['MALFORMED', 'OK']);
      expect(row.memoryPeakRss).toBe(1760 * 1024);
    },
  );

  test.each<Record<string, string | null>>([
    { VmHWM: '\t18446744073709551616 kB' },
    { VmSwap: '\t kB' },
    { voluntary_ctxt_switches: '\t99999999999999999999' },
  ])('with %j is not understood', async (changes) =>
    expect(await statusOf('status', statusText(changes))).toBe('MALFORMED'),
  );
});

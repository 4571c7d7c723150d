import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DiskRow, diskTable, type Source } from '../../native/index.ts';
import { readSystem, readWhole, rowsIn, statusOf, withHost } from '../support/reading.ts';
import { dir, plant, type Tree } from '../support/tree.ts';

/** A disk with a partition that is encrypted, a volume group on that, an array over two disks, a loop and memory. */
const blocks: Tree = {
  'block/sda/dev': '8:0\n',
  'block/sda/size': '2000\n',
  'block/sda/ro': '0\n',
  'block/sda/removable': '0\n',
  'block/sda/queue/rotational': '1\n',
  'block/sda/device/model': 'ST1000 \n',
  'block/sda/device/type': '0\n',
  'block/sda/diskseq': '5\n',
  'block/sda/sda1/dev': '8:1\n',
  'block/sda/sda1/size': '1000\n',
  'block/sda/sda1/ro': '1\n',
  'block/sda/sda1/holders/dm-0': '',
  'block/sda/slaves': dir(),
  'block/dm-0/dev': '253:0\n',
  'block/dm-0/dm/uuid': 'CRYPT-LUKS2-0123\n',
  'block/dm-0/dm/name': 'secret\n',
  'block/dm-0/slaves/sda1': '',
  'block/dm-0/holders/dm-1': '',
  'block/dm-1/dev': '253:1\n',
  'block/dm-1/dm/uuid': 'LVM-abc\n',
  'block/dm-1/dm/name': 'vg-root\n',
  'block/dm-1/slaves/dm-0': '',
  'block/cciss!c0d0/dev': '104:0\n',
  'block/cciss!c0d0/size': '100\n',
  'block/cciss!c0d0/holders/md0': '',
  'block/md0/dev': '9:0\n',
  'block/md0/slaves/cciss!c0d0': '',
  'block/loop0/dev': '7:0\n',
  'block/zram0/dev': '252:0\n',
  'block/sr0/dev': '11:0\n',
};

/** One line of /proc/diskstats whose numbers are `from`, `from` + 1 and so on. */
const line = (device: string, from: number, count = 17): string =>
  `${device} ${Array.from({ length: count }, (_, index) => from + index).join(' ')}\n`;

const byName = async (tree: Tree) => new Map((await rowsIn(tree, diskTable)).map((row) => [row.name, row]));

describe('block devices', () => {
  test('are what they are, and lie where they lie', async () => {
    const rows = await byName(blocks);
    const names = new Map([...rows.values()].map(({ key, name }) => [String(key), name]));
    const told = ({ kind, parentNumbers, childNumbers }: DiskRow) => [
      kind,
      parentNumbers!.map((number) => names.get(number)),
      childNumbers!.map((number) => names.get(number)),
    ];
    expect(Object.fromEntries([...rows].map(([name, row]) => [name, told(row)]))).toEqual({
      sda: ['DISK', [], ['sda1']],
      sda1: ['PARTITION', ['sda'], ['dm-0']],
      'dm-0': ['CRYPT', ['sda1'], ['dm-1']],
      'dm-1': ['LVM', ['dm-0'], []],
      'cciss/c0d0': ['DISK', [], ['md0']],
      md0: ['RAID', ['cciss/c0d0'], []],
      loop0: ['LOOP', [], []],
      zram0: ['OTHER', [], []],
      sr0: ['ROM', [], []],
    });
    expect(rows.get('dm-1')).toMatchObject({ alias: 'vg-root' });
  });
  test('pitfall 25: have sizes in sectors of 512 bytes, and the properties of their disk', async () => {
    const rows = await byName(blocks);
    expect(rows.get('sda')).toMatchObject({ size: 1_024_000, model: 'ST1000', rotational: true, readOnly: false });
    expect(rows.get('sda1')).toMatchObject({ size: 512_000, model: 'ST1000', rotational: true, readOnly: true });
    expect(rows.get('sda1')).toMatchObject({ removable: false, sequence: 5 });
    expect(rows.get('loop0')).toMatchObject({ size: null, model: null, rotational: null });
  });
  test('that are not there are gone', async () => {
    const [row] = await rowsIn(blocks, diskTable, { keys: [8 * 2 ** 20 + 9] });
    const statuses = diskTable.sources.map((name) => statusOf(diskTable, row!, name));
    expect(new Set(statuses)).toEqual(new Set(['GONE']));
  });
  test('of a machine without any are none', async () => expect(await rowsIn({ stat: '' }, diskTable)).toEqual([]));
});

describe('the counters of disks', () => {
  const io = async (diskstats: string, name = 'sda') => {
    const row = (await byName({ ...blocks, diskstats })).get(name)!;
    const { ioReadCount, ioWriteCount, ioReadBytes, ioWriteBytes, ioReadTime, ioWriteTime, ioBusyTime } = row;
    const { ioReadMergedCount, ioWriteMergedCount } = row;
    const counts = [ioReadCount, ioReadMergedCount, ioReadBytes! / 512, ioReadTime! * 1000];
    return [...counts, ioWriteCount, ioWriteMergedCount, ioWriteBytes! / 512, ioWriteTime! * 1000, ioBusyTime! * 1000];
  };
  const modern = [1, 2, 3, 4, 5, 6, 7, 8, 10];

  // #1354 #1665: 2.4 with the size before the name, 2.6, 4.18 with discards, 5.5 with flushes, and what may come.
  test.each([
    ['2.4', `   3     0   9999 sda ${modern.join(' ').replace(' 10', ' 9 10')} 11\n`],
    ['2.6', line('8 0 sda', 1, 11)],
    ['4.18', line('8 0 sda', 1, 15)],
    ['5.5', line('8 0 sda', 1, 17)],
    ['later', line('8 0 sda', 1, 20)],
  ])('pitfall 4: of kernel %s are understood', async (_, text) => expect(await io(text)).toEqual(modern));

  test('of a partition in an old kernel are four', async () => {
    const row = (await byName({ ...blocks, diskstats: '8 1 sda1 1 2 3 4\n' })).get('sda1')!;
    expect(row).toMatchObject({ ioReadCount: 1, ioReadBytes: 1024, ioWriteCount: 3, ioWriteBytes: 2048 });
    expect(row).toMatchObject({ ioReadTime: null, ioBusyTime: null, ioReadMergedCount: null });
  });
  test('of a line that makes no sense are malformed, and the others stand', async () => {
    const rows = await byName({ ...blocks, diskstats: `8 0 sda 1 2 3\n${line('8 1 sda1', 1)}` });
    expect(statusOf(diskTable, rows.get('sda')!, 'io')).toBe('MALFORMED');
    expect(rows.get('sda1')).toMatchObject({ ioReadCount: 1 });
  });
  test('stand in sysfs where there is no diskstats', async () => {
    const stat = `${Array.from({ length: 17 }, (_, index) => index + 1).join(' ')}\n`;
    const rows = await byName({ ...blocks, 'block/sda/stat': stat, 'block/sda/sda1/stat': '  1 2 3 4\n' });
    expect(rows.get('sda')).toMatchObject({ ioReadCount: 1, ioReadBytes: 1536, ioBusyTime: 0.01 });
    expect(rows.get('sda1')).toMatchObject({ ioReadCount: 1, ioReadBytes: 1024 });
  });
  test('cut at any byte are never others', async () => {
    const text = line('8 0 sda', 1111) + line('8 1 sda1', 2222);
    for (let length = 0; length < text.length; length++) {
      const rows = await byName({ ...blocks, diskstats: text.slice(0, length) });
      expect([length, rows.get('sda')!.ioReadCount ?? 1111]).toEqual([length, 1111]);
      expect([length, rows.get('sda1')!.ioReadCount ?? 2222]).toEqual([length, 2222]);
    }
  });
  test('past 64 bits are no numbers', async () => {
    const rows = await byName({ ...blocks, diskstats: line('8 0 sda', 1).replace(' 1 ', ' 99999999999999999999 ') });
    expect(statusOf(diskTable, rows.get('sda')!, 'io')).not.toBe('OK');
  });
});

describe('the counters of all disks', () => {
  const total = async (tree: Tree) => withHost(tree, (source) => readSystem(source, ['disks']));

  // #1244 #1313, and what psutil still counts twice: dm over a partition, md over disks, loop over a file.
  test('pitfall 25: count nothing twice', async () => {
    const devices = ['8 0 sda', '8 1 sda1', '253 0 dm-0', '253 1 dm-1', '104 0 cciss/c0d0', '9 0 md0', '7 0 loop0'];
    const diskstats = [...devices, '252 0 zram0'].map((device) => line(device, 100)).join('');
    expect(await total({ ...blocks, diskstats })).toMatchObject({ diskIoReadCount: 200, diskIoReadBytes: 204 * 512 });
  });
  test('are none where there is no disk', async () => {
    const row = await total({ 'block/loop0/dev': '7:0\n', diskstats: line('7 0 loop0', 1) });
    expect(row).toMatchObject({ diskIoReadCount: null });
  });
});

describe('pitfall 23: counters that run backwards', () => {
  const counts = async (source: Source) => {
    const rows = await readWhole(source, diskTable);
    return rows.map(({ ioReadCount }) => ioReadCount);
  };
  const tree = { 'block/sda/dev': '8:0\n', diskstats: line('8 0 sda', 1000) };
  const write = (root: string, from: number) => plant(root, { diskstats: line('8 0 sda', from) });

  test('go on from what was reached', () =>
    withHost(tree, async (source, root) => {
      expect(await counts(source)).toEqual([1000]);
      write(root, 10);
      expect(await counts(source)).toEqual([1010]);
      write(root, 20);
      expect(await counts(source)).toEqual([1020]);
      write(root, 5);
      expect(await counts(source)).toEqual([1025]);
    }));

  // psutil forgets what partitions had reached whenever somebody asks for the total (its cache has no modes).
  test('defect 10.16: are the same whoever asks, and for whatever', () =>
    withHost(tree, async (source, root) => {
      await counts(source);
      write(root, 10);
      expect(await readSystem(source, ['disks'])).toMatchObject({ diskIoReadCount: 1010 });
      expect(await counts(source)).toEqual([1010]);
      const many = await Promise.all(Array.from({ length: 40 }, () => counts(source)));
      expect(new Set(many.flat())).toEqual(new Set([1010]));
    }));
  test('of a disk that was away start anew', () =>
    withHost(tree, async (source, root) => {
      await counts(source);
      plant(root, { diskstats: line('8 16 sdb', 1) });
      await counts(source);
      write(root, 7);
      expect(await counts(source)).toEqual([7]);
    }));
  test('of one host are not those of another', () =>
    withHost(tree, async (one) =>
      withHost(tree, async (other, root) => {
        await counts(one);
        rmSync(join(root, 'diskstats'));
        write(root, 3);
        expect(await counts(other)).toEqual([3]);
      }),
    ));
});

import { describe, expect, test } from 'vitest';
import { type Answer, ask } from '../support/operation.ts';
import { withHost } from '../support/reading.ts';
import { dir, type Tree } from '../support/tree.ts';

// Devices on devices, in the layout that the kernel documents for /sys/block: parts in the folder of their disk, what a
// device lies on in its `slaves`, and what lies on it in its `holders`.

interface Device {
  readonly number: string;
  readonly below?: readonly string[];
  readonly above?: readonly string[];
  /** Parts and their numbers; what lies on them. */
  readonly parts?: Readonly<Record<string, { readonly number: string; readonly above?: readonly string[] }>>;
  readonly files?: Readonly<Record<string, string>>;
}

function treeOf(devices: Readonly<Record<string, Device>>): Tree {
  const tree: Tree = {};
  for (const [name, { number, below = [], above = [], parts = {}, files = {} }] of Object.entries(devices)) {
    const at = `block/${name}`;
    Object.assign(tree, { [`${at}/dev`]: `${number}\n`, [`${at}/size`]: '2048\n', [`${at}/slaves`]: dir() });
    for (const each of below) tree[`${at}/slaves/${each}`] = '';
    for (const each of above) tree[`${at}/holders/${each}`] = '';
    for (const [file, text] of Object.entries(files)) tree[`${at}/${file}`] = `${text}\n`;
    for (const [part, of] of Object.entries(parts)) {
      Object.assign(tree, { [`${at}/${part}/dev`]: `${of.number}\n`, [`${at}/${part}/partition`]: '1\n' });
      for (const each of of.above ?? []) tree[`${at}/${part}/holders/${each}`] = '';
    }
  }
  return tree;
}

/** As every kernel since 2.6.26 has it: a folder in which devices and their parts stand side by side. */
const listed = (devices: Readonly<Record<string, Device>>): Tree =>
  Object.fromEntries(
    Object.entries(devices)
      .flatMap(([name, { parts = {} }]) => [name, ...Object.keys(parts)])
      .map((name) => [`class/block/${name}`, '']),
  );

/** Each line counts `count` reads and writes; names as the kernel tells them. */
const diskstats = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count], at) => `259 ${100 + at} ${name} ${count} 0 ${count} 0 ${count} 0 ${count} 0 0 0 0\n`)
    .join('');

/** What it is, what it lies on, and what lies on it. */
type Told = readonly [kind: string, below: readonly string[], above: readonly string[]];

const tell = (tree: Tree): Promise<Record<string, Told>> =>
  withHost(tree, async (source) => {
    const { disks } = await ask(source, '{ disks(all: true) { name kind parents { name } children { name } } }');
    const names = (all: Answer[]): string[] => all.map(({ name }) => name);
    return Object.fromEntries(
      disks.map(({ name, kind, parents, children }: Answer) => [name, [kind, names(parents), names(children)]]),
    );
  });

const reads = (tree: Tree): Promise<number> =>
  withHost(tree, async (source) => (await ask(source, '{ system { diskIo { readCount } } }')).system.diskIo.readCount);

const STACKS: Record<string, { devices: Record<string, Device>; told: Record<string, Told>; disks: string[] }> = {
  'LUKS on a part of a disk': {
    devices: {
      sda: { number: '8:0', parts: { sda1: { number: '8:1' }, sda2: { number: '8:2', above: ['dm-0'] } } },
      'dm-0': {
        number: '253:0',
        below: ['sda2'],
        files: { 'dm/uuid': 'CRYPT-LUKS2-5ecf0f1ab0f24ab3-root', 'dm/name': 'root' },
      },
    },
    told: {
      sda: ['DISK', [], ['sda1', 'sda2']],
      sda1: ['PARTITION', ['sda'], []],
      sda2: ['PARTITION', ['sda'], ['dm-0']],
      'dm-0': ['CRYPT', ['sda2'], []],
    },
    disks: ['sda'],
  },
  'LVM over a part and a disk': {
    devices: {
      sda: { number: '8:0', parts: { sda1: { number: '8:1', above: ['dm-0', 'dm-1'] } } },
      sdb: { number: '8:16', above: ['dm-1'] },
      'dm-0': { number: '253:0', below: ['sda1'], files: { 'dm/uuid': 'LVM-aaaa', 'dm/name': 'vg-root' } },
      'dm-1': { number: '253:1', below: ['sda1', 'sdb'], files: { 'dm/uuid': 'LVM-bbbb', 'dm/name': 'vg-home' } },
    },
    told: {
      sda: ['DISK', [], ['sda1']],
      sda1: ['PARTITION', ['sda'], ['dm-0', 'dm-1']],
      sdb: ['DISK', [], ['dm-1']],
      'dm-0': ['LVM', ['sda1'], []],
      'dm-1': ['LVM', ['sda1', 'sdb'], []],
    },
    disks: ['sda', 'sdb'],
  },
  'an array of two mirrors, in parts': {
    devices: {
      sda: { number: '8:0', above: ['md127'] },
      sdb: { number: '8:16', above: ['md127'] },
      md127: { number: '9:127', below: ['sda', 'sdb'], parts: { md127p1: { number: '259:0' } } },
    },
    told: {
      sda: ['DISK', [], ['md127']],
      sdb: ['DISK', [], ['md127']],
      md127: ['RAID', ['sda', 'sdb'], ['md127p1']],
      md127p1: ['PARTITION', ['md127'], []],
    },
    disks: ['sda', 'sdb'],
  },
  'a file with parts': {
    devices: {
      vda: { number: '252:0' },
      loop0: {
        number: '7:0',
        files: { 'loop/backing_file': '/var/disk.img' },
        parts: { loop0p1: { number: '259:0' }, loop0p2: { number: '259:1' } },
      },
    },
    told: {
      vda: ['DISK', [], []],
      loop0: ['LOOP', [], ['loop0p1', 'loop0p2']],
      loop0p1: ['PARTITION', ['loop0'], []],
      loop0p2: ['PARTITION', ['loop0'], []],
    },
    disks: ['vda'],
  },
  'namespaces of NVMe, one of them in parts': {
    devices: {
      nvme0n1: { number: '259:0', parts: { nvme0n1p1: { number: '259:1' }, nvme0n1p2: { number: '259:2' } } },
      nvme0n11: { number: '259:3' },
    },
    told: {
      nvme0n1: ['DISK', [], ['nvme0n1p1', 'nvme0n1p2']],
      nvme0n1p1: ['PARTITION', ['nvme0n1'], []],
      nvme0n1p2: ['PARTITION', ['nvme0n1'], []],
      nvme0n11: ['DISK', [], []],
    },
    disks: ['nvme0n1', 'nvme0n11'],
  },
  'two ways to a disk, and a part of it': {
    devices: {
      sda: { number: '8:0', above: ['dm-0'] },
      sdb: { number: '8:16', above: ['dm-0'] },
      'dm-0': {
        number: '253:0',
        below: ['sda', 'sdb'],
        above: ['dm-1'],
        files: { 'dm/uuid': 'mpath-3600140500000', 'dm/name': 'mpatha' },
      },
      'dm-1': {
        number: '253:1',
        below: ['dm-0'],
        files: { 'dm/uuid': 'part1-mpath-3600140500000', 'dm/name': 'mpatha1' },
      },
    },
    told: {
      sda: ['DISK', [], ['dm-0']],
      sdb: ['DISK', [], ['dm-0']],
      'dm-0': ['RAID', ['sda', 'sdb'], ['dm-1']],
      'dm-1': ['PARTITION', ['dm-0'], []],
    },
    disks: ['sda', 'sdb'],
  },
};

const stacks = Object.entries(STACKS);

describe('devices on devices', () => {
  test.each(stacks)('%s are what they are and lie where they lie', async (_, { devices, told }) => {
    expect(await tell(treeOf(devices))).toEqual(told);
  });
  test.each(stacks)('%s are the same where one folder lists them', async (_, { devices, told }) => {
    expect(await tell({ ...treeOf(devices), ...listed(devices) })).toEqual(told);
  });
  test.each(stacks)('%s are counted once', async (_, { devices, told, disks }) => {
    // Powers of two: the sum tells what is in it.
    const counts = Object.fromEntries(Object.keys(told).map((name, at) => [name, 2 ** at]));
    const sum = disks.reduce((all, name) => all + counts[name]!, 0);
    expect(await reads({ ...treeOf(devices), diskstats: diskstats(counts) })).toBe(sum);
  });
  test.each(stacks)('%s have each what it counted', async (_, { devices, told }) => {
    const counts = Object.fromEntries(Object.keys(told).map((name, at) => [name, 2 ** at]));
    const all = await withHost({ ...treeOf(devices), diskstats: diskstats(counts) }, async (source) =>
      ask(source, '{ disks(all: true) { name io { readCount } } }'),
    );
    const counted = all.disks.map(({ name, io }: Answer) => [name, io.readCount]);
    expect(Object.fromEntries(counted)).toEqual(counts);
  });
});

describe('ways of NVMe to a disk', () => {
  // The ways have folders, but no number and nothing to open; diskstats tells of them all the same.
  const tree: Tree = {
    ...treeOf({ nvme2n1: { number: '259:0', parts: { nvme2n1p1: { number: '259:1' } } } }),
    ...{ 'block/nvme2c0n1/slaves': dir(), 'block/nvme2c0n1/hidden': '1\n' },
    ...{ 'block/nvme2c1n1/slaves': dir(), 'block/nvme2c1n1/hidden': '1\n' },
  };
  const counting = (head: number) => ({
    ...tree,
    diskstats: diskstats({ nvme2c0n1: 1, nvme2c1n1: 2, nvme2n1: head, nvme2n1p1: head }),
  });

  test('are no disks', async () => expect(Object.keys(await tell(counting(4)))).toEqual(['nvme2n1', 'nvme2n1p1']));
  test('are counted where they lead to', async () => expect(await reads(counting(4))).toBe(4));
  test('are counted themselves where an older kernel counts nothing there', async () =>
    expect(await reads(counting(0))).toBe(3));
});

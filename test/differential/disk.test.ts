import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { isBetween } from '../support/between.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';
import { withTree } from '../support/tree.ts';

let source: Source;
beforeAll(async () => {
  source = await openLocal();
});

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });
const has = (command: string): boolean =>
  needs(command, () => runs(command, '--version'), 'apt-get install util-linux');
const mountsOf = async (args: string, fields: string): Promise<Answer[]> =>
  (await ask(source, `{ mounts${args} { ${fields} } }`)).mounts;

const IO = 'readCount writeCount readBytes writeBytes readTime writeTime busyTime readMergedCount writeMergedCount';

/** psutil's names and milliseconds as ours. */
const asOurs = (io: Record<string, number>) => ({
  readCount: io.read_count,
  writeCount: io.write_count,
  readBytes: io.read_bytes,
  writeBytes: io.write_bytes,
  readTime: io.read_time! / 1000,
  writeTime: io.write_time! / 1000,
  busyTime: io.busy_time! / 1000,
  readMergedCount: io.read_merged_count,
  writeMergedCount: io.write_merged_count,
});

/** What test/e2e/dead-mount mounts comes and goes at the same time, and never answers. */
const stays = ({ mountpoint }: Answer): boolean => !mountpoint.includes('/sysgraph-dead-');

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  test('has the same mounts', async () => {
    const theirs = ((await peer.function('disk_partitions', { all: true })) as Answer[]).filter(stays);
    const ours = (await mountsOf('(all: true)', 'device mountpoint fstype options')).filter(stays);
    const line = (device: string, at: string, type: string, options: string[]) =>
      [device, at, type, ...options.sort()].join(' ');
    expect(ours.map((m) => line(m.device, m.mountpoint, m.fstype, m.options)).sort()).toEqual(
      theirs.map((m) => line(m.device, m.mountpoint, m.fstype, m.opts.split(','))).sort(),
    );
  });
  test('shows nothing that we hide, but what is there twice', async () => {
    const theirs = ((await peer.function('disk_partitions')) as Answer[]).map(({ device }) => device);
    const ours = (await mountsOf('', 'device')).map(({ device }) => device);
    expect([...new Set(theirs)].filter((device) => !ours.includes(device))).toEqual([]);
  });
  test('finds them as full', async () => {
    const look = () => mountsOf('', 'mountpoint usage { total used free percent }');
    for (const { mountpoint, usage } of (await look()).filter(stays)) {
      const theirs = await peer.function('disk_usage', [mountpoint]);
      const later = (await look()).find((of) => of.mountpoint === mountpoint);
      expect(isBetween(usage, theirs, later.usage, 2 ** 26)).toBe(true);
    }
  });
  test('has counted the same on each device', async () => {
    const look = async (): Promise<Answer[]> => (await ask(source, `{ disks(all: true) { name io { ${IO} } } }`)).disks;
    const before = await look();
    const theirs = (await peer.function('disk_io_counters', { perdisk: true })) as Record<string, Answer>;
    const after = new Map((await look()).map(({ name, io }) => [name, io]));
    expect(before.map(({ name }) => name).sort()).toEqual(Object.keys(theirs).sort());
    for (const { name, io } of before)
      expect([name, isBetween(io, asOurs(theirs[name]), after.get(name), 0.01)]).toEqual([name, true]);
  });
});

describe.runIf(has('findmnt'))('findmnt', () => {
  test('finds the same places for paths', async () => {
    for (const path of ['/', '/proc/self', '/usr/bin', '/var/run', '/dev/pts/..', '/sys/fs/cgroup']) {
      const { mount } = await ask(source, `{ mount(path: "${path}") { mountpoint fstype } }`);
      expect(`${mount.mountpoint} ${mount.fstype}`).toBe(
        run('findmnt', '-no', 'TARGET,FSTYPE', '-T', path).trim().replace(/ +/, ' '),
      );
    }
  });
});

describe.runIf(has('df'))('df', () => {
  test('prints the same percent, which it rounds up, and the same inodes', async () => {
    const { mount } = await ask(source, '{ mount(path: "/") { usage { total percent inodesTotal } } }');
    const [size, percent, inodes] = run('df', '-B1', '--output=size,pcent,itotal', '/')
      .trim()
      .split('\n')[1]!
      .match(/\d+/g)!;
    expect([mount.usage.total, mount.usage.inodesTotal]).toEqual([Number(size), Number(inodes)]);
    expect(Math.abs(Number(percent) - mount.usage.percent)).toBeLessThanOrEqual(1.1);
  });
});

describe.runIf(has('lsblk'))('lsblk', () => {
  test('lists the same devices, as large and as kind', async () => {
    const { blockdevices } = JSON.parse(run('lsblk', '-Jbla', '-o', 'NAME,SIZE,TYPE,RO,RM,ROTA'));
    const { disks } = await ask(source, '{ disks(all: true) { name size kind readOnly removable rotational } }');
    const theirs = blockdevices.map((of: Answer) => [of.name, of.size, of.ro, of.rm, of.rota]).sort();
    expect(disks.map((of: Answer) => [of.name, of.size, of.readOnly, of.removable, of.rotational]).sort()).toEqual(
      theirs,
    );
    // What is memory lsblk calls a disk too.
    const kinds: Record<string, string> = {
      disk: 'DISK',
      part: 'PARTITION',
      loop: 'LOOP',
      crypt: 'CRYPT',
      lvm: 'LVM',
      rom: 'ROM',
    };
    const known = new Map(blockdevices.map(({ name, type }: Answer) => [name, kinds[type]]));
    const differing = disks.filter(({ name, kind }: Answer) => kind !== 'OTHER' && known.get(name) !== kind);
    expect(differing).toEqual([]);
  });
});

const canMount = needs(
  'the right to mount, and a loop device',
  () => runs('bash', '-c', 'unshare --mount true && test -e /dev/loop-control && mkfs.ext4 -V'),
  'run as root',
);

describe.runIf(canMount && has('df'))('a file system that keeps a part for root', () => {
  // #829: who is not root has less of it, so that it is full earlier.
  test('pitfall 26: is as full as an ordinary user finds it', async () =>
    withTree({ disk: '' }, async (folder) => {
      const [file, at] = [`${folder}/disk`, `${folder}/at`];
      run(
        'bash',
        '-ec',
        `truncate -s 16M ${file}; mkfs.ext4 -q -m 40 ${file}; mkdir ${at}; mount -o loop ${file} ${at}`,
      );
      try {
        run('bash', '-ec', `head -c 3M /dev/zero > ${at}/fill; sync`);
        const { usage } = (await ask(source, `{ mount(path: "${at}") { usage { total used free percent } } }`)).mount;
        const [used, free, percent] = run('df', '-B1', '--output=used,avail,pcent', at)
          .trim()
          .split('\n')[1]!
          .match(/\d+/g)!
          .map(Number);
        expect([usage.used, usage.free]).toEqual([used, free]);
        expect(usage.percent).toBeCloseTo((100 * used!) / (used! + free!), 0);
        expect(Math.ceil(usage.percent)).toBe(percent);
        // With the part of root it would be less by far.
        expect(usage.percent).toBeGreaterThan((100 * used!) / usage.total + 5);
      } finally {
        run('umount', at);
      }
    }));
});

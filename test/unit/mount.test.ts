import { describe, expect, test } from 'vitest';
import { mountTable } from '../../native/index.ts';
import { ALL, readRows, rowsIn, statusOf, withHost } from '../support/reading.ts';
import type { Tree } from '../support/tree.ts';

const filesystems = 'nodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\n\text4\n\tsquashfs\n\tbtrfs\nnodev\tnfs4\n';

const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root ro,errors=remount-ro
23 22 0:20 / /proc rw,nosuid - proc proc rw
24 22 0:30 / /mnt/a\\040b\\011c\\134d rw - nfs4 server:/x\\040y rw,vers=4.2
25 22 0:31 / /mnt/none rw master:1 propagate_from:2 unbindable - tmpfs none rw
26 22 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw
27 22 8:2 / /data rw - ext4 /dev/sdb rw
28 27 8:3 / /data/inner rw - ext4 /dev/sdc rw
29 22 8:4 / /data rw - ext4 /dev/sdd rw
30 29 0:40 /@ /data/pool rw - btrfs /dev/sde rw,subvol=/@
31 29 0:40 /@home /data/home rw - btrfs /dev/sde rw,subvol=/@home
32 22 0:41 / /auto rw - autofs systemd-1 rw
33 22 0:42 / /run/gvfs rw - fuse.gvfsd-fuse gvfs rw
34 22 0:43 / /far rw - fuse.sshfs host:/ rw
35 22 7:0 / /snap/x ro - squashfs /dev/loop0 ro
`;

const tree: Tree = { '1/mountinfo': MOUNTS, filesystems, 'dev/block/8:1/uevent': 'MAJOR=8\nDEVNAME=sda1\n' };
const places = async (of: Tree = tree) =>
  new Map((await rowsIn(of, mountTable)).map((row) => [row.mountpoint + (row.isReachable ? '' : ' (hidden)'), row]));

describe('mounts', () => {
  test('have their names decoded and their options merged', async () => {
    const all = await places();
    expect(all.get('/mnt/a b\tc\\d')).toMatchObject({ device: 'server:/x y', options: ['rw', 'vers=4.2'] });
    expect(all.get('/')).toMatchObject({ options: ['ro', 'relatime', 'errors=remount-ro'], fstype: 'ext4' });
    expect(all.get('/mnt/none')).toMatchObject({ device: '', fstype: 'tmpfs' });
  });
  test('of what the boot loader named are of the real device', async () =>
    expect((await places()).get('/')).toMatchObject({ device: '/dev/sda1' }));
  test('are real if people put things there', async () => {
    const real = [...(await places())].filter(([, { isReal }]) => isReal).map(([path]) => path);
    const expected = ['/', '/mnt/a b\tc\\d', '/etc/hosts', '/data (hidden)', '/data/inner (hidden)', '/data'];
    expect(real).toEqual([...expected, '/data/pool', '/data/home', '/far', '/snap/x']);
  });
  test('are duplicates if the same is to be seen in a better place; subvolumes are not the same', async () => {
    const all = await places();
    expect([...all].filter(([, { isDuplicate }]) => isDuplicate).map(([path]) => path)).toEqual(['/etc/hosts']);
  });
  // In a container the files are on an overlay, which psutil hides.
  test('pitfall 36: of a container have a real root', async () => {
    const mountinfo = '50 40 0:60 / / rw - overlay overlay rw,lowerdir=/x\n';
    expect((await places({ '1/mountinfo': mountinfo, filesystems })).get('/')).toMatchObject({ isReal: true });
  });
  test('are known without a list of file systems', async () => {
    const all = await places({ '1/mountinfo': MOUNTS });
    expect([all.get('/')!.isReal, all.get('/proc')!.isReal, all.get('/snap/x')!.isReal]).toEqual([true, false, true]);
  });
  test('that something lies over, and what would be mounted by looking, are not asked how full they are', async () => {
    const all = await places();
    const statuses = ['/data (hidden)', '/data/inner (hidden)', '/auto'].map((path) => all.get(path)!);
    expect(statuses.map((row) => statusOf(mountTable, row, 'usage'))).toEqual(['ABSENT', 'ABSENT', 'ABSENT']);
  });
  test('may hang where another host or a program has to answer, or on what lies on the way', async () => {
    const below = [
      '40 34 0:50 / /far/below rw - tmpfs none rw',
      '41 40 8:9 / /far/below/disk rw - ext4 /dev/sdf rw',
      '42 43 0:51 / /loop/a rw - tmpfs none rw',
      '43 42 0:52 / /loop/b rw - tmpfs none rw',
    ];
    const all = await places({ ...tree, '1/mountinfo': `${MOUNTS}${below.join('\n')}\n` });
    const paths = [...all.entries()].filter(([, { mayHang }]) => mayHang).map(([path]) => path);
    const pools = ['/data/pool', '/data/home'];
    const remote = ['/mnt/a b\tc\\d', ...pools, '/auto', '/run/gvfs', '/far', '/far/below', '/far/below/disk'];
    expect(paths.filter((path) => !path.startsWith('/loop'))).toEqual(remote);
    expect(paths.filter((path) => path.startsWith('/loop'))).toHaveLength(2);
  });
  test('worth showing are listed alone where nobody wants the others', () =>
    withHost(tree, async (source) => {
      const rows = await readRows(source, mountTable, 1, { except: [], worthShowing: true });
      const shown = ['/', '/mnt/a b\tc\\d', '/data', '/data/pool', '/data/home', '/far', '/snap/x'];
      expect(rows.map(({ mountpoint }) => mountpoint)).toEqual(shown);
    }));
  test('are those of the gateway where the first process hides its own', async () => {
    const mountinfo = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';
    expect([...(await places({ 'self/mountinfo': mountinfo })).keys()]).toEqual(['/']);
  });
  test('that are gone are gone', async () => {
    const [row] = await rowsIn(tree, mountTable, { keys: [99] });
    expect(statusOf(mountTable, row!, 'mountinfo')).toBe('GONE');
  });
  test('are none where nothing tells of them', async () => expect(await rowsIn({ stat: '' }, mountTable)).toEqual([]));
});

describe('mountinfo', () => {
  test('cut at any byte never tells another mount', async () => {
    const whole = new Map([...(await places()).values()].map((row) => [row.key, row]));
    for (let length = 0; length < MOUNTS.length; length += 3)
      for (const row of await rowsIn({ ...tree, '1/mountinfo': MOUNTS.slice(0, length) }, mountTable)) {
        const { device, mountpoint, fstype, options } = whole.get(row.key)!;
        expect(row).toMatchObject({ device, mountpoint, fstype, options });
      }
  });
  test('with lines that make no sense keeps the others', async () => {
    const text = `x y z\n\n22 1 8 / / rw - ext4 /dev/a rw\n23 1 8:1 / / rw ext4\n${MOUNTS}`;
    expect((await places({ ...tree, '1/mountinfo': text })).size).toBe(14);
  });
});

describe('a path', () => {
  const at = (path: string) => withHost(tree, (source) => source.mountAt!(path, false));
  test.each([
    ['/', 22],
    ['/data', 29],
    ['/data/inner/x', 29],
    ['/data/pool', 30],
    ['/data/poolside', 29],
    ['/etc/hosts', 26],
    ['/etc/../data/./home//x', 31],
    ['/../..', 22],
    ['/mnt/a b\tc\\d/e', 24],
  ])('%s lies on the mount %d', async (path, key) => expect(await at(path)).toBe(key));
  test('lies on nothing where nothing is mounted', () =>
    withHost({ stat: '' }, async (source) => expect(await source.mountAt!('/', false)).toBe(null)));
});

test('mounts are listed but for those that are known', async () => {
  const some = await rowsIn(tree, mountTable, { except: [22, 23] });
  expect(some.length).toBe((await rowsIn(tree, mountTable, ALL)).length - 2);
});

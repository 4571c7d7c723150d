import { describe, expect, test } from 'vitest';
import { cpuTable } from '../../native/index.ts';
import { readSystem, rowsIn, statusOf, systemOf, withHost } from '../support/reading.ts';
import { plant, type Tree } from '../support/tree.ts';

const OWNER = { keys: [0] };
const CPU = 'devices/system/cpu';

const X86 = [0, 1]
  .map(
    (number) => `processor\t: ${number}
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R)\ncpu MHz\t\t: ${2000 + number}.5
physical id\t: 0\ncpu cores\t: 1\nflags\t\t: fpu hypervisor sse\n\n`,
  )
  .join('');
const POWER = `processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3800.000000MHz\nrevision\t: 2.2\n\n
processor\t: 1\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3600.000000MHz\n\nmachine\t\t: PowerNV 9006\n`;
const S390 = `vendor_id       : IBM/S390\n# processors    : 2
processor 0: version = FF,  identification = 123456,  machine = 8561
processor 1: version = FF,  identification = 123456,  machine = 8561
\ncpu number      : 0\nphysical id     : 1\ncpu cores       : 1\ncpu MHz dynamic : 5200\ncpu MHz static  : 5000
\ncpu number      : 1\nphysical id     : 2\ncpu cores       : 1\ncpu MHz dynamic : 5100\ncpu MHz static  : 5000\n`;
const ARM = `processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nprocessor\t: 1
CPU implementer\t: 0x41
CPU part\t: 0xd08\n\nHardware\t: BCM2835\nModel\t\t: Raspberry Pi 4 Model B Rev 1.1\n`;
const OLD_ARM = 'Processor\t: ARMv6-compatible processor rev 7 (v6l)\nprocessor\t: 0\nBogoMIPS\t: 697.95\n';

const policy = (number: number, cpus: string, current: number): Tree => ({
  [`${CPU}/cpufreq/policy${number}/affected_cpus`]: `${cpus}\n`,
  [`${CPU}/cpufreq/policy${number}/scaling_cur_freq`]: `${current * 1000}\n`,
  [`${CPU}/cpufreq/policy${number}/scaling_min_freq`]: '800000\n',
  [`${CPU}/cpufreq/policy${number}/scaling_max_freq`]: '4000000\n',
});

describe('each CPU by itself', () => {
  // #1055 #2254: a CPU that is off has no line, so a place in the list is not a number.
  test('pitfall 28: has its number, also where one is off', async () => {
    const stat = 'cpu  4 0 0 9\ncpu0 100 0 0 300 0\ncpu2 200 10 0 300 0 0 0 0 7 8 99\nintr 1\n';
    const rows = await rowsIn({ stat }, cpuTable, OWNER);
    expect(rows.map(({ number, timesUser, timesNice }) => [number, timesUser, timesNice])).toEqual([
      [0, 1, 0],
      [2, 2, 0.1],
    ]);
    expect(rows[1]).toMatchObject({ timesGuest: 0.07, timesGuestNice: 0.08 });
  });
  test('cannot be read without stat, or with one that makes no sense', async () => {
    const status = async (tree: Tree) => statusOf(cpuTable, (await rowsIn(tree, cpuTable, OWNER))[0]!, 'cpuTimes');
    expect(await status({ meminfo: '' })).not.toBe('OK');
    expect(await status({ stat: 'cpu 1 2 3 4\n' })).toBe('MALFORMED');
    expect(await status({ stat: 'cpu0 1 2 3\n' })).toBe('MALFORMED');
  });
});

describe('frequencies', () => {
  const stat = `cpu 1 2 3 4\n${Array.from({ length: 12 }, (_, n) => `cpu${n} 1 2 3 4\n`).join('')}`;
  const of = async (tree: Tree) =>
    (await rowsIn({ stat, ...tree }, cpuTable, OWNER)).map(({ frequencyCurrent }) => frequencyCurrent);

  test.each([
    ['x86', X86, [2000.5, 2001.5]],
    ['POWER', POWER, [3800, 3600]],
    ['s390x', S390, [5200, 5100]],
    ['ARM', ARM, [null, null]],
  ])('pitfall 10: stand in cpuinfo of %s', async (_, cpuinfo, expected) =>
    expect((await of({ cpuinfo })).slice(0, 2)).toEqual(expected),
  );
  // #2512 #2023: policies govern several CPUs, and the tenth comes after the ninth.
  test('pitfall 29: of policies are of the CPUs they govern', async () => {
    const tree = {
      ...policy(0, '0 1', 1000),
      ...policy(2, '2', 1200),
      ...policy(10, '10', 2000),
      ...policy(9, '9', 1900),
    };
    const values = await of(tree);
    expect([values[0], values[1], values[2], values[3], values[9], values[10]]).toEqual([
      1000,
      1000,
      1200,
      null,
      1900,
      2000,
    ]);
    expect(await systemOf({ stat, ...tree }, ['frequency'])).toMatchObject({
      cpuFrequencyCurrent: (1000 + 1000 + 1200 + 2000 + 1900) / 5,
      cpuFrequencyMin: 800,
      cpuFrequencyMax: 4000,
    });
  });
  // #1851: one file instead of one a CPU.
  test('pitfall 29: now stand in cpuinfo, if it has them', async () => {
    const tree = { cpuinfo: X86, ...policy(0, '0 1', 1000) };
    expect((await of(tree)).slice(0, 2)).toEqual([2000.5, 2001.5]);
  });
  test('now are those of the hardware where the kernel sets none', async () => {
    const tree = { [`${CPU}/cpu0/cpufreq/cpuinfo_cur_freq`]: '1500000\n' };
    expect((await of(tree))[0]).toBe(1500);
  });
  // #2254 #2628: what is off has none, and is no error.
  test('pitfall 28: of nothing are none', async () =>
    expect(await systemOf({ stat }, ['frequency'])).toMatchObject({
      cpuFrequencyCurrent: null,
      cpuFrequencyMin: null,
    }));
});

describe('what a CPU is', () => {
  test.each([
    ['x86', X86, 'GenuineIntel', 'Intel(R) Xeon(R)'],
    ['POWER', POWER, null, 'POWER9, altivec supported'],
    ['s390x', S390, 'IBM/S390', null],
    ['ARM', ARM, 'ARM', 'Cortex-A72'],
    ['an old ARM', OLD_ARM, null, 'ARMv6-compatible processor rev 7 (v6l)'],
  ])('stands in cpuinfo of %s', async (_, cpuinfo, cpuVendor, cpuModel) =>
    expect(await systemOf({ cpuinfo }, ['cpuinfo'])).toMatchObject({ cpuVendor, cpuModel }),
  );
});

describe('counts', () => {
  const counts = async (tree: Tree) => {
    const { cpuLogicalCount, cpuPhysicalCount } = await systemOf(tree, ['cpus', 'cores']);
    return [cpuLogicalCount, cpuPhysicalCount];
  };
  const topology = (file: string) => ({
    [`${CPU}/cpu0/topology/${file}`]: '0,2\n',
    [`${CPU}/cpu2/topology/${file}`]: '0,2\n',
  });

  test('are of what is on', async () =>
    expect(await counts({ [`${CPU}/online`]: '0-3,8\n', ...topology('core_cpus_list') })).toEqual([5, 1]));
  test('are made anew once other CPUs are on', () =>
    withHost({ [`${CPU}/online`]: '0\n', [`${CPU}/cpu0/topology/core_cpus_list`]: '0\n' }, async (source, root) => {
      const counted = async () => {
        const { cpuLogicalCount, cpuPhysicalCount } = await readSystem(source, ['cpus', 'cores']);
        return [cpuLogicalCount, cpuPhysicalCount];
      };
      expect(await counted()).toEqual([1, 1]);
      plant(root, { [`${CPU}/online`]: '0-1\n', [`${CPU}/cpu1/topology/core_cpus_list`]: '1\n' });
      expect(await counted()).toEqual([2, 2]);
    }));
  test('follow from the siblings in older kernels', async () =>
    expect(await counts({ [`${CPU}/online`]: '0,2\n', ...topology('thread_siblings_list') })).toEqual([2, 1]));
  test.each([
    ['x86', X86, [2, 1]],
    ['s390x', S390, [2, 2]],
    ['ARM', ARM, [2, null]],
    ['an old ARM', OLD_ARM, [1, null]],
  ])('follow from cpuinfo of %s', async (_, cpuinfo, expected) => expect(await counts({ cpuinfo })).toEqual(expected));
  test('follow from stat where there is nothing else', async () =>
    expect(await counts({ stat: 'cpu 1 2 3 4\ncpu0 1 2 3 4\ncpu9 1 2 3 4\n' })).toEqual([2, null]));
});

describe('CPUs the gateway may use', () => {
  const usable = async (tree: Tree) => (await systemOf(tree, ['usable'])).cpuUsableCount;
  const allowed = { 'self/status': 'Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,1000-1003\n' };

  test('are those it may run on, of any number', async () => expect(await usable(allowed)).toBe(8));
  test('pitfall 36: are fewer under a quota, of its group or of one around it', async () => {
    const group = { ...allowed, 'self/cgroup': '0::/a/b\n', 'fs/cgroup/a/b/cpu.max': 'max 100000\n' };
    expect(await usable(group)).toBe(8);
    expect(await usable({ ...group, 'fs/cgroup/a/cpu.max': '250000 100000\n' })).toBe(3);
    expect(await usable({ ...group, 'fs/cgroup/a/cpu.max': '10000 100000\n' })).toBe(1);
  });
  test('are fewer under a quota of version 1', async () => {
    const group = { ...allowed, 'self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/a\n0::/\n' };
    const quota = (value: string): Tree => ({
      ...group,
      'fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us': value,
      'fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us': '100000\n',
    });
    expect(await usable(quota('-1\n'))).toBe(8);
    expect(await usable(quota('200000\n'))).toBe(2);
  });
  test('are all that are on where nothing is said', async () =>
    expect(await usable({ [`${CPU}/online`]: '0-1\n' })).toBe(2));
});

describe('the machine', () => {
  const machine = async (tree: Tree) => {
    const { osMachine, osVirtualization } = await systemOf(tree, ['machine']);
    return [osMachine, osVirtualization];
  };
  const dmi = (vendor: string, product: string): Tree => ({
    'class/dmi/id/sys_vendor': `${vendor}\n`,
    'class/dmi/id/product_name': `${product}\n`,
  });
  test.each([
    ['a server', dmi('Dell Inc.', 'PowerEdge R740'), ['Dell Inc. PowerEdge R740', null]],
    ['a guest of QEMU', dmi('QEMU', 'Standard PC (Q35 + ICH9, 2009)'), ['QEMU Standard PC (Q35 + ICH9, 2009)', 'qemu']],
    ['a guest of VMware', dmi('VMware, Inc.', 'VMware7,1'), ['VMware, Inc. VMware7,1', 'vmware']],
    [
      'a guest of Hyper-V',
      dmi('Microsoft Corporation', 'Virtual Machine'),
      ['Microsoft Corporation Virtual Machine', 'microsoft'],
    ],
    ['a laptop of its maker', dmi('Microsoft Corporation', 'Surface Pro'), ['Microsoft Corporation Surface Pro', null]],
    ['a Raspberry Pi', { 'device-tree/model': 'Raspberry Pi 4 Model B\0' }, ['Raspberry Pi 4 Model B', null]],
    ['a guest that says no more', { cpuinfo: X86 }, [null, 'vm-other']],
    ['an old Pi', { cpuinfo: ARM }, ['Raspberry Pi 4 Model B Rev 1.1', null]],
    ['Xen', { 'hypervisor/type': 'xen\n' }, [null, 'xen']],
    ['the host of Xen', { 'hypervisor/type': 'xen\n', 'xen/capabilities': 'control_d\n' }, [null, null]],
    ['a container in a guest', { ...dmi('QEMU', 'x'), '1/root/.dockerenv': '' }, ['QEMU x', 'docker']],
    ['a container of Podman', { '1/root/run/.containerenv': '' }, [null, 'podman']],
    ['a container that was told', { '1/environ': 'A=b\0container=lxc\0' }, [null, 'lxc']],
    ['WSL', { 'sys/kernel/osrelease': '5.15.0-microsoft-standard-WSL2\n' }, [null, 'wsl']],
    ['nothing that tells', { stat: '' }, [null, null]],
  ])('is known of %s', async (_, tree, expected) => expect(await machine(tree as Tree)).toEqual(expected));
});

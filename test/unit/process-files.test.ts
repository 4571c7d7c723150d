import { describe, expect, test } from 'vitest';
import type { EnvironmentRow, MemoryMapRow, ProcessRow, ThreadRow } from '../../native/index.ts';
import { listOf, processesOf, processStatus, statLine } from '../support/reading.ts';
import { link } from '../support/tree.ts';

const alive = { '7/stat': statLine() };
const rowOf = async (files: Record<string, string>, source: string): Promise<ProcessRow> => {
  const tree = Object.fromEntries(Object.entries(files).map(([file, text]) => [`7/${file}`, text]));
  return (await processesOf({ ...alive, ...tree }, [source])).get(7)!;
};

describe('/proc/PID/io', () => {
  const text = 'rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 7\n';
  test('counts calls and bytes', async () =>
    expect(await rowOf({ io: text }, 'io')).toMatchObject({
      ioReadChars: 1,
      ioWriteChars: 2,
      ioReadCount: 3,
      ioWriteCount: 4,
      ioReadBytes: 5,
      ioWriteBytes: 6,
    }));
  test.each(['', '\n', 'rchar: 1\nwchar: 2\n', text.replace('3', 'x'), text.replace('3', '18446744073709551616')])(
    '%j is not understood',
    async (damaged) => expect(processStatus(await rowOf({ io: damaged }, 'io'), 'io')).toBe('MALFORMED'),
  );
  test('counts up to 64 bits', async () =>
    expect((await rowOf({ io: text.replace('5', '18446744073709551615') }, 'io')).ioReadBytes).toBe(2 ** 64));
});

describe('/proc/PID/cgroup', () => {
  const id = '0123456789abcdef'.repeat(4);
  test.each<[string, path: string, container: string | null, runtime: string | null, unit: string | null]>([
    ['0::/\n', '/', null, null, null],
    ['0::/init.scope\n', '/init.scope', null, null, 'init.scope'],
    ['0::/system.slice/ssh.service\n', '/system.slice/ssh.service', null, null, 'ssh.service'],
    ['0::/system.slice/a.service/sub\n', '/system.slice/a.service/sub', null, null, 'a.service'],
    ['0::/system.slice/_cpu.service\n', '/system.slice/_cpu.service', null, null, 'cpu.service'],
    [
      '0::/user.slice/user-0.slice/user@0.service/app.slice/x.service\n',
      '/user.slice/user-0.slice/user@0.service/app.slice/x.service',
      null,
      null,
      'user@0.service',
    ],
    [`0::/system.slice/docker-${id}.scope\n`, `/system.slice/docker-${id}.scope`, id, 'docker', `docker-${id}.scope`],
    [`5:memory:/docker/${id}\n1:name=systemd:/docker/${id}\n0::/\n`, `/docker/${id}`, id, 'docker', null],
    [`0::/docker/${id}/docker/${id.replace('0', 'f')}\n`, expect.anything(), id.replace('0', 'f'), 'docker', null],
    [`0::/machine.slice/libpod-${id}.scope/container\n`, expect.anything(), id, 'podman', `libpod-${id}.scope`],
    [`0::/machine.slice/libpod-conmon-${id}.scope\n`, expect.anything(), null, null, `libpod-conmon-${id}.scope`],
    [
      `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope\n`,
      expect.anything(),
      id,
      'containerd',
      expect.anything(),
    ],
    [`0::/kubepods.slice/crio-${id}.scope\n`, expect.anything(), id, 'cri-o', `crio-${id}.scope`],
    [`0::/kubepods/besteffort/pod12/${id}\n`, `/kubepods/besteffort/pod12/${id}`, id, null, null],
    [`0::/system.slice/kubepods-pod1.slice:cri-containerd:${id}\n`, expect.anything(), id, 'containerd', null],
    ['0::/lxc.payload.web/system.slice/a.service\n', expect.anything(), 'web', 'lxc', null],
    ['3:cpu,cpuacct:/lxc/web\n', '/lxc/web', 'web', 'lxc', null],
    ['0::/lxc.monitor.web\n', '/lxc.monitor.web', null, null, null],
    [
      '0::/machine.slice/machine-my\\x2dbox.scope/payload\n',
      expect.anything(),
      'my-box',
      'systemd-nspawn',
      expect.anything(),
    ],
    ['0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope\n', expect.anything(), null, null, expect.anything()],
    ['0::/../../docker-x.scope\n', '/../../docker-x.scope', null, null, null],
    ['4:memory:/jobs/7\n3:pids:/\n2:cpu:/jobs/7\n0::/\n', '/jobs/7', null, null, null],
    ['2:name=systemd:/a\n1:memory:/b\n', '/a', null, null, null],
    ['0::/with:colons and blanks\n', '/with:colons and blanks', null, null, null],
  ])('%j', async (text, cgroupPath, containerId, containerRuntime, systemdUnit) =>
    expect(await rowOf({ cgroup: text }, 'cgroup')).toMatchObject({
      cgroupPath,
      containerId,
      containerRuntime,
      systemdUnit,
    }),
  );
  test.each([
    ['ssh.service', ['ssh.service']],
    ['session-1.scope', []],
    ['user.slice', []],
  ])('of %s is that of the services %j', async (unit, serviceNames) =>
    expect(await rowOf({ cgroup: `0::/system.slice/${unit}\n` }, 'cgroup')).toMatchObject({ serviceNames }),
  );
  test.each(['', '0::/a', 'x\n', '0:/a\n', '0::a\n'])('%j is not understood', async (text) =>
    expect(processStatus(await rowOf({ cgroup: text }, 'cgroup'), 'cgroup')).toBe('MALFORMED'),
  );
});

describe('a list of CPUs', () => {
  const status = (list: string) =>
    `Name:\tcat\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\nThreads:\t1\nCpus_allowed_list:\t${list}\n`;
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  test.each<[string, number[]]>([
    ['0', [0]],
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['1,3,5-6', [1, 3, 5, 6]],
    ['0-1023', range(0, 1023)],
    ['7,1024-4095', [7, ...range(1024, 4095)]],
  ])('pitfall 28: %s', async (list, cpus) =>
    expect((await rowOf({ status: status(list) }, 'status')).eligibleCpus).toEqual(cpus),
  );
  test.each(['', ',', '0-', '-1', '3-1', '1,1', '2,1', '0,', '0-3-5', 'x', '0-4294967295', '1 2'])(
    '%j is none',
    async (list) => expect(processStatus(await rowOf({ status: status(list) }, 'status'), 'status')).toBe('MALFORMED'),
  );
});

describe('/proc/PID/environ', () => {
  const variables = async (environ: string) =>
    (await listOf<EnvironmentRow>({ ...alive, '7/environ': environ }, 'environment')).map((row) => [
      row.name,
      row.value,
    ]);
  test.each<[string, string[][]]>([
    ['', []],
    [
      'A=1\0B=\0',
      [
        ['A', '1'],
        ['B', ''],
      ],
    ],
    [
      'A=a=b\0A=2\0',
      [
        ['A', 'a=b'],
        ['A', '2'],
      ],
    ],
    ['none\0=C:\0A=1\0', [['A', '1']]],
    ['A=1\0\0LEFT=over\0', [['A', '1']]],
    ['A=1\0CUT=of', [['A', '1']]],
    ['A=a\nb\t\x1b[31m\0', [['A', 'a\nb\t\x1b[31m']]],
  ])('%j', async (environ, expected) => expect(await variables(environ)).toEqual(expected));
});

describe('/proc/PID/smaps', () => {
  const region = (path: string, figures = 'Rss: 4 kB\n') =>
    `00400000-00401000 r-xp 00000000 fe:00 26723   ${path}\n${figures}`;
  const maps = async (smaps: string) => listOf<MemoryMapRow>({ ...alive, '7/smaps': smaps }, 'memoryMaps');

  test('has a part for each address', async () => {
    const first = region('/bin/a b', 'Size: 8 kB\nRss: 4 kB\nPss: 2 kB\nSwap: 1 kB\n');
    const text = `${first}${region('')}${region('[heap]')}`;
    const rows = await maps(text);
    expect(rows.map(({ path, rss }) => [path, rss])).toEqual([
      ['/bin/a b', 4096],
      ['[anon]', 4096],
      ['[heap]', 4096],
    ]);
    expect(rows[0]).toMatchObject({
      size: 8192,
      pss: 2048,
      swap: 1024,
      address: '00400000-00401000',
      permissions: 'r-xp',
    });
    expect(rows[1]).toMatchObject({ size: null, pss: null, locked: null });
  });
  test.each(['Rss: 4', 'x\n', '00400000-00401000 r-xp\n', 'Rss: 4 kB\n', region('/a', 'Size: 4 kB\n')])(
    '%j is not understood',
    async (text) => expect((await maps(text))[0]?.faults).toEqual([{ bit: 1, status: 'MALFORMED' }]),
  );
});

describe('/proc/PID/task', () => {
  test('has a thread for each number, in their order, with its own name', async () => {
    const thread = (comm: string) => statLine({ comm, fields: { 14: 100, 39: 3 } });
    const rows = await listOf<ThreadRow>(
      { ...alive, '7/task/7/stat': thread('main'), '7/task/10/stat': thread(') ) ('), '7/task/9/stat': thread('a\tb') },
      'threads',
    );
    expect(rows.map(({ tid, name, cpuNum }) => [tid, name, cpuNum])).toEqual([
      [7, 'main', 3],
      [9, 'a\tb', 3],
      [10, ') ) (', 3],
    ]);
    expect(new Set(rows.map(({ cpuTimesUser }) => cpuTimesUser))).toEqual(new Set([1]));
  });
  test('that is empty belongs to a process that has ended', async () =>
    expect((await listOf({ ...alive, '7/task': { dir: true } }, 'threads'))[0]!.faults).toEqual([
      { bit: 1, status: 'GONE' },
    ]));
});

describe('a link', () => {
  test.each([['exe'], ['cwd']] as const)('%s tells where it points', async (name) => {
    const rows = await processesOf({ ...alive, [`7/${name}`]: link('/a b/\t\x1b') }, [name]);
    expect(rows.get(7)![name]).toBe('/a b/\t\x1b');
  });
  test('with bytes that are no text has them escaped', async () => {
    const rows = await processesOf({ ...alive, '7/exe': link(Buffer.from('/\xff', 'latin1')) }, ['exe']);
    expect(rows.get(7)!.exe).toBe('/\\xff');
  });
  test('that is a file is none', async () => {
    const rows = await processesOf({ ...alive, '7/exe': 'x' }, ['exe']);
    expect(processStatus(rows.get(7), 'exe')).toBe('MALFORMED');
  });
});

test('of a foreign /proc no system call is asked about a process: it would answer for one of ours', async () => {
  const rows = await processesOf({ [`${process.pid}/stat`]: statLine() }, ['ionice', 'affinity']);
  const row = rows.get(process.pid);
  expect([processStatus(row, 'ionice'), processStatus(row, 'affinity')]).toEqual(['UNSUPPORTED', 'UNSUPPORTED']);
});

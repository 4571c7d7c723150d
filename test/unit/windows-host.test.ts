import { describe, expect, test } from 'vitest';
import { ConnectionStatusValues } from '../../native/index.ts';
import { type Decoded, decode, type Field, struct, utf16 } from '../support/decoding.ts';

// Sockets, CPUs, disks and file systems, as the decoders of Windows see them.

describe('sockets', () => {
  const port = (value: number): number => ((value & 255) << 8) | (value >> 8);
  const row4 = (state: number) =>
    struct(
      24,
      [0, 4, state],
      [4, 4, 0x0100007f],
      [8, 4, port(4000)],
      [12, 4, 0x0200000a],
      [16, 4, port(80)],
      [20, 4, 7],
    );
  const table = (...rows: Buffer[]) => Buffer.concat([struct(4, [0, 4, rows.length]), ...rows]);

  test('of TCP have states and owners', () => {
    const states = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    const [all] = decode('tcp4', table(...states.map(row4)));
    expect(all[4]).toMatchObject({ pid: 7, local: '127.0.0.1 4000', remote: '10.0.0.2 80' });
    expect(all[1].remote).toBe('10.0.0.2 0');
    expect(all.map(({ status }: Decoded) => ConnectionStatusValues[status])).toEqual([
      ...['CLOSE', 'LISTEN', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'CLOSE_WAIT', 'CLOSING'],
      ...['LAST_ACK', 'TIME_WAIT', 'DELETE_TCB', 'UNKNOWN'],
    ]);
    // It is the same socket, whatever it does.
    expect(new Set(all.map(({ inode }: Decoded) => inode)).size).toBe(1);
    expect(Number.isSafeInteger(all[0].inode)).toBe(true);
  });
  test('of TCP over IPv6 stand otherwise', () => {
    const row = struct(
      56,
      [0, 1, 0xfe],
      [1, 1, 0x80],
      [15, 1, 1],
      [20, 4, port(443)],
      [24 + 15, 1, 1],
      [44, 4, port(5)],
      [48, 4, 5],
      [52, 4, 9],
    );
    expect(decode('tcp6', table(row))[0][0]).toMatchObject({ pid: 9, local: 'fe80::1 443', remote: '::1 5' });
  });
  test('of UDP have no other end', () => {
    const [[four], [six]] = [
      decode('udp4', table(struct(12, [0, 4, 0], [4, 4, port(53)], [8, 4, 3])))[0],
      decode('udp6', table(struct(28, [20, 4, port(53)], [24, 4, 3])))[0],
    ];
    expect([four.local, six.local, four.pid, six.pid]).toEqual(['0.0.0.0 53', ':: 53', 3, 3]);
    expect(ConnectionStatusValues[four.status]).toBe('NONE');
  });
  test('that are cut are none', () => {
    const whole = table(row4(5), row4(2));
    const cuts = Array.from({ length: whole.length }, (_, size) => whole.subarray(0, size));
    expect(decode('tcp4', ...cuts).filter((all) => all !== null)).toEqual([]);
  });
});

describe('the system', () => {
  const times = (...seconds: number[]) =>
    seconds.map((each, at): [number, 8, bigint] => [at * 8, 8, BigInt(each * 1e7)]);
  test('tells of CPUs, of which the time of the kernel has all but that of programs', () => {
    // Idle, kernel, user, deferred calls, interrupts.
    const cpu = struct(48, ...times(50, 60, 30, 2, 1), [40, 4, 1000]);
    const expected = { user: 30, system: 7, idle: 50, irq: 1, dpc: 2, interrupts: 1000 };
    expect(decode('cpus', Buffer.concat([cpu, cpu]))[0]).toEqual([0, 1].map((number) => ({ number, ...expected })));
    expect(decode('cpus', Buffer.concat([cpu, cpu.subarray(0, 47)]))[0]).toHaveLength(1);
  });
  test('numbers the CPUs of all groups of processors, past 64 of them', () => {
    const group = (from: number) =>
      Buffer.concat(Array.from({ length: 48 }, (_, index) => struct(48, [40, 4, from + index])));
    const [all] = decode('cpus', Buffer.concat([group(0), group(48)]));
    const numbers = Array.from({ length: 96 }, (_, number) => number);
    expect(all.map(({ number }: Decoded) => number)).toEqual(numbers);
    expect(all.map(({ interrupts }: Decoded) => interrupts)).toEqual(numbers);
  });
  test('counts cores, whose entries are as long as they say', () => {
    // RelationProcessorCore is 0; one that spans several groups is longer.
    const cores = Buffer.concat([struct(48, [4, 4, 48]), struct(64, [4, 4, 64]), struct(48, [4, 4, 48])]);
    expect(decode('cores', cores, cores.subarray(0, 159), struct(48), Buffer.alloc(0))).toEqual([3, null, null, 0]);
  });
  test('tells of boot by the clock as it is, and as it was', () => {
    const [[now, before], cut] = decode('time', struct(48, [0, 8, 5000], [32, 8, 300], [40, 8, 20]), Buffer.alloc(47));
    expect([now, before, cut]).toEqual([4980, 4700, null]);
  });
  test('counts context switches and system calls', () =>
    expect(decode('performance', struct(312, [296, 4, 7], [308, 4, 9]), Buffer.alloc(311))).toEqual([[7, 9], null]));
  test('adds up page files, of which there may be none', () => {
    const first = struct(32, [0, 4, 32], [4, 4, 100], [8, 4, 10]);
    const second = struct(32, [4, 4, 50], [8, 4, 5]);
    expect(decode('pagefiles', Buffer.concat([first, second]), Buffer.alloc(0), first)).toEqual([
      [150, 15],
      [0, 0],
      null,
    ]);
  });
});

describe('a disk', () => {
  const counted = struct(
    88,
    ...([
      [0, 8, 2n ** 41n],
      [8, 8, 4096],
      [16, 8, 25_000_000],
      [24, 8, 5_000_000],
    ] as const),
    ...([
      [40, 4, 7],
      [44, 4, 0xffffffff],
    ] as const),
  );
  test('counts reads and writes, their bytes, and the seconds they took', () =>
    expect(decode('counts', counted, counted.subarray(0, 87))).toEqual([
      [7, 2 ** 32 - 1, 2 ** 41, 4096, 2.5, 0.5],
      null,
    ]));
  test('tells its size behind its geometry', () =>
    expect(decode('size', struct(40, [24, 8, 2n ** 42n]), Buffer.alloc(31))).toEqual([2 ** 42, null]));
  test('says who made it and what it is called, where it says so', () => {
    const text = Buffer.from('WDC     \0 WD40EFRX  \0');
    const about = (...fields: Field[]) => Buffer.concat([struct(36, ...fields), text]);
    const whole = about([10, 1, 1], [12, 4, 36], [16, 4, 45]);
    const [all, nameless, astray, cut] = decode(
      'descriptor',
      ...[whole, about([16, 4, 45]), about([12, 4, 0xffffffff], [16, 4, 4000]), whole.subarray(0, 35)],
    );
    expect(all).toEqual({ model: 'WDC       WD40EFRX', removable: 1 });
    expect(nameless).toEqual({ model: 'WD40EFRX', removable: 0 });
    expect(astray).toEqual({ model: '', removable: 0 });
    expect(cut).toEqual({ model: '', removable: null });
  });
  test('turns, or does not', () =>
    expect(decode('seek', struct(12, [8, 1, 1]), struct(12), Buffer.alloc(8))).toEqual([1, 0, null]));
});

describe('file systems', () => {
  const placed = (path: string, ...places: string[]) =>
    decode('place', Buffer.from([path, ...places].map((name) => `${name}\0`).join('')))[0];
  test('are on drives, as a list of their roots', () =>
    expect(decode('drives', utf16('A:\\\0C:\\\0\0rest\0'), utf16('C:\\'), Buffer.alloc(0))).toEqual([
      ...[['A:\\', 'C:\\'], ['C:\\'], []],
    ]));
  test('are mounted in folders of others, of which the innermost has a path', () => {
    const places = ['C:\\', 'C:\\Data\\', 'D:\\', 'C:\\Data\\Old\\'];
    const all = ['c:/windows', 'C:\\data', 'c:\\DATA\\x', 'C:\\Database', 'C:/Data/old/', 'E:\\x', 'D:'];
    expect(all.map((path) => placed(path, ...places))).toEqual([0, 1, 1, 0, 3, -1, 2]);
  });
});

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ConnectionStatusValues, ProcessStatusValues } from '../../native/index.ts';
import { program } from '../support/program.ts';

// What the NT kernel writes is decoded by pure functions on bytes; here they get some, laid out as 64-bit Windows does,
// whole and damaged. So what Wine cannot answer is decoded too.

const decoders = () =>
  program(
    'windows',
    [
      'test/support/windows.cc',
      ...['connection_text', 'peb_text', 'process_text', 'system_text', 'utf16_text'].map(
        (name) => `native/src/windows/${name}.cc`,
      ),
    ],
    ['-Inative/src', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  );

// biome-ignore lint/suspicious/noExplicitAny: each decoder has columns of its own
type Decoded = any;

/** What a decoder makes of each of these, which were in a buffer that began at 65536. */
function decode(decoder: string, ...all: Uint8Array[]): Decoded[] {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex') || '-';
  const input = all.map((bytes) => `${decoder} ${BASE} ${hex(bytes)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(decoders(), { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect([status, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  // What is text there stands byte by byte.
  return lines.map((line) => JSON.parse(line, (_, value) => (typeof value === 'string' ? utf8(value) : value)));
}

const BASE = 65536;
const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** A value of so many bytes at an offset of a structure. */
type Field = readonly [at: number, bytes: 1 | 2 | 4 | 8, value: number | bigint];

function struct(size: number, ...fields: readonly Field[]): Buffer {
  const buffer = Buffer.alloc(size);
  for (const [at, bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(Number(value), at, bytes);
  }
  return buffer;
}

const EPOCH = 116_444_736_000_000_000n;
/** Seconds since 1970 as the kernel counts. */
const fileTime = (seconds: number): bigint => EPOCH + BigInt(Math.round(seconds * 1e7));

interface Thread {
  readonly tid: number;
  readonly state: number;
  readonly reason?: number;
}

const threadOf = ({ tid, state, reason = 0 }: Thread): Buffer =>
  struct(
    80,
    [0, 8, 25_000_000],
    [8, 8, 5_000_000],
    [16, 8, fileTime(990)],
    [48, 8, tid],
    [64, 4, 3],
    [68, 4, state],
    [72, 4, reason],
  );

interface Process {
  readonly pid: number;
  readonly name?: string;
  readonly threads?: readonly Thread[];
}

const processOf = ({ pid, threads = [] }: Process): Buffer =>
  Buffer.concat([
    struct(
      256,
      ...([
        [4, 4, threads.length],
        [16, 4, 5],
        [32, 8, fileTime(950)],
        [40, 8, 10_000_000],
        [48, 8, 20_000_000],
      ] as const),
      ...([
        [80, 8, pid],
        [88, 8, 4],
        [96, 4, 77],
        [128, 4, 105],
        [136, 8, 9000],
        [144, 8, 8000],
        [200, 8, 7000],
      ] as const),
      ...([
        [224, 8, 12],
        [232, 8, 2n ** 40n],
      ] as const),
    ),
    ...threads.map(threadOf),
  ]);

/** Each leads to the next, and to its name, which stands behind its threads. */
function tableOf(...all: Process[]): Buffer {
  let at = 0;
  const parts = all.map((of, index) => {
    const name = utf16(of.name ?? '');
    const part = processOf(of);
    part.writeUInt16LE(name.length, 56);
    part.writeBigUInt64LE(BigInt(BASE + at + part.length), 64);
    const whole = Buffer.concat([part, name, Buffer.alloc((8 - (name.length % 8)) % 8)]);
    whole.writeUInt32LE(index + 1 < all.length ? whole.length : 0, 0);
    at += whole.length;
    return whole;
  });
  return Buffer.concat(parts);
}

const [WAITING, SUSPENDED] = [5, 5];
const statusOf = (value: number): string => ProcessStatusValues[value]!;

describe('SystemProcessInformation', () => {
  const table = tableOf(
    {
      pid: 0,
      threads: [
        { tid: 0, state: 2 },
        { tid: 0, state: 1 },
      ],
    },
    { pid: 4, name: 'System', threads: [{ tid: 8, state: WAITING }] },
    {
      pid: 400,
      name: 'näme 😀.exe',
      threads: [
        { tid: 404, state: 2 },
        { tid: 408, state: 1 },
        { tid: 412, state: WAITING },
      ],
    },
    { pid: 500, name: 'stopped.exe', threads: [{ tid: 504, state: WAITING, reason: SUSPENDED }] },
    { pid: 600, name: 'asleep.exe', threads: [{ tid: 604, state: WAITING, reason: 6 }] },
    { pid: 700, name: 'over.exe' },
  );
  const [{ processes, ready }] = decode('processes', table);

  test('is processes with their names', () =>
    expect(processes.map(({ pid, name }: Decoded) => [pid, name])).toEqual([
      ...[
        [0, 'System Idle Process'],
        [4, 'System'],
        [400, 'näme 😀.exe'],
        [500, 'stopped.exe'],
      ],
      ...[
        [600, 'asleep.exe'],
        [700, 'over.exe'],
      ],
    ]));
  test('tells times, memory, faults and I/O', () =>
    expect(processes[2]).toMatchObject({
      ...{ ppid: 4, numHandles: 77, minor: 100, major: 5, rss: 8000, vms: 7000, peakRss: 9000, ctxSwitches: 9 },
      ...{ readBytes: 2 ** 40, otherCount: 12, started: 50, createTime: 950_000 },
    }));
  test('tells what a process does by its threads', () =>
    expect(processes.map(({ status }: Decoded) => statusOf(status))).toEqual([
      ...['RUNNING', 'SLEEPING', 'RUNNING', 'STOPPED', 'SLEEPING', 'RUNNING'],
    ]));
  test('tells one that has ended, though somebody holds it, from the idle process', () =>
    expect(processes.filter(({ hasEnded }: Decoded) => hasEnded).map(({ pid }: Decoded) => pid)).toEqual([700]));
  test('tells threads, with starts by which they are told apart', () =>
    expect(processes[2].threads[1]).toEqual({ tid: 408, status: 0, user: 0.5, system: 2.5, startTicks: 990_000_000 }));
  test('counts who waits for a CPU, the idle process left out', () => expect(ready).toBe(1));
  test('that is cut anywhere is nothing, or has what was whole', () => {
    const cuts = Array.from({ length: table.length }, (_, size) => table.subarray(0, size));
    const all = decode('processes', ...cuts);
    const whole = (of: Decoded): boolean => of !== null && of.processes.length === 6;
    expect(all.filter(whole).length).toBeLessThanOrEqual(utf16('over.exe').length);
    expect(all.slice(0, 256 + 160)).toEqual(Array.from({ length: 256 + 160 }, () => null));
  });
  test('that counts more threads than there are, or leads out of itself, is nothing', () => {
    const greedy = tableOf({ pid: 8, threads: [] });
    greedy.writeUInt32LE(0xffffffff, 4);
    const astray = tableOf({ pid: 8, threads: [] });
    astray.writeUInt32LE(0xfffffff0, 0);
    expect(decode('processes', greedy, astray)).toEqual([null, null]);
  });
});

describe('UTF-16', () => {
  test('is text, half a pair to be seen', () =>
    expect(decode('text', utf16('a é € 😀'), utf16('a\ud83d'), utf16('\ude00b'), Buffer.from([65, 0, 66]))).toEqual([
      ...['a é € 😀', 'a\\ud83d', '\\ude00b', 'A'],
    ]));
});

describe('a command line', () => {
  const split = (...lines: string[]): string[][] =>
    decode('arguments', ...lines.map(utf16)).map((items) => items.split('\0').slice(0, -1));
  test('is split as CommandLineToArgvW splits it', () =>
    expect(
      split('a b  c', '"C:\\a b\\c.exe" d', 'a "b c" d', 'a \\\\b \\"c \\\\"d e\\\\"', 'a "b""c d" e', 'a ""', 'a "b'),
    ).toEqual([
      ...[
        ['a', 'b', 'c'],
        ['C:\\a b\\c.exe', 'd'],
        ['a', 'b c', 'd'],
        ['a', '\\\\b', '"c', '\\d e\\'],
      ],
      ...[
        ['a', 'b"c d', 'e'],
        ['a', ''],
        ['a', 'b'],
      ],
    ]));
  test('that is empty has nothing', () => expect(split('')).toEqual([[]]));
});

describe('what a process keeps of its start', () => {
  test('is where 64 and 32 bits have it', () => {
    expect(decode('peb64', struct(0x88, [0x70, 2, 42], [0x78, 8, 0x1234], [0x80, 8, 0x5678]))).toEqual([
      [0x1234, 42, 0x5678],
    ]);
    expect(decode('peb32', struct(0x4c, [0x40, 2, 42], [0x44, 4, 0x1234], [0x48, 4, 0x5678]))).toEqual([
      [0x1234, 42, 0x5678],
    ]);
  });
  test('is an environment, without what the shell keeps there', () =>
    expect(decode('environment', utf16('=C:=C:\\\0A=1\0B=x=y\0A=2\0\0rest=1\0'), utf16('A=1'), utf16(''))).toEqual([
      ...[
        [
          ['A', '1'],
          ['B', 'x=y'],
          ['A', '2'],
        ],
        [['A', '1']],
        [],
      ],
    ]));
  test('is a folder without the stroke at its end, but for a root', () =>
    expect(decode('folder', utf16('C:\\a\\'), utf16('C:\\'))).toEqual(['C:\\a', 'C:\\']));
});

describe('handles', () => {
  const own = (handle: number, access: number) => struct(40, [0, 8, handle], [24, 4, access]);
  const anyones = (pid: number, handle: number, access: number) =>
    struct(40, [8, 8, pid], [16, 8, handle], [24, 4, access]);
  test('of one process are all of them', () =>
    expect(
      decode(
        'handles',
        Buffer.concat([struct(16, [0, 8, 5]), own(4, 1), own(8, 2), own(12, 4), own(16, 3), own(20, 0)]),
      )[0],
    ).toEqual([
      ...[
        ['r', 4],
        ['w', 8],
        ['a', 12],
        ['r+', 16],
        [null, 20],
      ].map(([mode, handle]) => ({ pid: 7, handle, mode })),
    ]));
  test('of everybody are those of the one that is asked about', () =>
    expect(decode('allhandles', Buffer.concat([struct(16, [0, 8, 2]), anyones(7, 4, 1), anyones(8, 4, 1)]))[0]).toEqual(
      [{ pid: 7, handle: 4, mode: 'r' }],
    ));
  test('that are fewer than they say are none', () =>
    expect(decode('handles', Buffer.concat([struct(16, [0, 8, 2n ** 60n]), own(4, 1)]), Buffer.alloc(3))).toEqual([
      null,
      null,
    ]));
});

test('a working set is unique as far as nobody shares it', () => {
  const page = (shared: number, count: number): [number, number] => [shared, count];
  const pages = [page(0, 0), page(1, 1), page(1, 2), page(1, 7)];
  const entries = pages.map(([shared, count], index) =>
    struct(8, [0, 8, (index << 12) | (shared << 8) | (count << 5)]),
  );
  expect(decode('unique', Buffer.concat([struct(8, [0, 8, 4]), ...entries]), struct(8, [0, 8, 1]))).toEqual([
    8192,
    null,
  ]);
});

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
    expect(decode('cpus', Buffer.concat([cpu, cpu, cpu.subarray(0, 47)]))[0]).toEqual([expected, expected]);
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

import { describe, expect, test } from 'vitest';
import { ProcessStatusValues } from '../../native/index.ts';
import { STATUSES } from '../../native/row.ts';
import { BASE, type Decoded, decode, type Field, struct, utf16 } from '../support/decoding.ts';

// Processes, as the decoders of Windows see them.

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
  test('tells the idle process and that of the system from programs: they were there before the clock was', () =>
    expect(processes.map(({ pid, isKernel, started }: Decoded) => [pid, isKernel, started])).toEqual([
      ...[
        [0, 1, 0],
        [4, 1, 0],
        [400, 0, 50],
      ],
      ...[
        [500, 0, 50],
        [600, 0, 50],
        [700, 0, 50],
      ],
    ]));
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

describe('what went wrong', () => {
  const meanings = (decoder: string, ...errors: number[]): string[] =>
    decode(decoder, struct(errors.length * 4, ...errors.map((error, at): Field => [at * 4, 4, error])))[0].map(
      (status: number) => STATUSES[status],
    );
  test.each([
    ['DENIED', [5, 299, 1314], [0xc0000022, 0xc0000061, 0x8000000d]],
    ['GONE', [6, 87], [0xc0000008, 0xc000000b, 0xc000010a]],
    ['ABSENT', [2, 3, 21, 1168], [0xc0000225]],
    ['UNSUPPORTED', [1, 50, 120, 127], [0xc0000002, 0xc0000003, 0xc00000bb]],
    ['FAILED', [8, 12345], [0xc0000001, 0xc0000005]],
    ['OK', [0], [0, 0x103]],
  ])('is %s, of Win32 and of the kernel', (status, errors, statuses) => {
    expect(meanings('errors', ...errors)).toEqual(errors.map(() => status));
    expect(meanings('statuses', ...statuses)).toEqual(statuses.map(() => status));
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
  const [line, folder] = [utf16('"C:\\a b\\c.exe" -x'), utf16('C:\\a b\\')];
  const found = { commandLine: '"C:\\a b\\c.exe" -x', folder: 'C:\\a b\\' };
  /** A block of 64 bytes that leads to the parameters, behind which the texts stand. */
  const memory = (parameters: Buffer, ...pointer: Field) =>
    Buffer.concat([struct(64, pointer), parameters, line, folder]);
  const at = BASE + 64;

  test('is where a process of 64 bits has it', () => {
    const parameters = struct(
      0x88,
      ...([
        [0x38, 2, folder.length],
        [0x40, 8, at + 0x88 + line.length],
      ] as const),
      ...([
        [0x70, 2, line.length],
        [0x78, 8, at + 0x88],
        [0x80, 8, 0x7ff612345678n],
      ] as const),
    );
    const [all] = decode('peb64', memory(parameters, 0x20, 8, at));
    expect(all).toEqual({ ...found, environment: 0x7ff612345678 });
  });
  test('is where one of 32 bits has it, which a gateway of 64 bits reads', () => {
    const parameters = struct(
      0x4c,
      // What stands behind a pointer of four bytes is no part of it.
      ...([
        [0x24, 2, folder.length],
        [0x28, 4, at + 0x4c + line.length],
        [0x2c, 4, 0xdeadbeef],
      ] as const),
      ...([
        [0x40, 2, line.length],
        [0x44, 4, at + 0x4c],
        [0x48, 4, 0xfffe0000],
      ] as const),
    );
    const [all] = decode('peb32', memory(parameters, 0x10, 4, at));
    expect(all).toEqual({ ...found, environment: 0xfffe0000 });
  });
  test('is nothing where it cannot be read', () =>
    expect(decode('peb64', Buffer.alloc(8))).toEqual([{ commandLine: '', folder: '', environment: 0 }]));
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

import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type NetworkRow, networkTable, type Source, type SystemRow } from '../../native/index.ts';
import { ask, gapLines } from '../support/operation.ts';
import { ALL, maskOf, ownSources, readRows, readSystem, statusOf, withHost } from '../support/reading.ts';
import { dir, type Tree } from '../support/tree.ts';

// The readers of files, which serve foreign roots, and the rule that counters never run backwards.

const HEADINGS =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier comp\n';

const line = (name: string, ...counts: number[]): string =>
  `${name}:${Array.from({ length: 16 }, (_, index) => counts[index] ?? 0).join(' ')}\n`;

const everything = maskOf(networkTable, ownSources(networkTable));
const read = (source: Source, names: string[] = ownSources(networkTable)): Promise<NetworkRow[]> =>
  readRows(source, networkTable, maskOf(networkTable, names), ALL);
/** The same counts, whenever they were read. */
const atAnyTime = (row: NetworkRow) => ({ ...row, ioClock: expect.any(Number) });
const of = (tree: Tree): Promise<NetworkRow[]> => withHost(tree, (source) => read(source));
const dev = (...lines: string[]): Tree => ({ 'net/dev': HEADINGS + lines.join('') });

test('a line of /proc/net/dev is what an interface counted', async () => {
  const [row] = await of(dev(line('  eth0', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)));
  expect(row).toMatchObject({
    ...{ name: 'eth0', ioBytesReceived: 1, ioPacketsReceived: 2, ioErrorsIn: 3, ioDropsIn: 4 },
    ...{ ioBytesSent: 9, ioPacketsSent: 10, ioErrorsOut: 11, ioDropsOut: 12 },
  });
});

describe('pitfall 6: a name in /proc/net/dev', () => {
  test.each(['eth0', 'eth0:1', 'a:b:c', 'wlan-0.17@x'])('may be %s, with nothing after its colon', async (name) =>
    expect((await of(dev(line(name, 77)))).map((row) => [row.name, row.ioBytesReceived])).toEqual([[name, 77]]),
  );
});

describe('damage', () => {
  test('a file cut at any byte is none, or that of fewer interfaces', async () => {
    const bytes = Buffer.from(HEADINGS + line('lo', 1) + line('eth0', 23, 45));
    await withHost({ 'net/dev': bytes }, async (host, root) => {
      const whole = await read(host);
      expect(whole.map(({ name }) => name)).toEqual(['lo', 'eth0']);
      for (let length = 0; length < bytes.length; length++) {
        writeFileSync(`${root}/net/dev`, bytes.subarray(0, length));
        const rows = await read(host).catch(() => []);
        expect([length, rows]).toEqual([length, whole.slice(0, rows.length).map(atAnyTime)]);
      }
    });
  });
  test.each([
    ['empty', ''],
    ['a folder', dir()],
    ['of fewer columns', `${HEADINGS}eth0: 1 2 3\n`],
    ['of a number past 64 bits', HEADINGS + line('eth0').replace('0 0', '99999999999999999999 0')],
    ['of no name', HEADINGS + line('')],
  ])('a file that is %s is none', async (_, file) => {
    await withHost({ 'net/dev': file }, async (source) => {
      await expect(read(source)).rejects.toThrow('cannot list the network interfaces');
      const [row] = await readRows(source, networkTable, everything, { keys: [1] });
      expect(row!.have).toBe(0);
    });
  });
});

describe('what /sys/class/net adds', () => {
  const eth0 = (files: Record<string, string>): Tree => ({
    ...dev(line('eth0')),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`class/net/eth0/${name}`, text])),
  });
  const UP = { ifindex: '7\n', mtu: '9000\n', flags: '0x1003\n', operstate: 'up\n' };

  test('number, size, flags and state', async () =>
    expect((await of(eth0(UP)))[0]).toMatchObject({
      ...{ key: 7, mtu: 9000, isUp: true, flags: ['up', 'broadcast', 'running', 'multicast'] },
    }));
  test('what is up is not up for that: something must be at the other end', async () =>
    expect((await of(eth0({ ...UP, operstate: 'down\n' })))[0]).toMatchObject({
      isUp: false,
      flags: expect.not.arrayContaining(['running']),
    }));
  test('without flags nothing is known of them', async () =>
    expect((await of(eth0({ mtu: '1500\n' })))[0]).toMatchObject({ key: 1, mtu: 1500, isUp: null, flags: null }));
  test.each([
    ['10000\n', 'full\n', 10_000, 'FULL'],
    ['100\n', 'half\n', 100, 'HALF'],
    // More than 4.29 Gb/s in bits would not fit in 32 of them.
    ['400000\n', 'full\n', 400_000, 'FULL'],
    // #2095: at 100 Gb/s, and in megabits past 16 bits of them.
    ['100000\n', 'full\n', 100_000, 'FULL'],
    ['-1\n', 'unknown\n', null, 'UNKNOWN'],
    ['4294967295\n', 'unknown\n', null, 'UNKNOWN'],
    ['65535\n', '', 65_535, 'UNKNOWN'],
    ['', 'full\n', null, 'FULL'],
  ])('pitfall 27: a speed of %j and a duplex of %j', async (speed, duplex, speedMbps, expected) =>
    expect((await of(eth0({ speed, duplex })))[0]).toMatchObject({ speedMbps, duplex: expected }),
  );
  test('addresses are not among it, and an interface that has to have them is none', () =>
    withHost(eth0(UP), async (source) => {
      const query = `{ system {
        a: networkInterfaces { name mtu gaps { field } } b: networkInterfaces { addresses { address } }
      } }`;
      expect((await ask(source, query)).system).toEqual({ a: [{ name: 'eth0', mtu: 9000, gaps: [] }], b: [] });
    }));
});

test('the interfaces of a foreign root are those of its first process', () =>
  withHost({ '1/net/dev': HEADINGS + line('eth9') }, async (source) =>
    expect((await read(source)).map(({ name }) => name)).toEqual(['eth9']),
  ));

test('an interface that is not there is gone', () =>
  withHost(dev(line('lo')), async (source) => {
    const [lo, none] = await readRows(source, networkTable, everything, { keys: [1, 99] });
    expect(['link', 'io', 'ethtool'].map((name) => statusOf(networkTable, lo!, name))).toEqual(['OK', 'OK', 'OK']);
    expect(['link', 'io', 'ethtool'].map((name) => statusOf(networkTable, none!, name))).toEqual([
      'GONE',
      'GONE',
      'GONE',
    ]);
  }));

test('the system counts all of them together', () =>
  withHost(dev(line('lo', 1, 10), line('eth0', 2, 20)), async (source) => {
    const { network } = (await ask(source, '{ system { network { bytesReceived packetsReceived bytesSent } } }'))
      .system;
    expect(network).toEqual({ bytesReceived: 3, packetsReceived: 30, bytesSent: 0 });
  }));

test('without interfaces that can be read the system has a gap', () =>
  withHost({ 'net/dev': 'nonsense\n' }, async (source) => {
    const { network, gaps } = (await ask(source, '{ system { network { bytesSent } gaps { field reason } } }')).system;
    expect([network, gapLines(gaps)]).toEqual([null, ['network MALFORMED']]);
  }));

// psutil's nowrap: what is remembered is the host's, so that however many ask, all see one line that only rises.
test('interfaces that cannot be listed are a gap, and the rest stands', () =>
  withHost({ stat: '', uptime: '5.00 1.00\n' }, async (source) => {
    const { system } = await ask(source, '{ system { uptime networkInterfaces { name } gaps { field reason } } }');
    const gaps = [{ field: 'networkInterfaces', reason: 'NOT_SUPPORTED' }];
    expect(system).toEqual({ uptime: 5, networkInterfaces: null, gaps });
  }));

describe('pitfall 23: a counter that runs backwards', () => {
  const counting = (use: (count: (...lines: string[]) => Promise<number[]>, source: Source) => Promise<void>) =>
    withHost(dev(), (source, root) =>
      use(async (...lines) => {
        writeFileSync(`${root}/net/dev`, HEADINGS + lines.join(''));
        return (await read(source, ['io'])).map((row) => row.ioBytesReceived!);
      }, source),
    );

  test('goes on from where it was, again and again', () =>
    counting(async (count) => {
      const seen = [];
      for (const value of [100, 150, 10, 20, 5, 5]) seen.push(...(await count(line('eth0', value))));
      expect(seen).toEqual([100, 150, 160, 170, 175, 175]);
    }));
  test('does so each for itself, and column for column', () =>
    counting(async (count) => {
      await count(line('eth0', 100), line('eth1', 100));
      expect(await count(line('eth0', 1), line('eth1', 101))).toEqual([101, 101]);
    }));
  test('starts anew once its interface was gone', () =>
    counting(async (count) => {
      await count(line('eth0', 100), line('eth1', 100));
      await count(line('eth0', 101));
      expect(await count(line('eth0', 102), line('eth1', 7))).toEqual([102, 7]);
    }));
  test('is the same for whoever asks, and in the sum', () =>
    counting(async (count, source) => {
      await count(line('eth0', 100), line('eth1', 5));
      expect((await readSystem(source, ['network'])).networkBytesReceived).toBe(105);
      await count(line('eth0', 1), line('eth1', 6));
      const answers: SystemRow[] = await Promise.all([1, 2, 3].map(() => readSystem(source, ['network'])));
      expect(answers.map((row) => row.networkBytesReceived)).toEqual([107, 107, 107]);
    }));
  test('is judged in the order it was read in, however many read at once', () =>
    withHost(dev(line('eth0', 1)), async (source, root) => {
      let value = 1;
      for (let round = 0; round < 50; round++) {
        const reads = Array.from({ length: 8 }, () => read(source, ['io']));
        // Replaced as a whole: a reader sees the old file or the new one.
        writeFileSync(`${root}/new`, HEADINGS + line('eth0', ++value));
        renameSync(`${root}/new`, `${root}/net/dev`);
        const counts = (await Promise.all(reads)).map(([row]) => row!.ioBytesReceived!);
        expect(Math.max(...counts)).toBeLessThanOrEqual(value);
      }
    }));
});

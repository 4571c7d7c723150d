import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { program } from '../support/program.ts';

// Netlink messages are parsed by pure functions on bytes; here they get some, whole and damaged.

const parsers = () =>
  program(
    'netlink',
    [
      'test/support/netlink.cc',
      ...['address_text', 'connection_diag_text', 'connection_text', 'event_text', 'netlink_text', 'network_text'].map(
        (name) => `native/src/linux/${name}.cc`,
      ),
    ],
    ['-Inative/src', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  );

// biome-ignore lint/suspicious/noExplicitAny: each parser has columns of its own
type Parsed = any;

/** What a parser makes of each of these. */
function parse(parser: string, ...all: Uint8Array[]): Parsed[] {
  const input = all.map((bytes) => `${parser} ${Buffer.from(bytes).toString('hex')}\n`).join('');
  const { stdout, stderr, status } = spawnSync(parsers(), { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const u8 = (...bytes: number[]): Buffer => Buffer.from(bytes);
const u16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (...values: number[]): Buffer => Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer);
const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const attribute = (type: number, value: Uint8Array): Buffer =>
  padded(Buffer.concat([u16(4 + value.length), u16(type), value]));
const message = (type: number, body: Uint8Array): Buffer =>
  padded(Buffer.concat([u32(16 + body.length), u16(type), u16(2), u32(1, 0), body]));

const IFF_UP_BROADCAST = 0x3;
const stats = u64(...Array.from({ length: 24 }, (_, index) => index + 1));
const link = (hardware: Uint8Array, ...more: Buffer[]): Buffer =>
  Buffer.concat([
    ...[u8(0, 0), u16(1), u32(7, IFF_UP_BROADCAST, 0), attribute(3, Buffer.from('eth0\0')), attribute(4, u32(1500))],
    ...[attribute(1, hardware), attribute(2, Buffer.alloc(hardware.length, 0xff)), attribute(23, stats), ...more],
  ]);
const MAC = u8(0, 0x1b, 0x21, 0xab, 0xcd, 0xef);
const INFINIBAND = Buffer.from(Array.from({ length: 20 }, (_, index) => index * 13));

describe('RTM_NEWLINK', () => {
  test('is an interface', () =>
    expect(parse('link', link(MAC))[0]).toEqual({
      ...{ index: 7, name: 'eth0', flags: 3, mtu: 1500, hardware: '00:1b:21:ab:cd:ef', broadcast: 'ff:ff:ff:ff:ff:ff' },
      // What there was no room for was thrown away too, as /proc/net/dev has it.
      ...{ bytesSent: 4, bytesReceived: 3, dropsIn: 7 + 16 },
    }));
  test('has hardware addresses of 20 bytes, as InfiniBand has', () =>
    expect(parse('link', link(INFINIBAND))[0].hardware).toBe(INFINIBAND.toString('hex').match(/../g)!.join(':')));
  test('has hardware addresses that are shorter, filled up, and none', () =>
    expect(parse('link', link(u8(10, 0, 0, 1)), link(u8())).map(({ hardware }) => hardware)).toEqual([
      '0a:00:00:01:00:00',
      '',
    ]));
  test('of an older kernel counts less, and of a newer one more', () => {
    const counted = (count: number) =>
      Buffer.concat([
        u8(0, 0),
        u16(1),
        u32(7, 3, 0),
        attribute(3, Buffer.from('x\0')),
        attribute(23, stats.subarray(0, 8 * count)),
      ]);
    const newer = Buffer.concat([
      u8(0, 0),
      u16(1),
      u32(7, 3, 0),
      attribute(3, Buffer.from('x\0')),
      attribute(23, Buffer.concat([stats, stats])),
    ]);
    expect(parse('link', counted(23), counted(15), newer).map(({ bytesSent }) => bytesSent)).toEqual([4, null, 4]);
  });
});

test('RTM_NEWSTATS is a number and what it counts', () => {
  const body = Buffer.concat([u8(0, 0), u16(0), u32(7, 1), attribute(1, stats)]);
  expect(parse('stats', body)[0]).toMatchObject({ index: 7, bytesSent: 4, bytesReceived: 3, dropsIn: 23 });
  expect(parse('stats', body.subarray(0, 12))).toEqual([null]);
});

const INET = 2;
const INET6 = 10;
const address = (family: number, prefix: number, scope: number, ...attributes: Buffer[]): Buffer =>
  Buffer.concat([u8(family, prefix, 0, scope), u32(7), ...attributes]);
const ip = (...bytes: number[]): Buffer => u8(...bytes);
const fe80 = u8(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

describe('RTM_NEWADDR', () => {
  const local = attribute(2, ip(10, 0, 0, 1));
  const same = attribute(1, ip(10, 0, 0, 1));
  const other = attribute(1, ip(10, 0, 0, 2));
  const broadcast = attribute(4, ip(10, 0, 0, 255));

  test('is an address', () =>
    expect(parse('address', address(INET, 24, 0, same, local, broadcast))[0]).toEqual({
      ...{ index: 7, address: '10.0.0.1', netmask: '255.255.255.0', prefixLength: 24, broadcast: '10.0.0.255' },
      ...{ peer: '', scope: 'global', isOfLink: 0 },
    }));
  test('of a line between two has the other one as its peer', () =>
    expect(parse('address', address(INET, 30, 0, other, local))[0]).toMatchObject({
      ...{ address: '10.0.0.1', peer: '10.0.0.2', broadcast: '', netmask: '255.255.255.252' },
    }));
  test('of a network of one host has no broadcast', () =>
    expect(parse('address', address(INET, 32, 0, same, local, broadcast))[0].broadcast).toBe(''));
  test('of a link needs the name of the link', () =>
    expect(parse('address', address(INET6, 64, 253, attribute(1, fe80)))[0]).toMatchObject({
      ...{ address: 'fe80::1', netmask: 'ffff:ffff:ffff:ffff::', scope: 'link', isOfLink: 1 },
    }));
  test.each([
    [0, 'global'],
    [200, 'site'],
    [253, 'link'],
    [254, 'host'],
    [255, 'nowhere'],
    [77, '77'],
  ])('%i is %s', (scope, name) => expect(parse('address', address(INET, 8, scope, same))[0].scope).toBe(name));
  test('with a longer prefix than there are bits has all of them', () =>
    expect(parse('address', address(INET, 255, 0, same))[0].netmask).toBe('255.255.255.255'));
  test('of another family is none of ours', () => expect(parse('address', address(28, 8, 0, same))).toEqual([null]));
});

/** inet_diag_msg. */
const inet = (family: number, source: Uint8Array, target: Uint8Array, state = 1, inode = 99): Buffer =>
  Buffer.concat([
    ...[u8(family, state, 0, 0), u8(0x1f, 0x90), u8(0xc3, 0x50), pad16(source), pad16(target), u32(0, 5, 1)],
    ...[u32(0, 11, 22, 1000, inode)],
  ]);
const pad16 = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(16 - bytes.length)]);
const mapped = u8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4);

describe('sock_diag about TCP', () => {
  test('is a socket', () =>
    expect(parse('inet4', inet(INET, ip(127, 0, 0, 1), ip(127, 0, 0, 2)))[0]).toMatchObject({
      ...{ localAddress: '127.0.0.1', localPort: 8080, remoteAddress: '127.0.0.2', remotePort: 50_000, inode: 99 },
      ...{ uid: 1000, receiveQueue: 11, sendQueue: 22, cookie: 5 + 2 ** 32, status: 0 },
    }));
  test('shows an IPv4 address on an IPv6 socket as what it is', () =>
    expect(parse('inet6', inet(INET6, mapped, fe80))[0]).toMatchObject({
      ...{ localAddress: '::ffff:1.2.3.4', remoteAddress: 'fe80::1' },
    }));
  test('of a state no kernel has yet is unknown', () =>
    expect(parse('inet4', inet(INET, ip(1, 1, 1, 1), ip(1, 1, 1, 1), 77))[0].status).toBe(15));
  test('of a socket without an inode has no user', () =>
    expect(parse('inet4', inet(INET, ip(1, 1, 1, 1), ip(1, 1, 1, 1), 6, 0))[0].uid).toBeNull());
});

describe('sock_diag about raw sockets', () => {
  test('has the protocol as the port, and no state', () => {
    const [four] = parse('rawinet4', inet(INET, ip(127, 0, 0, 1), ip(127, 0, 0, 2), 7));
    const [tcp] = parse('inet4', inet(INET, ip(127, 0, 0, 1), ip(127, 0, 0, 2), 7));
    expect(four).toMatchObject({ localAddress: '127.0.0.1', localPort: 8080, inode: 99, uid: 1000, sendQueue: 22 });
    expect([four.type === tcp.type, four.status === tcp.status]).toEqual([false, false]);
  });
  test('over IPv6 has its addresses', () =>
    expect(parse('rawinet6', inet(INET6, mapped, fe80, 7))[0]).toMatchObject({
      ...{ localAddress: '::ffff:1.2.3.4', remoteAddress: 'fe80::1' },
    }));
});

const unix = (...attributes: Buffer[]): Buffer => Buffer.concat([u8(1, 5, 1, 0), u32(99, 5, 1), ...attributes]);
const name = (path: string): Buffer => attribute(0, Buffer.from(path));

describe('sock_diag about UNIX sockets', () => {
  test('is a socket', () =>
    expect(
      parse(
        'unix',
        unix(name('/run/a b\n c\0'), attribute(2, u32(100)), attribute(4, u32(1, 2)), attribute(7, u32(1000))),
      )[0],
    ).toMatchObject({
      ...{ inode: 99, type: 2, path: '/run/a b\n c', peerInode: 100, receiveQueue: 1, sendQueue: 2, uid: 1000 },
    }));
  test('defect 10.6: an abstract name may hold NULs, and blanks', () =>
    expect(parse('unix', unix(name('\0a\0b c\0')), unix(name('\0')), unix()).map(({ path }) => path)).toEqual([
      '@a@b c@',
      '@',
      null,
    ]));
  test('that is not connected has no peer', () => expect(parse('unix', unix())[0].peerInode).toBe(0));
});

describe('pitfall 10: where the words of an address are of a machine of the other order', () => {
  const line = (end: string) =>
    Buffer.from(`  0: ${end}:0050 ${'0'.repeat(end.length)}:0000 0A 00000000:00000000 00:00000000 00000000  0 0 7 1`);
  test('IPv4', () => {
    expect(parse('big4', line('7F000001'))[0].localAddress).toBe('127.0.0.1');
    expect(parse('little4', line('0100007F'))[0].localAddress).toBe('127.0.0.1');
  });
  test('IPv6, word by word', () => {
    expect(parse('big6', line('20010DB8000000000000000000000001'))[0].localAddress).toBe('2001:db8::1');
    expect(parse('little6', line('B80D0120000000000000000001000000'))[0].localAddress).toBe('2001:db8::1');
  });
});

describe('damage', () => {
  const whole: [parser: string, bytes: Buffer][] = [
    ['link', link(INFINIBAND)],
    ['stats', Buffer.concat([u8(0, 0), u16(0), u32(7, 1), attribute(1, stats)])],
    [
      'address',
      address(INET, 24, 0, attribute(1, ip(1, 2, 3, 4)), attribute(2, ip(1, 2, 3, 5)), attribute(4, ip(1, 2, 3, 6))),
    ],
    ['inet4', inet(INET, ip(127, 0, 0, 1), ip(127, 0, 0, 2))],
    ['inet6', inet(INET6, mapped, fe80)],
    ['rawinet4', inet(INET, ip(127, 0, 0, 1), ip(127, 0, 0, 2))],
    ['unix', unix(name('/run/a\0'), attribute(2, u32(100)), attribute(4, u32(1, 2)), attribute(7, u32(1000)))],
    ['messages', Buffer.concat([message(16, attribute(1, MAC)), message(16, attribute(2, MAC)), message(3, u32(0))])],
  ];
  const cuts = (bytes: Buffer) => Array.from(bytes, (_, length) => bytes.subarray(0, length));

  test.each(whole)('%s cut at any byte is none, or has less in it, and nothing else', (parser, bytes) => {
    const [truth, ...rows] = parse(parser, bytes, ...cuts(bytes));
    expect(Object.values(truth as object).filter((value) => value !== null && value !== '').length).toBeGreaterThan(1);
    const peer = parser === 'address' ? ['address', 'peer'] : [];
    for (const [length, row] of rows.entries()) {
      for (const [key, value] of Object.entries(row ?? {})) {
        // A cut between the two attributes an address may stand in leaves the other one.
        if (peer.includes(key) || value === null || value === '' || value === 0) continue;
        const isLess = parser === 'messages' ? (value as number) <= truth[key] : value === truth[key];
        expect([length, key, value, isLess]).toEqual([length, key, value, true]);
      }
    }
  });

  // Any byte as any of a few others: the answer may be wrong, but there is one, and no memory but theirs is read.
  test.each(whole)('%s with any byte replaced is read within its bounds', (parser, bytes) => {
    const damaged = Array.from(bytes, (_, at) =>
      [0, 1, 4, 0x7f, 0x80, 0xff].map((value) =>
        Buffer.from(bytes.map((byte, index) => (index === at ? value : byte))),
      ),
    ).flat();
    expect(parse(parser, ...damaged)).toHaveLength(bytes.length * 6);
  });
});

describe('the process connector', () => {
  /** What one of its messages tells: the numbers of an event after what it is, the CPU and the time. */
  const told = (what: number, ...numbers: number[]): Buffer =>
    Buffer.concat([u32(1, 1, 77, 9), u16(16 + 4 * numbers.length), u16(0), u32(what, 3), u64(5e9), u32(...numbers)]);
  const plain = { cpu: 3, sequence: 77, question: 9, nanoseconds: 5e9, parent: 0, code: 0 };

  test('tells of starts, programs, ends and answers', () =>
    expect(
      parse('event', told(1, 11, 10, 21, 20), told(2, 7, 7), told(0x80000000, 7, 6, 256, 17, 1, 1), told(0, 1)),
    ).toEqual([
      { ...plain, what: 2, thread: 21, process: 20, parent: 10 },
      { ...plain, what: 3, thread: 7, process: 7 },
      { ...plain, what: 4, thread: 7, process: 6, code: 256 },
      { ...plain, what: 1, thread: 0, process: 0, code: 1 },
    ]));
  test('tells of other things too, which are let pass', () =>
    expect(parse('event', told(0x200, 7, 7, 1, 2, 3, 4))).toEqual([{ ...plain, what: 5, thread: 7, process: 7 }]));
  test('is not what comes from elsewhere', () => {
    const other = told(2, 7, 7);
    other.writeUInt32LE(2, 0);
    expect(parse('event', other, u32(1, 1))).toEqual([null, null]);
  });
  test('may be cut anywhere', () => {
    const whole = told(1, 11, 10, 21, 20);
    const cut = parse('event', ...Array.from(whole.keys(), (length) => whole.subarray(0, length)));
    expect(cut.filter((event) => event?.parent === 10 && event.process === 20)).toEqual([]);
  });
});

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { type ConnectionRow, connectionTable, openLocal, ownerTable, type Source } from '../../native/index.ts';
import { type Answer, ask, gapLines } from '../support/operation.ts';
import { maskOf, ownSources, readRows, statLine, withHost } from '../support/reading.ts';
import { scripted } from '../support/scripted.ts';
import { dir, link, type Tree } from '../support/tree.ts';

// The readers of /proc/net, which serve foreign roots, and kernels that do not speak sock_diag.

const TCP = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const UNIX = 'Num       RefCount Protocol Flags    Type St Inode Path\n';

const tcp = (local: string, remote: string, state = '01', inode = 55): string =>
  `   0: ${local} ${remote} ${state} 00000003:00000005 00:00000000 00000000  1000  0 ${inode} 1 ${'0'.repeat(16)}\n`;

const unix = (inode: number, path?: string | Uint8Array, type = '0001'): Uint8Array =>
  Buffer.concat([
    Buffer.from(`0000000000000000: 00000002 00000000 00010000 ${type} 01 ${String(inode).padStart(5)}`),
    path === undefined ? Buffer.of() : Buffer.concat([Buffer.from(' '), Buffer.from(path)]),
    Buffer.from('\n'),
  ]);

const mask = maskOf(connectionTable, ownSources(connectionTable));
const read = (source: Source, protocols = [0, 1, 2, 3, 4, 5, 6]): Promise<ConnectionRow[]> =>
  readRows(source, connectionTable, mask, { keys: protocols });
const of = (tree: Tree, protocols?: number[]): Promise<ConnectionRow[]> =>
  withHost(tree, (source) => read(source, protocols));
const paths = async (...lines: Uint8Array[]): Promise<(string | null)[]> =>
  (await of({ 'net/unix': Buffer.concat([Buffer.from(UNIX), ...lines]) })).map(({ path }) => path);

const isLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

describe.runIf(isLittle)('a line of /proc/net/tcp', () => {
  test('is a socket', async () => {
    const [row] = await of({ 'net/tcp': TCP + tcp('0100007F:1F90', 'C8FF0A40:C350') });
    expect(row).toMatchObject({
      ...{ family: 'INET', type: 'STREAM', status: 'ESTABLISHED', localAddress: '127.0.0.1', localPort: 8080 },
      ...{ remoteAddress: '64.10.255.200', remotePort: 50_000, uid: 1000, receiveQueue: 5, sendQueue: 3, inode: 55 },
    });
  });
  test('without a port at an end has no such end', async () => {
    const [row] = await of({ 'net/tcp': TCP + tcp('00000000:1F90', '00000000:0000', '0A') });
    expect([row!.status, row!.localAddress, row!.remoteAddress, row!.remotePort]).toEqual([
      ...['LISTEN', '0.0.0.0', null, null],
    ]);
  });
  test('has every state there is', async () => {
    const states = Array.from({ length: 13 }, (_, state) =>
      tcp('0100007F:0001', '0100007F:0002', `0${(state + 1).toString(16).toUpperCase()}`),
    );
    expect((await of({ 'net/tcp': TCP + states.join('') })).map(({ status }) => status)).toEqual([
      ...['ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT'],
      ...['LAST_ACK', 'LISTEN', 'CLOSING', 'SYN_RECV', 'UNKNOWN'],
    ]);
  });
  test('of a socket that no descriptor is of any more belongs to nobody', async () => {
    const [row] = await of({ 'net/tcp': TCP + tcp('0100007F:0001', '0100007F:0002', '06', 0) });
    expect([row!.status, row!.uid]).toEqual(['TIME_WAIT', null]);
  });
  test('of UDP has no state', async () => {
    const [row] = await of({ 'net/udp': TCP + tcp('00000000:0035', '00000000:0000', '07') });
    expect([row!.type, row!.status]).toEqual(['DGRAM', 'NONE']);
  });
  test('of a raw socket has the protocol as its port', async () => {
    const [four, six] = await of({
      'net/raw': TCP + tcp('00000000:0001', '00000000:0000', '07'),
      'net/raw6': TCP + tcp(`${'0'.repeat(32)}:003A`, `${'0'.repeat(32)}:0000`, '07'),
    });
    const raw = { type: 'RAW', status: 'NONE', remoteAddress: null };
    expect(four).toMatchObject({ ...raw, family: 'INET', localAddress: '0.0.0.0', localPort: 1 });
    expect(six).toMatchObject({ ...raw, family: 'INET6', localAddress: '::', localPort: 58 });
  });
  test.each([
    ['00000000000000000000000001000000', '::1'],
    ['000080FE00000000FF00FC000100FFFE', 'fe80::fc:ff:feff:1'],
    ['0000000000000000FFFF000004030201', '::ffff:1.2.3.4'],
    ['B80D01200000000067452301EFCDAB89', '2001:db8::123:4567:89ab:cdef'],
  ])('of IPv6 has the address of %s', async (words, address) => {
    const [row] = await of({ 'net/tcp6': TCP + tcp(`${words}:0016`, `${'0'.repeat(32)}:0000`, '0A') });
    expect([row!.family, row!.localAddress]).toEqual(['INET6', address]);
  });
});

// A page has no place to say that a part of it is missing.
test('a protocol that cannot be read makes null of the kinds it is in, and of no other', () =>
  withHost({ 'net/tcp': TCP + tcp('0100007F:0001', '0100007F:0002'), 'net/tcp6': dir() }, async (source) => {
    const page = (kind: string) => ask(source, `{ connections(kind: ${kind}) { totalCount } }`);
    expect(await page('TCP')).toEqual({ connections: null });
    expect(await page('INET4')).toEqual({ connections: { totalCount: 1 } });
  }));

// The whole is read in few pieces, and a line is taken or left.
describe('damage', () => {
  const lines = ['0100007F:0001', '0100007F:0002', '0100007F:0003'].map((end, index) =>
    tcp(end, end, '01', 100 + index),
  );

  test('cut at any byte, it gives the sockets before the cut and no other', async () => {
    const bytes = Buffer.from(TCP + lines.join(''));
    await withHost({ 'net/tcp': bytes }, async (host, root) => {
      const whole = await read(host, [0]);
      expect(whole.map(({ inode }) => inode)).toEqual([100, 101, 102]);
      for (let length = 0; length < bytes.length; length++) {
        writeFileSync(`${root}/net/tcp`, bytes.subarray(0, length));
        const rows = await read(host, [0]);
        expect([length, rows]).toEqual([length, whole.slice(0, rows.length)]);
      }
    });
  });
  test('cut at any byte, /proc/net/unix gives the sockets before the cut and no other', async () => {
    const bytes = Buffer.concat([Buffer.from(UNIX), unix(7, '/run/a b'), unix(8), unix(9, '@x\ny')]);
    await withHost({ 'net/unix': bytes }, async (host, root) => {
      const whole = await read(host, [4]);
      expect(whole.map(({ path }) => path)).toEqual(['/run/a b', null, '@x\ny']);
      // Cut after the line end in the last path it is whole: only netlink tells that apart.
      for (let length = 0; length < bytes.length - 3; length++) {
        writeFileSync(`${root}/net/unix`, bytes.subarray(0, length));
        const rows = await read(host, [4]);
        expect([length, rows.map(({ path }) => path)]).toEqual([length, ['/run/a b', null].slice(0, rows.length)]);
      }
    });
  });
  test.each([
    ['of a line', 'garbage garbage\n'],
    ['of an address', tcp('0100007:0001', '0100007F:0002')],
    ['of letters in it', tcp('0100007G:0001', '0100007F:0002')],
    [
      'of a number past 64 bits',
      tcp('0100007F:0001', '0100007F:0002', '01', 0).replace(/ 0 1 0/, ' 99999999999999999999 1 0'),
    ],
    ['of an empty line', '\n'],
  ])('%s concerns no other line', async (_, line) => {
    const rows = await of({ 'net/tcp': TCP + lines[0]! + line + lines[1]! });
    expect(rows.map(({ inode }) => inode)).toEqual([100, 101]);
  });
  test('a folder in place of a file of one protocol concerns no other one', async () => {
    const rows = await of({ 'net/tcp': dir(), 'net/udp': TCP + lines[0]! });
    expect(rows.map(({ key, have }) => [key, have !== 0])).toEqual([
      [0, false],
      [2, true],
    ]);
  });
});

test('pitfall 7: a file of 100,000 lines is read whole', async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => tcp('0100007F:0001', '0100007F:0002', '01', index + 1));
  const rows = await of({ 'net/tcp': TCP + many.join('') });
  expect([rows.length, rows.at(-1)!.inode]).toEqual([100_000, 100_000]);
});

test('pitfall 10: without IPv6 there are no files of it, and no sockets', async () => {
  const rows = await of({ 'net/tcp': TCP + tcp('0100007F:0001', '0100007F:0002'), 'net/udp': TCP });
  expect(rows.map(({ family }) => family)).toEqual(['INET']);
});

describe('pitfall 6 and defects 10.5 and 10.6: a path of a UNIX socket', () => {
  test('may hold blanks', async () =>
    expect(await paths(unix(7, '/run/my socket  x '))).toEqual(['/run/my socket  x ']));
  test('may hold a line end, after which nothing has to be a line', async () =>
    expect(await paths(unix(7, '/tmp/a\nx y'), unix(8, '/b'))).toEqual(['/tmp/a\nx y', '/b']));
  test('may hold only line ends', async () => expect(await paths(unix(7, '\n\n'), unix(8))).toEqual(['\n\n', null]));
  test('may be abstract, with NULs shown as @', async () =>
    expect(await paths(unix(7, '@/tmp/x@@y'), unix(8, '@'))).toEqual(['@/tmp/x@@y', '@']));
  test('may be anything but text', async () =>
    expect(await paths(unix(7, Buffer.from([0x2f, 0xff, 0x09, 0x1b])), unix(8))).toEqual(['/\\xff\t\x1b', null]));
  test('is none where there is none', async () => expect(await paths(unix(7))).toEqual([null]));
  test('does not follow from what stands before the first line', async () =>
    expect(await paths(Buffer.from('no line\n'), unix(7, '/a'))).toEqual(['/a']));
});

test('a UNIX socket has the type it has, and no state', async () => {
  const lines = ['0001', '0002', '0005', '0003', '0009'].map((type, index) => unix(index + 1, undefined, type));
  const rows = await of({ 'net/unix': Buffer.concat([Buffer.from(UNIX), ...lines]) });
  expect(rows.map(({ type }) => type)).toEqual(['STREAM', 'DGRAM', 'SEQPACKET', 'RAW', 'OTHER']);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['NONE']));
});

describe('a foreign root', () => {
  const socketsOf = (...held: [pid: number, fd: number, inode: number][]): Tree =>
    Object.fromEntries(held.map(([pid, fd, inode]) => [`${pid}/fd/${fd}`, link(`socket:[${inode}]`)]));
  const line = (port: string, inode: number) => TCP + tcp(`0100007F:${port}`, '00000000:0000', '0A', inode);
  const QUERY = `{ connections(kind: TCP) { totalCount nodes {
    local { port } pid owners { pid fd } peer { id } gaps { field reason }
  } } }`;
  const nodes = (tree: Tree): Promise<Answer[]> =>
    withHost(tree, async (source) => (await ask(source, QUERY)).connections.nodes);

  test('is read through its first process, as it has no self', async () =>
    expect((await nodes({ '1/net/tcp': line('0050', 7) })).map(({ local }) => local.port)).toEqual([80]));

  test('defect 10.7: every network namespace of its processes is read, each once', async () => {
    const tree: Tree = {
      ...{ '1/ns/net': link('net:[4026531840]'), '1/net/tcp': line('0001', 7), '1/stat': statLine() },
      ...{ '2/ns/net': link('net:[4026532000]'), '2/net/tcp': line('0002', 8), '2/stat': statLine() },
      ...{ '3/ns/net': link('net:[4026532000]'), '3/net/tcp': line('0003', 9), '3/stat': statLine() },
      ...socketsOf([1, 3, 7], [2, 4, 8], [2, 5, 8], [3, 6, 8]),
    };
    expect((await nodes(tree)).map(({ local, owners }) => [local.port, owners])).toEqual([
      [1, [{ pid: 1, fd: 3 }]],
      [
        2,
        [
          { pid: 2, fd: 4 },
          { pid: 2, fd: 5 },
          { pid: 3, fd: 6 },
        ],
      ],
    ]);
  });
  test('a namespace without files does not fail the rest', async () => {
    const tree: Tree = {
      ...{ '1/ns/net': link('net:[1]'), '2/ns/net': link('net:[2]'), '2/net/tcp': line('0002', 8) },
      ...{ '3/ns/net': link('what is this'), '4/ns/net': dir() },
    };
    expect((await nodes(tree)).map(({ local }) => local.port)).toEqual([2]);
  });
  test('pitfalls 12 and 15: a descriptor that is no link, closed or of something else is no socket', async () => {
    const tree: Tree = {
      ...socketsOf([1, 3, 7]),
      ...{ '1/net/tcp': line('0050', 7), '1/stat': statLine(), '1/fd/4': 'a file', '1/fd/5': link('/etc/passwd') },
      ...{ '1/fd/6': link('socket:[7'), '1/fd/7': link('socket:[x]'), '1/fd/8': link(`/${'x'.repeat(3000)}`) },
      ...{ '1/fd/x': link('socket:[7]'), '1/fd/9': link('pipe:[7]') },
    };
    expect((await nodes(tree))[0].owners).toEqual([{ pid: 1, fd: 3 }]);
  });
  test('what is not told there is a gap, and no end that is none', async () => {
    const tree = { 'net/unix': Buffer.concat([Buffer.from(UNIX), unix(7, '/a')]) };
    await withHost(tree, async (source) => {
      const query =
        '{ connections(kind: UNIX) { nodes { uid path peer { id } sendQueue local { port } gaps { field reason } } } }';
      const [node] = (await ask(source, query)).connections.nodes;
      expect(node).toMatchObject({ uid: null, path: '/a', peer: null, local: null });
      expect(gapLines(node.gaps)).toEqual(['uid NOT_SUPPORTED', 'peer NOT_SUPPORTED', 'sendQueue NOT_SUPPORTED']);
    });
  });
  test('where no protocol can be read there is no page, and where one can there is', () =>
    withHost({ 'net/tcp': dir(), 'net/tcp6': dir(), 'net/udp': TCP }, async (source) => {
      const query = `{
        a: connections(kind: TCP) { totalCount } b: connections(kind: INET) { totalCount }
        c: connections(kind: UDP4) { totalCount }
      }`;
      expect(await ask(source, query)).toEqual({ a: null, b: null, c: { totalCount: 0 } });
    }));
  test('ids are of the addresses and the inode, and find the socket again', () =>
    withHost({ 'net/tcp': TCP + tcp('0100007F:0001', '0100007F:0002') }, async (source, root) => {
      const [{ id }] = (await ask(source, '{ connections { nodes { id } } }')).connections.nodes;
      const find = async () =>
        (await ask(source, `{ node(id: ${JSON.stringify(id)}) { id ... on Connection { local { port } } } }`)).node;
      expect(await find()).toEqual({ id, local: { port: 1 } });
      writeFileSync(`${root}/net/tcp`, readFileSync(`${root}/net/tcp`, 'utf8').replace(' 55 ', ' 56 '));
      expect(await find()).toBeNull();
    }));
});

describe('the connections of a process', () => {
  const tree: Tree = {
    'net/tcp': TCP + tcp('0100007F:0001', '0100007F:0002', '01', 7) + tcp('0100007F:0002', '0100007F:0001', '01', 8),
    ...{
      '5/stat': statLine(),
      '5/fd/3': link('socket:[8]'),
      '5/fd/4': link('socket:[8]'),
      '5/fd/9': link('socket:[99]'),
    },
    ...{ '6/stat': statLine(), '6/fd': dir(), '8/stat': statLine() },
  };
  const QUERY =
    '{ processes { nodes { pid connections { local { port } peer { local { port } } } gaps { field reason } } } }';

  test('are those it holds, each once; a process without a table of descriptors has none', () =>
    withHost(tree, async (source) => {
      const { nodes } = (await ask(source, QUERY)).processes;
      expect(nodes.map(({ pid, connections }: Answer) => [pid, connections])).toEqual([
        [5, [{ local: { port: 2 }, peer: { local: { port: 1 } } }]],
        [6, []],
        [8, null],
      ]);
      expect(gapLines(nodes[2].gaps)).toEqual(['connections NOT_SUPPORTED']);
    }));
  test('are null, and that is explained, where those of a protocol cannot be read; those of others stand', () =>
    withHost({ ...tree, 'net/tcp6': dir() }, async (source) => {
      const [node, none] = (
        await ask(source, '{ processes { nodes { connections { id } gaps { field reason message } } } }')
      ).processes.nodes;
      expect([node.connections, none]).toEqual([null, { connections: [], gaps: [] }]);
      expect(node.gaps).toMatchObject([{ field: 'connections', reason: 'MALFORMED' }]);
      const others = '{ process(pid: 5) { connections(kind: TCP4) { local { port } } gaps { field } } }';
      expect((await ask(source, others)).process).toEqual({ connections: [{ local: { port: 2 } }], gaps: [] });
      const kind =
        '{ process(pid: 5) { gaps { field } a: connections(kind: UNIX) { id } b: connections(kind: TCP) { id } } }';
      expect((await ask(source, kind)).process).toEqual({ gaps: [{ field: 'connections' }], a: [], b: null });
    }));
  test.each([
    '{ processes { nodes { pid connections { owners { pid fd } } } } }',
    '{ connections { nodes { owners { pid fd process { connections { owners { pid fd } } } } } } }',
    '{ process(pid: 5) { connections { owners { pid fd } } } connections { nodes { owners { pid fd } } } }',
  ])('and who holds them take one look at the descriptors of each process: %s', (query) =>
    withHost({ ...tree, '7/stat': statLine(), '7/fd/3': link('socket:[8]') }, async (source) => {
      const looks: number[] = [];
      const noting: Source = {
        ...source,
        async read(table, mask, keys, signal) {
          const batch = await source.read(table, mask, keys, signal);
          if (table === ownerTable) looks.push(batch.reads[0]!);
          return batch;
        },
      };
      const owners = [5, 5, 7].map((pid, index) => ({ pid, fd: [3, 4, 3][index] }));
      expect(JSON.stringify(await ask(noting, query))).toContain(JSON.stringify(owners));
      // Both executors ran it. What has no descriptors at all says so to whoever asks for it.
      expect(looks.reduce((sum, each) => sum + each, 0) / 2).toBeLessThanOrEqual(4);
    }),
  );
  test('pitfall 12: of one that has ended are not an empty list', () =>
    withHost({ ...tree, '7/stat': statLine(), '7/fd/3': link('socket:[7]') }, async (source, root) => {
      rmSync(`${root}/7`, { recursive: true });
      expect(await ask(source, '{ process(pid: 7) { connections { id } } }')).toEqual({ process: null });
    }));
});

test('many that are asked for by id are looked for once', async () => {
  const socket = { key: 0, family: 'INET', type: 'STREAM', status: 'LISTEN', localAddress: '::1' };
  const source = scripted({ connection: Array.from({ length: 2000 }, (_, port) => ({ ...socket, localPort: port })) });
  const { connections } = await ask(source, '{ connections(kind: TCP4) { nodes { id } } }');
  const ids = connections.nodes.map(({ id }: Answer) => id).reverse();
  const msFor = async (asked: readonly string[]): Promise<number> => {
    const began = performance.now();
    const { nodes } = await ask(source, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      variables: { ids: asked },
    });
    expect(nodes.map(({ id }: Answer) => id)).toEqual(asked);
    return performance.now() - began;
  };
  /** Whatever else the machine does, it does not do each time. */
  const leastFor = async (count: number): Promise<number> => {
    const times: number[] = [];
    for (let time = 0; time < 7; time++) times.push(await msFor(ids.slice(0, count)));
    return Math.min(...times);
  };
  // Looked for one by one, three hundred took forty times as long as one.
  expect((await leastFor(300)) / (await leastFor(1))).toBeLessThan(15);
});

test('of what was written where it was read nothing is read again', async () => {
  const { read, tell, ...host } = await openLocal();
  const source: Source = { ...host, read: () => Promise.reject(new Error('read again')), tell: tell! };
  const { connection } = createLoaders(source);
  const every = maskOf(connectionTable, connectionTable.sources);
  const told = await connection.tell(['TCP4', 'UDP6'], every, [{ op: 'LITERAL', text: '{}' }]);
  expect(told?.rows).toEqual([]);
  const left = await createLoaders(source).connection.tell(['TCP4'], every, [
    { op: 'INT', at: { source: 0, slot: 5 } },
  ]);
  expect(left?.rows.every(({ owners, faults }) => owners || faults)).toBe(true);
});

import { execFileSync, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket as Stream } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';
import { type Held, sockets } from '../support/sockets.ts';
import { withTree } from '../support/tree.ts';

const COLUMNS = `family type status local { address port } remote { address port } path uid receiveQueue sendQueue
  owners { pid fd }`;
const KINDS = ['inet', 'inet4', 'inet6', 'tcp', 'tcp4', 'tcp6', 'udp', 'udp4', 'udp6', 'unix', 'all'];

let source: Source;
let held: Held;
const mine: { close(): unknown }[] = [];

async function listening(server: Server, ...where: unknown[]): Promise<Server> {
  server.listen(...(where as [number]));
  await once(server, 'listening');
  mine.push(server);
  return server;
}

async function bound(type: 'udp4' | 'udp6', address: string): Promise<Socket> {
  const socket = createSocket(type);
  socket.bind(0, address);
  await once(socket, 'listening');
  mine.push(socket);
  return socket;
}

/** One end of a connection to a server. */
async function connected(...where: unknown[]): Promise<Stream> {
  const stream = createConnection(...(where as [string]));
  await once(stream, 'connect');
  mine.push({ close: () => stream.destroy() });
  return stream;
}

const portOf = (server: Server): number => (server.address() as { port: number }).port;

beforeAll(async () => {
  source = await openLocal();
  held = await sockets({ total: 400, each: 100, shared: true });
  const four = await listening(createServer(), 0, '127.0.0.1');
  const both = await listening(createServer(), 0, '::');
  await connected(portOf(four), '127.0.0.1');
  await connected(portOf(both), '::1');
  // Arrives at a socket of IPv6 as ::ffff:127.0.0.1.
  await connected(portOf(both), '127.0.0.1');
  await bound('udp4', '127.0.0.1');
  await bound('udp6', '::1');
  (await bound('udp4', '127.0.0.1')).connect(9, '127.0.0.1');
});
afterAll(async () => {
  for (const one of mine.reverse()) one.close();
  await held.stop();
});

const connections = async (kind: string): Promise<Answer[]> =>
  (await ask(source, `{ connections(kind: ${kind.toUpperCase()}) { nodes { ${COLUMNS} } } }`)).connections.nodes;

/** A socket as both can tell it, once for each process of the company that holds it. */
const isOurs = (pid: number): boolean =>
  pid === process.pid || held.holders.some((one) => one.pid === pid || one.child === pid);

const end = (of: Answer): string => (of === null || of.length === 0 ? '-' : `${of.address ?? of.ip}:${of.port}`);
const FAMILIES: Answer = { INET: 'AF_INET', INET6: 'AF_INET6', UNIX: 'AF_UNIX' };

const ourLines = (nodes: Answer[]): string[] =>
  nodes.flatMap((of) =>
    (of.owners ?? [])
      .filter(({ pid }: Answer) => isOurs(pid))
      .map(({ pid, fd }: Answer) =>
        of.family === 'UNIX'
          ? `AF_UNIX SOCK_${of.type} ${of.path ?? ''} ${pid} ${fd}`
          : `${FAMILIES[of.family]} SOCK_${of.type} ${end(of.local)} ${end(of.remote)} ${of.status} ${pid} ${fd}`,
      ),
  );

const theirLines = (nodes: Answer[]): string[] =>
  nodes
    .filter(({ pid }) => isOurs(pid))
    .map((of) =>
      of.family === 'AF_UNIX'
        ? `AF_UNIX ${of.type} ${of.laddr} ${of.pid} ${of.fd}`
        : `${of.family} ${of.type} ${end(of.laddr)} ${end(of.raddr)} ${of.status} ${of.pid} ${of.fd}`,
    );

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  test.each(KINDS)('has the same sockets of the kind %s', async (kind) => {
    const ours = ourLines(await connections(kind));
    const theirs = theirLines((await peer.function('net_connections', [kind])) as Answer[]);
    // Of a socket of the network that several hold it tells one holder; and node opens what it likes meanwhile.
    const known = new Set(ours);
    const stable = theirs.filter((line) => !line.startsWith('AF_UNIX SOCK_STREAM  '));
    expect(stable.filter((line) => !known.has(line))).toEqual([]);
    const held = (lines: string[]) => new Set(lines.map((line) => line.replace(/ \d+ \d+$/, '')));
    expect(held(ours.filter((line) => line.startsWith('AF_INET')))).toEqual(
      held(theirs.filter((line) => line.startsWith('AF_INET'))),
    );
    if (kind !== 'unix')
      expect(held(ours).size).toBeGreaterThan(kind.endsWith('6') || kind.startsWith('udp') ? 0 : 100);
  });

  test('has the same sockets of one process', async () => {
    const { pid } = held.holders[0]!;
    const theirs = (await peer.process(pid, [['connections', ['inet']]])) as Answer;
    const query = `{ process(pid: ${pid}) { connections(kind: INET) { ${COLUMNS} } } }`;
    const ours = (await ask(source, query)).process.connections;
    const line = (of: Answer): string => `${end(of.laddr ?? of.local)} ${end(of.raddr ?? of.remote)} ${of.status}`;
    expect(ours.map(line).sort()).toEqual(theirs.connections.map(line).sort());
    expect(ours).toHaveLength(101);
  });

  test('defect 10.5: a path with a line end in it breaks its answer, and not ours', () =>
    withTree({}, async (root) => {
      const path = `${root}/a\nx y`;
      await listening(createServer(), path);
      expect((await connections('unix')).filter((of) => of.path === path)).toHaveLength(1);
      const fourth = (await connections('all')).find((of) => of.path === path)!;
      expect(fourth.owners.map(({ pid }: Answer) => pid)).toEqual([process.pid]);
    }));
});

describe('a socket that several processes hold', () => {
  test('has all of them as owners, descriptor by descriptor, and the lowest pid as its own', async () => {
    const { pid, child, fd, port } = held.holders.find((one) => one.child !== 0)!;
    const query = `{ connections(kind: TCP4) { nodes {
      local { port } status pid process { pid } owners { pid fd process { ppid } }
    } } }`;
    const { nodes } = (await ask(source, query)).connections;
    const [shared] = nodes.filter((of: Answer) => of.local?.port === port && of.status === 'LISTEN');
    expect(shared.owners.map((of: Answer) => of.pid)).toEqual([pid, pid, child, child].sort((a, b) => a - b));
    expect(shared.owners[0].fd).toBe(fd);
    expect([shared.pid, shared.process.pid]).toEqual([Math.min(pid, child), Math.min(pid, child)]);
    expect(shared.owners.find((of: Answer) => of.pid === child).process.ppid).toBe(pid);
  });
});

describe('the other end', () => {
  const PEERS = `{ connections(kind: TCP) { nodes {
    local { port } remote { port } status peer { local { port } remote { port } peer { local { port } } }
  } } }`;

  test('of a connection over loopback has its ends turned round, also between IPv4 and IPv6', async () => {
    const { nodes } = (await ask(source, PEERS)).connections;
    const open = nodes.filter((of: Answer) => of.status === 'ESTABLISHED' && of.peer);
    expect(open.length).toBeGreaterThanOrEqual(406);
    for (const { local, remote, peer } of open)
      expect(peer).toMatchObject({ local: remote, remote: local, peer: { local } });
  });
  test('of a UNIX socket is the one it is connected to', () =>
    withTree({}, async (root) => {
      const server = createServer();
      await listening(server, `${root}/s`);
      const accepted = once(server, 'connection');
      await connected(`${root}/s`);
      await accepted;
      const { nodes } = (
        await ask(source, '{ connections(kind: UNIX) { nodes { path id peer { id path peer { id } } } } }')
      ).connections;
      const here = nodes.filter((of: Answer) => of.path === `${root}/s` && of.peer);
      expect(here).toHaveLength(1);
      expect(here[0].peer).toMatchObject({ path: null, peer: { id: here[0].id } });
    }));
});

test('an id finds the socket again, and no other', async () => {
  const { nodes } = (await ask(source, '{ connections(kind: ALL) { nodes { id local { port } } } }')).connections;
  expect(new Set(nodes.map(({ id }: Answer) => id)).size).toBe(nodes.length);
  const mine = nodes.find((of: Answer) => of.local?.port === held.holders[1]!.port);
  const find = async (id: string) => (await ask(source, `{ node(id: "${id}") { ... on Connection { id pid } } }`)).node;
  expect(await find(mine.id)).toEqual({ id: mine.id, pid: held.holders[1]!.pid });
  expect(await find(mine.id.replace(/\d+$/, '4000000000'))).toBeNull();
});

const PING = 1;
const isRaw = () => runs('/usr/bin/python3', '-c', 'import socket; socket.socket(2, 3, 1)');

describe.runIf(needs('the right to open raw sockets', isRaw, 'run as root'))('a raw socket', () => {
  test('is what /proc/net/raw has, and its holder is known', async () => {
    const script = `import socket, sys; s = socket.socket(2, 3, ${PING}); print("there", flush=True); sys.stdin.read()`;
    const child = spawn('/usr/bin/python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const query = `{ connections(kind: ALL, filter: { pid: { eq: ${child.pid} } }) { nodes {
        family type status local { address port } remote { address } owners { pid } } } }`;
      const raw = { family: 'INET', type: 'RAW', status: 'NONE', remote: null, owners: [{ pid: child.pid }] };
      const nodes = (await ask(source, query)).connections.nodes.filter(({ type }: Answer) => type === 'RAW');
      expect(nodes).toEqual([{ ...raw, local: { address: '0.0.0.0', port: PING } }]);
      expect(readFileSync('/proc/net/raw', 'utf8')).toContain('00000000:0001 00000000:0000');
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
  });
});

describe.runIf(needs('iproute2', () => runs('ss', '-V')))('ss', () => {
  const ss = (...args: string[]): string[][] =>
    execFileSync('ss', ['-H', '-n', '-a', ...args], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/));

  test('has the same queues of what the processes here hold', async () => {
    const ports = new Set(held.holders.map(({ port }) => String(port)));
    const isHeld = (address: string): boolean => ports.has(address.split(':').at(-1)!);
    const theirs = ss('-t', '-4')
      .filter(([, , , local, remote]) => isHeld(local!) || isHeld(remote!))
      .map(([, received, sent, local, remote]) => `${received} ${sent} ${local} ${remote!.replace('0.0.0.0:*', '-')}`);
    const ours = (await connections('tcp4'))
      .filter((of) => isHeld(end(of.local)) || isHeld(end(of.remote)))
      .map((of) => `${of.receiveQueue} ${of.sendQueue} ${end(of.local)} ${end(of.remote)}`);
    expect(ours.sort()).toEqual(theirs.sort());
    expect(ours).toHaveLength(404);
  });
});

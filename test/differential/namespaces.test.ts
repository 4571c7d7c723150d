import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { executeIn } from '../support/inside.ts';
import { type Inside, namespace, needsNamespaces } from '../support/namespace.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';
import { type Held, sockets } from '../support/sockets.ts';

const INTERFACES = `{ system { networkInterfaces {
  name isUp mtu speedMbps duplex flags io { bytesSent }
  addresses { family address netmask prefixLength broadcast peer scope }
} } }`;

// What this machine's own network does not have is made in network namespaces of the test's own.
describe.runIf(needsNamespaces())('in network namespaces', () => {
  let source: Source;
  let first: Inside;
  let second: Inside;
  let held: Held[] = [];

  beforeAll(async () => {
    source = await openLocal();
    first = await namespace('ip link set lo up');
    second = await namespace('ip link set lo up');
    // Both in the first of 127.0.1.1, so that only the namespace tells their ends apart.
    held = await Promise.all([first, second].map(({ enter }) => sockets({ total: 20, each: 10, inside: enter })));
  });
  afterAll(async () => {
    for (const one of held) await one.stop();
    await Promise.all([first.stop(), second.stop()]);
  });

  const holdersOf = (nodes: Answer[]): Set<number> => new Set(nodes.map(({ pid }) => pid));
  const TCP = '{ connections(kind: TCP4) { nodes { id pid status local { port } peer { id pid } } } }';
  const all = async (): Promise<Answer[]> => (await ask(source, TCP)).connections.nodes;

  test('pitfall 36 and defect 10.7: the sockets of every one are there, and who holds them', async () => {
    const nodes = await all();
    for (const { holders } of held)
      for (const { pid } of holders) expect(nodes.filter((of) => of.pid === pid)).toHaveLength(11);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  test('the other end is of the same one', async () => {
    for (const { holders } of held) {
      const pids = new Set(holders.map(({ pid }) => pid));
      const open = (await all()).filter((of) => pids.has(of.pid) && of.status === 'ESTABLISHED');
      expect(open).toHaveLength(20);
      expect([...holdersOf(open.map(({ peer }) => peer))].every((pid) => pids.has(pid))).toBe(true);
    }
  });

  test('defect 10.7: a process has its sockets there', async () => {
    const { pid, port } = held[0]!.holders[0]!;
    const { connections } = (await ask(source, `{ process(pid: ${pid}) { connections { local { port } status } } }`))
      .process;
    expect(connections).toHaveLength(11);
    expect(connections).toContainEqual({ local: { port }, status: 'LISTEN' });
  });

  describe.runIf(needsPsutil())('psutil', () => {
    let peer: Peer;
    beforeAll(() => {
      peer = startPeer();
    });
    afterAll(() => peer.close());
    test('has none of them', async () => {
      const { pid } = held[0]!.holders[0]!;
      expect(((await peer.process(pid, [['connections', ['inet']]])) as Answer).connections).toEqual([]);
    });
  });

  test('one that may not be entered is skipped, and the rest is there', async () => {
    const query = '{ connections(kind: TCP4) { totalCount nodes { id local { port } owners { pid } } } }';
    const ours = await all();
    // An ordinary user may look into no other process, and so into no other namespace.
    const data = await executeIn({ nobody: true }, query);
    const known = new Set(ours.map(({ id }) => id));
    expect(data.connections.totalCount).toBeGreaterThan(0);
    const inside = new Set(held.flatMap(({ holders }) => holders.map(({ port }) => port)));
    expect(data.connections.nodes.filter((of: Answer) => known.has(of.id) && inside.has(of.local?.port))).toEqual([]);
  });

  // Who has not run since is taken to be where it was.
  test('a process that goes to another one is found there', async () => {
    const listen = 'require("net").createServer().listen(0, "0.0.0.0", () => console.log("there"))';
    const script = `echo here; read go; exec unshare --net "${process.execPath}" -e '${listen}'`;
    const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const own = async () => (await all()).filter(({ pid }) => pid === child.pid).map(({ status }) => status);
    try {
      await once(child.stdout, 'data');
      for (let time = 0; time < 3; time++) expect(await own()).toEqual([]);
      child.stdin.write('go\n');
      await once(child.stdout, 'data');
      expect(await own()).toEqual(['LISTEN']);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  test('entering them leaves this one, and no descriptor behind', async () => {
    const interfaces = async () =>
      (await ask(source, '{ system { networkInterfaces { name } } }')).system.networkInterfaces;
    const before = [readdirSync('/proc/self/fd').length, await interfaces()];
    for (let time = 0; time < 50; time++) await all();
    expect([readdirSync('/proc/self/fd').length, await interfaces()]).toEqual(before);
  });
});

describe.runIf(needsNamespaces())('interfaces made for the test', () => {
  test('have the addresses they were given', async () => {
    const inside = await namespace(
      'ip link add d0 type veth peer name d1; ip link set d0 address 02:00:00:00:00:07 mtu 9000 up; ' +
        'ip address add 10.1.2.3/24 brd + dev d0; ip address add 10.9.9.9/32 dev d0; ' +
        'ip address add 10.5.0.1 peer 10.5.0.2/32 dev d0; ip address add 2001:db8::1/64 dev d0 nodad; ' +
        'ip link set d1 address 02:00:00:00:00:08 up; ip link set d1 addrgenmode none; ip link set d1 multicast off',
    );
    try {
      const data = await executeIn({ inside: inside.enter }, INTERFACES);
      const [lo, d1, d0] = data.system.networkInterfaces;
      expect([lo.name, d1.name, d0.name]).toEqual(['lo', 'd1', 'd0']);
      expect(d0).toMatchObject({ isUp: true, mtu: 9000, speedMbps: 10_000, duplex: 'FULL' });
      expect(d0.flags).toEqual(['up', 'broadcast', 'running', 'multicast']);
      const inet = { family: 'INET', peer: null, broadcast: null, scope: 'global' };
      expect(d0.addresses.filter(({ family }: Answer) => family === 'INET')).toEqual([
        { ...inet, address: '10.1.2.3', netmask: '255.255.255.0', prefixLength: 24, broadcast: '10.1.2.255' },
        { ...inet, address: '10.9.9.9', netmask: '255.255.255.255', prefixLength: 32 },
        { ...inet, address: '10.5.0.1', netmask: '255.255.255.255', prefixLength: 32, peer: '10.5.0.2' },
      ]);
      const six = d0.addresses.filter(({ family }: Answer) => family === 'INET6');
      expect(six.map(({ address }: Answer) => address)).toContain('2001:db8::1');
      expect(six.map(({ address }: Answer) => address)).toContain('fe80::ff:fe00:7%d0');
      expect(d1).toMatchObject({ mtu: 1500, flags: ['up', 'broadcast', 'running'] });
      expect(d1.addresses.at(-1)).toMatchObject({ family: 'LINK', address: '02:00:00:00:00:08' });
    } finally {
      await inside.stop();
    }
  });

  test('may have no address at all', async () => {
    const inside = await namespace('ip tuntap add t0 mode tun');
    try {
      const data = await executeIn({ inside: inside.enter }, INTERFACES);
      expect(data.system.networkInterfaces.at(-1)).toMatchObject({ name: 't0', addresses: [] });
    } finally {
      await inside.stop();
    }
  });

  test('pitfall 10: without IPv6 there is none of it, and nothing fails', async () => {
    const off = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1; ip link set lo up';
    const inside = await namespace(off);
    try {
      const query = `{ connections(kind: ALL) { totalCount } ${INTERFACES.slice(1)}`;
      const data = await executeIn({ inside: inside.enter }, query);
      expect(data.system.networkInterfaces[0].addresses.map(({ family }: Answer) => family)).toEqual(['INET', 'LINK']);
    } finally {
      await inside.stop();
    }
  });

  test('pitfall 18: may come and go while they are read', { timeout: 120_000 }, async () => {
    const inside = await namespace('ip link set lo up');
    const churn = spawn(
      inside.enter[0]!,
      [
        ...inside.enter.slice(1),
        'bash',
        '-c',
        'while ip link add v0 type veth peer name v1 && ip link del v0; do :; done',
      ],
      { stdio: 'ignore' },
    );
    const ended = once(churn, 'exit');
    try {
      const { answers, descriptors } = await executeIn({ inside: inside.enter, times: 100 }, INTERFACES);
      expect(answers).toHaveLength(100);
      const names = answers.map(({ system }: Answer) =>
        system.networkInterfaces.map(({ name }: Answer) => name).join(),
      );
      expect(names.filter((name: string) => !/^lo(,v[01])*$/.test(name))).toEqual([]);
      // Both were met, or nothing was raced.
      expect(new Set(names).size).toBeGreaterThan(1);
      expect(descriptors[1]).toBe(descriptors[0]);
    } finally {
      churn.kill('SIGKILL');
      await ended;
      await inside.stop();
    }
  });
});

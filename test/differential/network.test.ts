import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { isBetween } from '../support/between.ts';
import { executeIn } from '../support/inside.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';
import { program } from '../support/program.ts';

const QUERY = `{ system { network { ...counts } networkInterfaces {
  name isUp duplex speedMbps mtu flags io { ...counts }
  addresses { family address netmask prefixLength broadcast peer scope }
} } }
fragment counts on NetworkIo {
  bytesSent bytesReceived packetsSent packetsReceived errorsIn errorsOut dropsIn dropsOut
}`;

let source: Source;
const look = async (): Promise<Answer> => (await ask(source, QUERY)).system;

beforeAll(async () => {
  source = await openLocal();
});

const snetio = (io: Answer): Answer => ({
  ...{ bytes_sent: io.bytesSent, bytes_recv: io.bytesReceived, packets_sent: io.packetsSent },
  ...{ packets_recv: io.packetsReceived, errin: io.errorsIn, errout: io.errorsOut, dropin: io.dropsIn },
  dropout: io.dropsOut,
});

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  test('counts the same for every interface, and for all together', async () => {
    const before = await look();
    const each = (await peer.function('net_io_counters', { pernic: true })) as Answer;
    const all = (await peer.function('net_io_counters')) as Answer;
    const after = await look();
    expect(before.networkInterfaces.map(({ name }: Answer) => name).sort()).toEqual(Object.keys(each).sort());
    for (const [index, { name, io }] of before.networkInterfaces.entries()) {
      const then = after.networkInterfaces[index];
      expect([name, isBetween(snetio(io), each[name], snetio(then.io))]).toEqual([name, true]);
    }
    expect(isBetween(snetio(before.network), all, snetio(after.network))).toBe(true);
  });

  test('says the same of the state of every interface', async () => {
    const theirs = (await peer.function('net_if_stats')) as Answer;
    const DUPLEX: Answer = { FULL: 2, HALF: 1, UNKNOWN: 0 };
    const ours = (await look()).networkInterfaces.map((of: Answer) => [
      of.name,
      { isup: of.isUp, duplex: DUPLEX[of.duplex], speed: of.speedMbps ?? 0, mtu: of.mtu, flags: of.flags.join() },
    ]);
    expect(Object.fromEntries(ours)).toEqual(theirs);
  });

  test('has the same addresses, but for a broadcast that is none', async () => {
    const theirs = (await peer.function('net_if_addrs')) as Answer;
    const FAMILY: Answer = { INET: 'AF_INET', INET6: 'AF_INET6', LINK: 'AF_PACKET' };
    for (const { name, addresses } of (await look()).networkInterfaces) {
      const ours = addresses.map((of: Answer) => [FAMILY[of.family], of.address, of.netmask]);
      const known = (theirs[name] ?? []).map((of: Answer) => [familyOf(of.family), of.address, of.netmask]);
      expect([name, ours.sort()]).toEqual([name, known.sort()]);
    }
  });
});

/** psutil gives hardware its own constant. */
const familyOf = (family: unknown): unknown => (family === 17 ? 'AF_PACKET' : family);

describe.runIf(needs('iproute2', () => runs('ip', '-V')))('ip', () => {
  const ip = (...args: string[]): Answer => JSON.parse(execFileSync('ip', ['-json', ...args], { encoding: 'utf8' }));

  test('has the same interfaces', async () => {
    const theirs = ip('-s', 'link').map((of: Answer) => [of.ifname, of.mtu, of.flags.includes('UP')]);
    const ours = (await look()).networkInterfaces.map((of: Answer) => [of.name, of.mtu, of.flags.includes('up')]);
    expect(ours).toEqual(theirs);
  });
  test('has the same addresses', async () => {
    const theirs = ip('address').flatMap((of: Answer) =>
      of.addr_info.map((one: Answer) => [
        ...[of.ifname, one.family, one.local, one.prefixlen, one.broadcast ?? null, one.address ?? null, one.scope],
      ]),
    );
    const ours = (await look()).networkInterfaces.flatMap((of: Answer) =>
      of.addresses
        .filter(({ family }: Answer) => family !== 'LINK')
        .map((one: Answer) => [
          ...[of.name, one.family.toLowerCase(), one.address.replace(/%.*/, ''), one.prefixLength, one.broadcast],
          ...[one.peer, one.scope],
        ]),
    );
    expect(ours).toEqual(theirs);
  });
});

describe('a driver', () => {
  const { EOPNOTSUPP, EINVAL, EBUSY, ENODEV, EPERM } = constants.errno;
  const interfaces = async (error: number): Promise<Answer[]> => {
    const preloaded = program('driver', ['test/support/driver.c'], ['-shared', '-fPIC']);
    const inside = ['env', `LD_PRELOAD=${preloaded}`, `SYSGRAPH_DRIVER_ERROR=${error}`];
    const query = '{ system { networkInterfaces { name mtu speedMbps duplex gaps { field reason } } } }';
    return (await executeIn({ inside }, query)).system.networkInterfaces;
  };
  const told = async (error: number) => (await interfaces(error)).find(({ name }) => name === 'lo');

  // #797 #2732: wireless ones, virtual ones, and those that are being set up.
  test.each([EOPNOTSUPP, EINVAL, EBUSY])(
    'pitfall 18: that has nothing to tell, and says so by errno %i',
    async (error) =>
      expect(await told(error)).toEqual({ name: 'lo', mtu: 65536, speedMbps: null, duplex: 'UNKNOWN', gaps: [] }),
  );
  // #1279: psutil's answer once ended there.
  test('pitfall 18: of an interface that went meanwhile leaves it out, and the others stand', async () => {
    const others = (await look()).networkInterfaces
      .map(({ name }: Answer) => name)
      .filter((name: string) => name !== 'lo');
    expect((await interfaces(ENODEV)).map(({ name }: Answer) => name)).toEqual(others);
  });
  test('pitfall 18: that may not be asked is a gap', async () => {
    const { speedMbps, duplex, gaps } = await told(EPERM);
    expect([speedMbps, duplex, gaps.map(({ reason }: Answer) => reason)]).toEqual([
      null,
      null,
      ['ACCESS_DENIED', 'ACCESS_DENIED'],
    ]);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { openLocal, type SessionRow, sessionTable } from '../../native/index.ts';
import { type Answer, type Call, type FakeBus, fakeBus } from '../support/bus.ts';
import { ask } from '../support/operation.ts';
import { readRows, recorded, statusOf, withHost } from '../support/reading.ts';
import type { Tree } from '../support/tree.ts';
import { type Login, record, SIZE } from '../support/utmp.ts';

const treeOf = (utmp: Uint8Array | null, more: Tree = {}): Tree => ({
  '7/stat': '7 (login) S',
  ...more,
  ...(utmp && { '1/root/run/utmp': utmp }),
});

const sessionsIn = (utmp: Uint8Array | null): Promise<SessionRow[]> =>
  withHost(treeOf(utmp), (source) => readRows(source, sessionTable, 1, { keys: [0] }));

const one = async (login: Login): Promise<SessionRow | undefined> => (await sessionsIn(record(login)))[0];

// Another machine's records have other places.
describe.runIf(process.arch === 'x64')('pitfall 30: utmp', () => {
  test('tells who is there, from where, since when, and what let them in', async () =>
    expect(await one({ host: 'far.example' })).toMatchObject({
      name: 'ann',
      terminal: 'pts/0',
      remoteHost: 'far.example',
      startedAt: 1_700_000_000_250,
      pid: 7,
    }));
  test.each([':0', ':0.0', ':1', ''])('the display %s is of the host itself', async (host) =>
    expect((await one({ host }))!.remoteHost).toBeNull(),
  );
  test('a place that is filled needs no end', async () =>
    expect(await one({ user: 'u'.repeat(32), line: 'l'.repeat(32), host: 'h'.repeat(256) })).toMatchObject({
      name: 'u'.repeat(32),
      terminal: 'l'.repeat(32),
      remoteHost: 'h'.repeat(256),
    }));
  test.each([
    ['of IPv4', [192, 0, 2, 1], '192.0.2.1'],
    ['of IPv6', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
  ])('an address %s stands for a host without a name', async (_, address, remoteHost) =>
    expect((await one({ address }))!.remoteHost).toBe(remoteHost),
  );
  test('a time past 2038 is not one before 1970', async () =>
    expect((await one({ at: 2 ** 31 + 5 }))!.startedAt).toBe((2 ** 31 + 5) * 1000 + 250));
  test('a name that is no UTF-8 is text', async () =>
    expect((await one({ user: Buffer.from([0xe4, 0x1b, 0x41]) }))!.name).toBe('\\xe4\u001bA'));
  test('has records that are no sessions', async () =>
    expect(
      await sessionsIn(
        Buffer.concat([
          record({ type: 2, user: 'reboot', line: '~', pid: 0 }),
          record({ type: 6, user: 'LOGIN' }),
          record({ type: 8 }),
          record({ user: '' }),
        ]),
      ),
    ).toEqual([]));
  test('keeps a record of who has ended, which is none', async () => {
    const rows = await sessionsIn(Buffer.concat([record({ pid: 8, user: 'gone' }), record({}), record({ pid: 0 })]));
    expect(rows.map(({ name, pid }) => [name, pid])).toEqual([
      ['ann', 7],
      ['ann', null],
    ]);
  });
  test('cut anywhere has the records before the cut', async () => {
    const whole = Buffer.concat([record({ user: 'first' }), record({ user: 'second' })]);
    for (let size = 0; size <= whole.length; size++) {
      const rows = await sessionsIn(whole.subarray(0, size));
      expect(rows.map(({ name }) => name)).toEqual(['first', 'second'].slice(0, Math.floor(size / SIZE)));
    }
  });
  test('damaged at any byte is read', async () => {
    const whole = record({ host: 'far' });
    for (let at = 0; at < SIZE; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      expect((await sessionsIn(damaged)).length).toBeLessThanOrEqual(1);
    }
  });
  test('stands in the graph, with the process', async () => {
    const tree = { ...recorded(), '1/root/run/utmp': record({ pid: 1, at: 2 ** 31 }) };
    const query = '{ system { sessions { name terminal remoteHost startedAt pid process { pid } } gaps { field } } }';
    expect((await withHost(tree, (source) => ask(source, query))).system).toEqual({
      sessions: [
        {
          name: 'ann',
          terminal: 'pts/0',
          remoteHost: null,
          startedAt: '2038-01-19T03:14:08.250Z',
          pid: 1,
          process: { pid: 1 },
        },
      ],
      gaps: [],
    });
  });
  test('a process that started long after is another one', async () => {
    const tree = { ...recorded(), '1/root/run/utmp': record({ pid: 1, at: 1 }) };
    const query = '{ system { sessions { pid process { pid } } } }';
    expect((await withHost(tree, (source) => ask(source, query))).system.sessions).toEqual([{ pid: 1, process: null }]);
  });
});

test('without utmp, and where nobody may be asked, nothing is known', async () => {
  const [row] = await sessionsIn(null);
  expect(statusOf(sessionTable, row!, 'sessions')).toBe('UNSUPPORTED');
});

// Only where there is no utmp is logind asked.
const hasUtmp = await readRows(await openLocal(), sessionTable, 1, { keys: [0] }).then(
  ([row]) => row === undefined || statusOf(sessionTable, row, 'sessions') === 'OK',
);

describe.skipIf(hasUtmp)('systemd-logind', () => {
  let bus: FakeBus | undefined;
  afterEach(async () => {
    await bus?.stop();
    delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
  });

  const PATH = '/org/freedesktop/login1/session/';
  const sessionOf = (name: string, changed: Record<string, [string, unknown]> = {}): Answer => ({
    signature: 'a{sv}',
    values: [
      Object.entries({
        Name: ['s', name],
        Class: ['s', 'user'],
        TTY: ['s', 'pts/3'],
        Display: ['s', ''],
        RemoteHost: ['s', 'far.example'],
        Timestamp: ['t', 1_700_000_000_250_000n],
        Leader: ['u', 1],
        ...changed,
      }),
    ],
  });

  async function sessionsOf(sessions: Record<string, Answer>): Promise<SessionRow[]> {
    const list = Object.keys(sessions).map((id) => [id, 1000, 'ann', '', PATH + id]);
    const answer = ({ member, path }: Call): Answer | undefined =>
      member === 'ListSessions' ? { signature: 'a(susso)', values: [list] } : sessions[path.slice(PATH.length)];
    bus = await fakeBus({ answer });
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    return readRows(await openLocal(), sessionTable, 1, { keys: [0] });
  }

  test('tells the same, by one question and one for each session', async () => {
    expect(await sessionsOf({ a: sessionOf('ann'), b: sessionOf('bob', { RemoteHost: ['s', ''] }) })).toMatchObject([
      { name: 'ann', terminal: 'pts/3', remoteHost: 'far.example', startedAt: 1_700_000_000_250, pid: 1 },
      { name: 'bob', remoteHost: null },
    ]);
    expect(bus!.calls).toHaveLength(3);
  });
  test('has sessions that nobody is logged in to, and some that just ended', async () =>
    expect(
      await sessionsOf({
        a: sessionOf('gdm', { Class: ['s', 'greeter'] }),
        b: sessionOf('ann', { Class: ['s', 'manager'] }),
        c: { error: 'org.freedesktop.DBus.Error.UnknownObject' },
        d: sessionOf('bob', { TTY: ['s', ''], Display: ['s', ':0'] }),
      }),
    ).toMatchObject([{ name: 'bob', terminal: ':0' }]));
  test('may refuse', async () => {
    bus = await fakeBus({ answer: () => ({ error: 'org.freedesktop.DBus.Error.AccessDenied' }) });
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    const { system } = await ask(await openLocal(), '{ system { sessions { name } gaps { field reason } } }');
    expect(system).toEqual({ sessions: null, gaps: [{ field: 'sessions', reason: 'ACCESS_DENIED' }] });
  });
});

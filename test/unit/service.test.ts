import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CancelledError, openLocal, type ServiceRow, serviceTable } from '../../native/index.ts';
import { type Answer, type Call, type FakeBus, fakeBus, type Options } from '../support/bus.ts';
import { ask } from '../support/operation.ts';
import { readRows, statusOf } from '../support/reading.ts';

const UNITS = 'a(ssssssouso)';
const ALL = { except: [] };
const EVERYTHING = (1 << serviceTable.sources.length) - 1;

let bus: FakeBus | undefined;
afterEach(async () => {
  await bus?.stop();
  delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
});

/** A host whose bus answers so. */
async function hostOf(answer: Options['answer'], mute?: Options['mute']) {
  bus = await fakeBus({ answer, mute });
  process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
  return openLocal();
}

interface Unit {
  readonly name: string;
  readonly active?: string;
  readonly sub?: string;
  readonly load?: string;
}

const lineOf = ({ name, active = 'active', sub = 'running', load = 'loaded' }: Unit): unknown[] => {
  return [name, `What ${name} is`, load, active, sub, '', '/unit', 0, '', '/'];
};

const PROPERTIES: Record<string, [string, unknown]> = {
  LoadState: ['s', 'loaded'],
  ActiveState: ['s', 'active'],
  UnitFileState: ['s', 'enabled'],
  InactiveExitTimestamp: ['t', 1_700_000_000_123_456n],
  Unknown: ['a{sv}', [['Deep', ['as', ['x', 'y']]]]],
  MainPID: ['u', 4242],
  User: ['s', 'daemon'],
  ExecStart: [
    'a(sasbttttuii)',
    [
      ['/bin/one', ['one', '-x'], false, 0, 0, 0, 0, 0, 0, 0],
      ['/bin/two', [], false, 0, 0, 0, 0, 0, 0, 0],
    ],
  ],
  ControlGroup: ['s', '/system.slice/a.service'],
  MemoryCurrent: ['t', 8192],
  CPUUsageNSec: ['t', 1_500_000_000n],
};

const propertiesOf = (changed: typeof PROPERTIES = {}): Answer => ({
  signature: 'a{sv}',
  values: [Object.entries({ ...PROPERTIES, ...changed })],
});

/** A systemd that has these units and these files. */
function systemd(units: readonly Unit[], files: readonly [string, string][], details = propertiesOf()) {
  return ({ member, args }: Call): Answer => {
    if (member === 'ListUnitsByPatterns') return { signature: UNITS, values: [units.map(lineOf)] };
    if (member === 'ListUnitFilesByPatterns') {
      return { signature: 'a(ss)', values: [files.map(([name, state]) => [`/lib/systemd/system/${name}`, state])] };
    }
    if (member === 'GetAll') return details;
    const named = (args[0] as string[]).map((name) => units.find((unit) => unit.name === name) ?? missing(name));
    return { signature: UNITS, values: [named.map(lineOf)] };
  };
}

const missing = (name: string): Unit => ({ name, active: 'inactive', sub: 'dead', load: 'not-found' });

async function listed(answer: Options['answer'], mask = EVERYTHING): Promise<Map<string, ServiceRow>> {
  const rows = await readRows(await hostOf(answer), serviceTable, mask, ALL);
  return new Map(rows.map((row) => [row.name!, row]));
}

describe('what is a service', () => {
  const units: Unit[] = [
    { name: 'ssh.service' },
    { name: 'getty@tty1.service' },
    { name: 'wanted.service', load: 'not-found', active: 'inactive', sub: 'dead' },
    { name: 'orphan.service', load: 'not-found' },
    { name: 'foo\\x2dbar@a\\x20b.service' },
    { name: 'disk.mount' },
  ];
  const files: [string, string][] = [
    ['ssh.service', 'enabled'],
    ['sshd.service', 'alias'],
    ['getty@.service', 'disabled'],
    ['off.service', 'disabled'],
    ['never.service', 'masked'],
    ['some.socket', 'enabled'],
  ];

  test('is loaded or installed, and neither a template nor an alias', async () =>
    expect([...(await listed(systemd(units, files))).keys()]).toEqual([
      'foo\\x2dbar@a\\x20b.service',
      'getty@tty1.service',
      'never.service',
      'off.service',
      'orphan.service',
      'ssh.service',
    ]));
  test('has the start type of its file, or of its template', async () => {
    const rows = await listed(systemd(units, files));
    expect([...rows.values()].map(({ startType }) => startType)).toEqual([
      'UNKNOWN',
      'DISABLED',
      'MASKED',
      'DISABLED',
      'UNKNOWN',
      'AUTOMATIC',
    ]);
  });
  test('that is only installed is stopped, and described by systemd', async () =>
    expect((await listed(systemd(units, files))).get('off.service')).toMatchObject({
      status: 'STOPPED',
      subStatus: 'dead',
      displayName: 'What off.service is',
    }));
});

test.each([
  ['active', 'RUNNING'],
  ['activating', 'START_PENDING'],
  ['deactivating', 'STOP_PENDING'],
  ['inactive', 'STOPPED'],
  ['failed', 'FAILED'],
  ['reloading', 'RELOADING'],
  ['maintenance', 'UNKNOWN'],
])('a unit that is %s is %s', async (active, status) =>
  expect((await listed(systemd([{ name: 'a.service', active }], []))).get('a.service')!.status).toBe(status),
);

test.each([
  ['enabled', 'AUTOMATIC'],
  ['enabled-runtime', 'AUTOMATIC'],
  ['generated', 'AUTOMATIC'],
  ['transient', 'MANUAL'],
  ['disabled', 'DISABLED'],
  ['indirect', 'DISABLED'],
  ['linked', 'DISABLED'],
  ['static', 'STATIC'],
  ['masked', 'MASKED'],
  ['masked-runtime', 'MASKED'],
  ['bad', 'UNKNOWN'],
])('a file that is %s starts %s', async (state, startType) =>
  expect((await listed(systemd([], [['a.service', state]]))).get('a.service')!.startType).toBe(startType),
);

describe('its properties', () => {
  const one = [{ name: 'a.service' }];
  const rowOf = async (changed: typeof PROPERTIES) =>
    (await listed(systemd(one, [], propertiesOf(changed)))).get('a.service')!;

  test('are understood', async () =>
    expect(await rowOf({})).toMatchObject({
      binaryPath: '/bin/one',
      username: 'daemon',
      pid: 4242,
      startedAt: 1_700_000_000_123.456,
      memory: 8192,
      cpuTime: 1.5,
    }));
  test('without a user are those of root, but not where one is made', async () => {
    expect((await rowOf({ User: ['s', ''] })).username).toBe('root');
    await bus!.stop();
    expect((await rowOf({ User: ['s', ''], DynamicUser: ['b', true] })).username).toBeNull();
  });
  test('of what is stopped are none', async () => {
    const row = await rowOf({
      ActiveState: ['s', 'inactive'],
      MainPID: ['u', 0],
      ControlGroup: ['s', ''],
      MemoryCurrent: ['t', 2n ** 64n - 1n],
      CPUUsageNSec: ['t', 2n ** 64n - 1n],
    });
    expect(row).toMatchObject({ startedAt: null, pid: null, memory: null, cpuTime: null, faults: null });
  });
  test('that nobody counts are not supported', async () => {
    const row = await rowOf({ MemoryCurrent: ['t', 2n ** 64n - 1n] });
    expect(statusOf(serviceTable, row, 'memory')).toBe('UNSUPPORTED');
    expect(row.cpuTime).toBe(1.5);
  });
  test('of another type than they should be are malformed', async () =>
    expect(statusOf(serviceTable, await rowOf({ MainPID: ['s', 'one'] }), 'unit')).toBe('MALFORMED'));
  test('of one that vanished are gone', async () =>
    expect(
      statusOf(serviceTable, await rowOf({ LoadState: ['s', 'not-found'], ActiveState: ['s', 'inactive'] }), 'unit'),
    ).toBe('GONE'));
});

describe('questions', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ name: `unit-${index}.service` }));
  const members = () => bus!.calls.map(({ member }) => member);

  test('are two for a list of any length', async () => {
    const source = await hostOf(systemd(many, []));
    const { services } = await ask(source, '{ services { totalCount nodes { id name status startType } } }');
    expect(services.totalCount).toBe(300);
    expect(members()).toEqual(['ListUnitsByPatterns', 'ListUnitFilesByPatterns']);
  });
  test('are one more for each of those whose properties are selected', async () => {
    const source = await hostOf(systemd(many, []));
    const { services } = await ask(source, '{ services(first: 5) { totalCount nodes { pid memory username } } }');
    expect(services.nodes).toHaveLength(5);
    expect(members().filter((member) => member === 'GetAll')).toHaveLength(5);
  });
  test('of page after page find everybody, by name', async () => {
    const source = await hostOf(systemd(many, []));
    const query = `query ($after: String) { services(first: 120, after: $after) {
      nodes { name } pageInfo { hasNextPage endCursor }
    } }`;
    const names: string[] = [];
    for (let after: string | null = null, isMore = true; isMore; ) {
      const { services } = await ask(source, query, { variables: { after } });
      for (const { name } of services.nodes) names.push(name);
      ({ endCursor: after, hasNextPage: isMore } = services.pageInfo);
    }
    expect(names).toEqual(many.map(({ name }) => name).sort());
  });
  test('are never so many at once that the bus would refuse them', async () => {
    let waiting = 0;
    let most = 0;
    const answer = systemd(many, []);
    const source = await hostOf(async (call) => {
      most = Math.max(most, ++waiting);
      await setTimeout(10);
      waiting--;
      return answer(call);
    });
    expect(await readRows(source, serviceTable, EVERYTHING, ALL)).toHaveLength(300);
    expect(most).toBeLessThanOrEqual(64);
    expect(most).toBeGreaterThan(2);
  });
});

describe('by name', () => {
  const units = [{ name: 'ssh.service' }, { name: 'foo\\x2dbar@x.service' }];
  const named = async (name: string) =>
    (
      await ask(
        await hostOf(systemd(units, [])),
        'query ($name: String!) { service(name: $name) { name startType } }',
        {
          variables: { name },
        },
      )
    ).service;

  test.each(['ssh', 'ssh.service'])('%s', async (name) =>
    expect(await named(name)).toEqual({ name: 'ssh.service', startType: 'AUTOMATIC' }),
  );
  test('with escapes', async () =>
    expect(await named('foo\\x2dbar@x')).toEqual({ name: 'foo\\x2dbar@x.service', startType: 'AUTOMATIC' }));
  test.each(['nothing', 'a b', '', '@.service', 'getty@', 'x'.repeat(300), '../ssh'])('%s is none', async (name) =>
    expect(await named(name)).toBeNull(),
  );
  test('what cannot be a name is not asked', async () => {
    await named('a b');
    expect(bus!.calls).toEqual([]);
  });
  test('by its id', async () => {
    const source = await hostOf(systemd(units, []));
    const { service } = await ask(source, '{ service(name: "ssh") { id } }');
    const query = 'query ($id: ID!) { node(id: $id) { id ... on Service { name status } } }';
    const { node } = await ask(source, query, { variables: { id: service.id } });
    expect(node).toEqual({ id: service.id, name: 'ssh.service', status: 'RUNNING' });
  });
});

describe('a bus', () => {
  const PAGE = '{ services { totalCount nodes { name } gaps { field reason } } }';
  const emptyBecause = (reason: string) => ({
    services: { totalCount: 0, nodes: [], gaps: [{ field: 'nodes', reason }] },
  });

  test('that is not there is not supported', async () => {
    process.env.DBUS_SYSTEM_BUS_ADDRESS = 'unix:path=/nowhere/at/all';
    expect(await ask(await openLocal(), PAGE)).toEqual(emptyBecause('NOT_SUPPORTED'));
  });
  test.each(['from the start', 'after the greeting'] as const)(
    'that says nothing %s is given up, once',
    async (mute) => {
      const source = await hostOf(() => undefined, mute);
      const started = performance.now();
      expect(await ask(source, PAGE)).toEqual(emptyBecause('TIMED_OUT'));
      // The other executor asked too; it was told what the first one found.
      expect(performance.now() - started).toBeGreaterThan(9_900);
      const again = performance.now();
      expect(await ask(source, PAGE)).toEqual(emptyBecause('TIMED_OUT'));
      expect(performance.now() - again).toBeLessThan(performance.now() - started);
      expect(bus!.calls.filter(({ member }) => member === 'ListUnitsByPatterns').length).toBeLessThanOrEqual(1);
    },
  );
  test('that is started anew is found again', async () => {
    const answer = systemd([{ name: 'a.service' }], []);
    const source = await hostOf(answer);
    expect((await ask(source, PAGE)).services.totalCount).toBe(1);
    await bus!.stop();
    await hostOf(answer);
    expect((await ask(source, PAGE)).services.totalCount).toBe(1);
  });
  test('that goes away in the middle is asked once more', async () => {
    const answer = systemd([{ name: 'a.service' }], []);
    let isFirst = true;
    const source = await hostOf((call, of) => {
      if (!isFirst) return answer(call);
      isFirst = false;
      of.drop();
      return undefined;
    });
    expect((await ask(source, PAGE)).services).toMatchObject({ totalCount: 1, gaps: [] });
  });
  test('that always goes away has failed', async () =>
    expect(
      await ask(
        await hostOf((_, of) => {
          of.drop();
          return undefined;
        }),
        PAGE,
      ),
    ).toEqual(emptyBecause('FAILED')));
  test.each([
    ['org.freedesktop.DBus.Error.AccessDenied', 'ACCESS_DENIED'],
    ['org.freedesktop.DBus.Error.ServiceUnknown', 'NOT_SUPPORTED'],
    ['org.freedesktop.DBus.Error.NameHasNoOwner', 'NOT_SUPPORTED'],
    ['org.freedesktop.DBus.Error.LimitsExceeded', 'FAILED'],
  ])('that answers %s gives %s', async (error, reason) =>
    expect(await ask(await hostOf(() => ({ error })), PAGE)).toEqual(emptyBecause(reason)),
  );
  test('that answers something else is malformed', async () =>
    expect(await ask(await hostOf(() => ({ signature: 'as', values: [['a']] })), PAGE)).toEqual(
      emptyBecause('MALFORMED'),
    ));
  test('that keeps one of the answers to itself gives the others', async () => {
    const answer = systemd([{ name: 'a.service' }, { name: 'b.service' }], []);
    const isLost = ({ member, path }: Call) => member === 'GetAll' && path.endsWith('/a_2eservice');
    const source = await hostOf((call) => (isLost(call) ? undefined : answer(call)));
    const rows = await readRows(source, serviceTable, EVERYTHING, ALL);
    expect(rows.map((row) => statusOf(serviceTable, row, 'unit'))).toEqual(['TIMED_OUT', 'OK']);
  });
  test('costs no descriptor, whether it answers, refuses or goes away', async () => {
    const answer = systemd([{ name: 'a.service' }], []);
    let turn = 0;
    const source = await hostOf((call, of) => {
      turn++;
      if (turn % 3 === 1) of.drop();
      return turn % 3 === 0 ? answer(call) : { error: 'org.freedesktop.DBus.Error.AccessDenied' };
    });
    const open = () => readdirSync('/proc/self/fd').length;
    await readRows(source, serviceTable, EVERYTHING, ALL);
    const before = open();
    for (let time = 0; time < 50; time++) await readRows(source, serviceTable, EVERYTHING, ALL);
    await vi.waitUntil(() => open() <= before);
  });
  test('is not waited for by who has gone away', async () => {
    const source = await hostOf(() => undefined);
    const gone = new AbortController();
    const reading = source.read(serviceTable, 1, ALL, gone.signal);
    void setTimeout(50).then(() => gone.abort());
    await expect(reading).rejects.toThrow(CancelledError);
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { executeIn } from '../support/inside.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsSystemd, type Systemd, systemd } from '../support/systemd.ts';
import { link, type Tree } from '../support/tree.ts';

const simple = (command: string, more = ''): string =>
  `[Unit]\nDescription=What runs ${command.split(' ')[0]}\n[Service]\nExecStart=${command}\n${more}`;

const ESCAPED = 'foo\\x2dbar@a\\x20b\\xe4.service';
const MANY = Array.from({ length: 200 }, (_, index) => `sysgraph-many-${index}.service`);
const STARTED = ['run', 'fail', 'loop', 'done', 'tree', 'user'].map((name) => `sysgraph-${name}.service`);

const units: Tree = {
  'sysgraph.target': `[Unit]
Wants=dbus.service ${STARTED.join(' ')} sysgraph-made@one.service ${ESCAPED} ${MANY.join(' ')}
AllowIsolate=yes
`,
  'sysgraph-run.service': simple('/bin/sleep infinity', '[Install]\nWantedBy=sysgraph.target\n'),
  'sysgraph.target.wants/sysgraph-run.service': link('/etc/systemd/system/sysgraph-run.service'),
  'sysgraph-fail.service': simple('/bin/false'),
  'sysgraph-loop.service': simple('/bin/false', 'Restart=always\nRestartSec=1h\n'),
  'sysgraph-done.service': simple('/bin/true', 'Type=oneshot\nRemainAfterExit=yes\n'),
  'sysgraph-off.service': simple('/bin/sleep infinity', '[Install]\nWantedBy=multi-user.target\n'),
  'sysgraph-never.service': link('/dev/null'),
  'sysgraph-made@.service': simple('/bin/sleep infinity'),
  'foo\\x2dbar@.service': simple('/bin/sleep infinity'),
  'sysgraph-alias.service': link('/etc/systemd/system/sysgraph-run.service'),
  'sysgraph-user.service': simple('/bin/sleep infinity', 'User=nobody\n'),
  'sysgraph-tree.service': simple('/bin/sh -c "sleep infinity & sleep infinity & exec sleep infinity"'),
  'sysgraph-stubborn.service': simple('/bin/sleep infinity', 'ExecStop=/bin/sleep 60\n'),
  'sysgraph-refused.service': '[Unit]\nRefuseManualStart=yes\n[Service]\nExecStart=/bin/true\n',
  ...Object.fromEntries(MANY.map((name) => [name, simple('/bin/true', 'Type=oneshot\nRemainAfterExit=yes\n')])),
};

// The machine's own systemd, if there is one, is neither asked nor disturbed.
describe.runIf(needsSystemd())('a real systemd', () => {
  let there: Systemd;
  let source: Source;

  beforeAll(async () => {
    there = await systemd(units);
    process.env.DBUS_SYSTEM_BUS_ADDRESS = there.address;
    source = await openLocal();
  }, 120_000);
  afterAll(async () => {
    delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
    await there?.stop();
  });

  const named = async (name: string, selection: string): Promise<Answer> =>
    (await ask(source, `query ($name: String!) { service(name: $name) { ${selection} } }`, { variables: { name } }))
      .service;

  test('has the services that systemctl lists', async () => {
    const loaded = there.run('systemctl list-units --all --plain --no-legend --type=service');
    const installed = there.run('systemctl list-unit-files --plain --no-legend --type=service');
    const lines = (text: string): string[][] =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/ +/));
    const expected = [
      ...lines(loaded)
        .filter(([, load, active]) => load !== 'not-found' || active !== 'inactive')
        .map(([name]) => name!),
      ...lines(installed)
        .filter(([name, state]) => state !== 'alias' && !name!.includes('@.'))
        .map(([name]) => name!),
    ];
    const { services } = await ask(source, '{ services { totalCount nodes { name } gaps { field } } }');
    expect(services.nodes.map(({ name }: Answer) => name)).toEqual([...new Set(expected)].sort());
    expect(services).toMatchObject({ totalCount: new Set(expected).size, gaps: [] });
    expect(services.totalCount).toBeGreaterThan(200);
  });

  test.each([
    ['sysgraph-run', { status: 'RUNNING', subStatus: 'running', startType: 'AUTOMATIC', binaryPath: '/bin/sleep' }],
    ['sysgraph-fail', { status: 'FAILED', subStatus: 'failed', startType: 'STATIC', startedAt: null, pid: null }],
    ['sysgraph-loop', { status: 'START_PENDING', subStatus: 'auto-restart', pid: null }],
    ['sysgraph-done', { status: 'RUNNING', subStatus: 'exited', pid: null }],
    ['sysgraph-off', { status: 'STOPPED', startType: 'DISABLED', startedAt: null, binaryPath: '/bin/sleep' }],
    ['sysgraph-never', { status: 'STOPPED', startType: 'MASKED', binaryPath: null }],
    ['sysgraph-made@one', { status: 'RUNNING', startType: 'STATIC' }],
    [ESCAPED, { name: ESCAPED, status: 'RUNNING', startType: 'STATIC' }],
    ['sysgraph-user', { username: 'nobody' }],
    ['sysgraph-alias', { name: 'sysgraph-run.service' }],
    ['sysgraph-made@', null],
    ['sysgraph-nothing', null],
  ])('%s is what it is', async (name, is) => {
    const fields = 'name status subStatus startType startedAt pid binaryPath username gaps { field }';
    const found = await named(name, fields);
    if (is === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ ...is, gaps: [] });
  });

  test('says of every service what systemctl show says', async () => {
    const names = ['Id', 'Description', 'ActiveState', 'SubState', 'MainPID', 'InactiveExitTimestamp'];
    const shown = there
      .run(`systemctl show --timestamp=unix --all '*.service' --property=${names.join(',')}`)
      .split('\n\n')
      .map((block) =>
        Object.fromEntries(
          block
            .trim()
            .split('\n')
            .map((line) => line.split(/=(.*)/s).slice(0, 2)),
        ),
      );
    const { services } = await ask(
      source,
      '{ services { nodes { name displayName description status subStatus pid startedAt startType } } }',
    );
    const known = new Map<string, Answer>(services.nodes.map((row: Answer) => [row.name, row]));
    const both = shown.filter(({ Id }) => known.has(Id));
    expect(both.length).toBeGreaterThan(200);
    for (const of of both) {
      const row = known.get(of.Id)!;
      const isActive = !['inactive', 'failed'].includes(of.ActiveState);
      const started = isActive ? `@${Math.floor(Date.parse(row.startedAt) / 1000)}` : null;
      expect({ ...row, startedAt: row.startedAt && started }).toMatchObject({
        displayName: of.Description,
        description: of.Description,
        subStatus: of.SubState,
        pid: Number(of.MainPID) || null,
        startedAt: isActive ? of.InactiveExitTimestamp : null,
      });
    }
  });

  test('knows what a service has used', async () => {
    const { cpuTime, memory, gaps } = await named('sysgraph-run', 'cpuTime memory gaps { field reason }');
    const shown = there.run('systemctl show sysgraph-run --property=CPUUsageNSec,MemoryCurrent --value').split('\n');
    expect(cpuTime).toBeLessThanOrEqual(Number(shown.find((line) => /^\d{4,}$/.test(line))) / 1e9 + 1);
    // Where the kernel counts memory elsewhere, nobody counts it.
    if (memory === null) expect(gaps).toEqual([{ field: 'memory', reason: 'NOT_SUPPORTED' }]);
    else expect(memory).toBeGreaterThan(0);
  });

  test('seen from among its processes leads to them and back', async () => {
    const query = `{
      service(name: "sysgraph-tree") {
        pid mainProcess { pid name service { name } } processes { pid name service { name } }
      }
      done: service(name: "sysgraph-done") { mainProcess { pid } processes { pid } }
      first: process(pid: 1) { service { name } systemdUnit }
    }`;
    const data = await executeIn({ inside: there.enter }, query);
    const pid = Number(there.run('systemctl show sysgraph-tree --property=MainPID --value'));
    const service = { name: 'sysgraph-tree.service' };
    expect(data.service.pid).toBe(pid);
    expect(data.service.mainProcess).toEqual({ pid, name: 'sleep', service });
    expect(data.service.processes).toHaveLength(3);
    expect(data.service.processes).toContainEqual(data.service.mainProcess);
    expect(data.done).toEqual({ mainProcess: null, processes: [] });
    expect(data.first).toEqual({ service: null, systemdUnit: 'init.scope' });
  });

  test('seen from elsewhere has pids that are of others', async () => {
    const { mainProcess } = await named('sysgraph-run', 'mainProcess { pid }');
    expect(mainProcess).toBeNull();
  });

  test('an ordinary user sees the same', async () => {
    const query = '{ services { totalCount nodes { name pid username } gaps { field } } }';
    const inside = there.enter;
    const data = await executeIn({ inside, nobody: true }, query);
    expect(data).toEqual(await executeIn({ inside }, query));
    expect(data.services.totalCount).toBeGreaterThan(200);
  });

  test('starts, stops and restarts', async () => {
    const control = source.controlService!;
    const done = { code: 'DONE', message: '' };
    expect(await control('sysgraph-off.service', 'START', 60_000)).toEqual(done);
    const { status, pid } = await named('sysgraph-off', 'status pid');
    expect(status).toBe('RUNNING');
    expect(await control('sysgraph-off.service', 'RESTART', 60_000)).toEqual(done);
    expect((await named('sysgraph-off', 'pid')).pid).not.toBe(pid);
    expect(await control('sysgraph-off.service', 'STOP', 60_000)).toEqual(done);
    expect((await named('sysgraph-off', 'status')).status).toBe('STOPPED');
  });
  test.each([
    ['sysgraph-never.service', 'START', 'REFUSED'],
    ['sysgraph-nothing.service', 'START', 'NO_SUCH_SERVICE'],
    ['sysgraph-refused.service', 'START', 'REFUSED'],
    ['sysgraph-made@.service', 'START', 'INVALID_ARGUMENT'],
  ] as const)('%s refuses %s: %s', async (name, verb, code) =>
    expect((await source.controlService!(name, verb, 60_000)).code).toBe(code),
  );
  test('what takes longer than the time is given up', async () => {
    await source.controlService!('sysgraph-stubborn.service', 'START', 60_000);
    expect((await source.controlService!('sysgraph-stubborn.service', 'STOP', 200)).code).toBe('TIMED_OUT');
    expect((await named('sysgraph-stubborn', 'status')).status).toBe('STOP_PENDING');
  });

  test('a unit that vanishes is gone, and one that comes is there', async () => {
    there.run('cp /etc/systemd/system/sysgraph-off.service /etc/systemd/system/sysgraph-late.service');
    there.run('systemctl daemon-reload');
    expect((await named('sysgraph-late', 'status')).status).toBe('STOPPED');
    there.run('rm /etc/systemd/system/sysgraph-late.service; systemctl daemon-reload');
    expect(await named('sysgraph-late', 'status')).toBeNull();
  });
  test('a bus that is started anew is found again', async () => {
    there.run('systemctl restart dbus.service || true');
    const total = async () => (await ask(source, '{ services { totalCount } }')).services.totalCount;
    // systemd takes its time to come back to it.
    await vi.waitUntil(async () => (await total()) > 200, { timeout: 60_000, interval: 200 });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Acting, startActing } from '../support/acting.ts';
import { callIn } from '../support/inside.ts';
import type { Answer } from '../support/operation.ts';
import { needsSystemd, type Systemd, systemd } from '../support/systemd.ts';
import { link, type Tree } from '../support/tree.ts';

const sleeping = (more = ''): string => `[Service]\nExecStart=/bin/sleep infinity\n${more}`;

const units: Tree = {
  'sysgraph.target': '[Unit]\nWants=dbus.service sysgraph-own.service sysgraph-app-a.service\nAllowIsolate=yes\n',
  'sysgraph-own.service': sleeping(),
  'sysgraph-app-a.service': sleeping(),
  'sysgraph-app-b.service': sleeping('ExecStartPre=/bin/false\n'),
  'sysgraph-other.service': sleeping(),
  'sysgraph-alias.service': link('/etc/systemd/system/sysgraph-other.service'),
  'sysgraph-hidden.service': link('/dev/null'),
};

describe.runIf(needsSystemd())('a real systemd', () => {
  let there: Systemd;
  let acting: Acting;

  beforeAll(async () => {
    there = await systemd(units);
    process.env.DBUS_SYSTEM_BUS_ADDRESS = there.address;
    acting = await startActing({ allowService: ['sysgraph-app-*', 'sysgraph-alias', 'sysgraph-hidden', 'dbus*'] });
  }, 120_000);
  afterAll(async () => {
    delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
    await acting?.stop();
    await there?.stop();
  });

  const idOf = async (name: string): Promise<string> =>
    (await acting.data('query ($name: String!) { service(name: $name) { id } }', { name })).service.id;
  const act = async (field: string, id: string, token?: string) => {
    const query = `mutation ($id: ID!) { ${field}(id: $id) { service { name status } errors { code message } } }`;
    return (await acting.data(query, { id }, token))[field];
  };
  const stateOf = (name: string) => there.run(`systemctl show ${name} --property=ActiveState,MainPID --value`).trim();

  test('stops, starts and restarts what it is let', async () => {
    const name = 'sysgraph-app-a.service';
    const id = await idOf(name);
    acting.records();
    expect(await act('stopService', id)).toEqual({ service: { name, status: 'STOPPED' }, errors: [] });
    expect(stateOf(name)).toMatch(/inactive/);
    expect(await act('startService', id)).toEqual({ service: { name, status: 'RUNNING' }, errors: [] });
    const before = stateOf(name);
    expect(await act('restartService', id)).toEqual({ service: { name, status: 'RUNNING' }, errors: [] });
    expect(stateOf(name)).not.toBe(before);
    expect(acting.records()).toMatchObject(
      ['stopService', 'startService', 'restartService'].map((action) => ({
        ...{ action, outcome: 'DONE', target: { id, name } },
      })),
    );
  });
  test.each([
    ['stopService', 'sysgraph-other', 'REFUSED', /--allow-service sysgraph-other.service would/],
    // By its own name: who may act on an alias need not be meant to act on what it is another name of.
    ['stopService', 'sysgraph-alias', 'REFUSED', /--allow-service sysgraph-other.service would/],
    ['stopService', 'dbus', 'REFUSED', /system would be lost/],
    ['restartService', 'dbus', 'REFUSED', /system would be lost/],
    ['startService', 'sysgraph-app-b', 'FAILED', /systemd ended the job: failed.*sysgraph-app-b/],
    ['startService', 'sysgraph-hidden', 'REFUSED', /masked/],
  ])('%s %s is %s, and changes nothing', async (field, name, code, message) => {
    const id = await idOf(name);
    const before = stateOf(name);
    acting.records();
    expect((await act(field, id)).errors).toEqual([{ code, message: expect.stringMatching(message) }]);
    if (code === 'REFUSED') expect(stateOf(name)).toBe(before);
    expect(acting.records()).toMatchObject([{ action: field, outcome: code, target: { id } }]);
  });
  test('there is none of a name, of another type, or of a process', async () => {
    const id = await idOf('sysgraph-app-a');
    const named = (name: string) => id.replace(/[^:]+$/, Buffer.from(name).toString('base64url'));
    for (const name of ['sysgraph-none.service', 'sysgraph.target', 'init.scope', 'sysgraph-app-a.service\n'])
      expect(await act('stopService', named(name))).toMatchObject({
        service: null,
        errors: [{ code: 'NO_SUCH_SERVICE' }],
      });
    const other = await acting.idOf(process.pid);
    expect((await act('stopService', other)).errors).toMatchObject([{ code: 'INVALID_ARGUMENT' }]);
  });
  test('a gateway acts on no unit that it is in', async () => {
    const [, pid] = /\/proc\/(\d+)\//.exec(there.address)!;
    const group = `/proc/${pid}/root/sys/fs/cgroup/system.slice/sysgraph-own.service/cgroup.procs`;
    const inside = ['bash', '-ec', `echo $$ > ${group}; exec "$@"`, 'bash', ...there.enter];
    const stop = (name: string) => callIn(inside, '--service', name, 'do', 'stopService(id: $id)') as Promise<Answer>;
    const { data } = await stop('sysgraph-own.service');
    expect(data.stopService.errors).toEqual([
      { code: 'REFUSED', message: expect.stringMatching(/this gateway itself/) },
    ]);
    expect(stateOf('sysgraph-own.service')).toMatch(/^\d+\nactive|^active/);
    // It is its unit that is refused, and not every one.
    expect((await stop('sysgraph-app-a.service')).data.stopService.errors).toEqual([]);
  });
  test("who is shown one user's processes acts on none", async () => {
    const token = acting.admit({ name: 'own', scopes: ['CONTROL'], onlyUser: 'nobody' });
    const id = await idOf('sysgraph-app-a');
    const known = async () => (await acting.ask('{ gateway { version } }', {}, token)).errors;
    await expect.poll(known, { timeout: 30_000, interval: 100 }).toBe(undefined);
    const before = stateOf('sysgraph-app-a');
    expect((await act('stopService', id, token)).errors).toMatchObject([
      { code: 'REFUSED', message: expect.stringMatching(/one user's processes/) },
    ]);
    expect(stateOf('sysgraph-app-a')).toBe(before);
  });
});

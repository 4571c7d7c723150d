// Actions on a host where they come to what the test says.
import { graphql, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { viewOf } from '../../loaders/view.ts';
import {
  type Action,
  EFFECTS,
  type Effect,
  type Platform,
  type Source,
  type Target,
  type Waited,
} from '../../native/index.ts';
import { hostKeys, processId, serviceId } from '../../resolvers/id.ts';
import { schema } from '../../schema/index.ts';
import { outline } from '../../server/compile.ts';
import { required } from '../support/host.ts';
import { type Answer, actingContext, somewhere } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';

const keys = hostKeys(somewhere);
const idOf = (pid: number): string => processId(keys, { key: pid, startTicks: 10 + pid } as never);
const ids = (uid: number) => ({ uidsReal: uid, uidsEffective: uid, uidsSaved: uid });
const process = (key: number, ppid: number, more: object = {}) => ({
  ...{ ...required, key, ppid, comm: `p${key}`, startTicks: 10 + key, status: 'SLEEPING', numThreads: 1 },
  ...{ isKernelThread: false, isCommCut: false, createTime: 0, ...ids(7), ...more },
});

/** A host whose processes stop where they are told to, and otherwise come to this. */
function host(
  rows: ReturnType<typeof process>[],
  comesTo: (target: Target, action: Action) => Effect = () => 'DONE',
  platform: Platform | null = 'LINUX',
) {
  const deeds: string[] = [];
  const source: Source = {
    ...scripted({ process: rows, system: [{ key: 0, platform }] }, { ...somewhere, ownPid: 2 }),
    async act(target, action) {
      const row = rows.find(({ key, startTicks }) => key === target.pid && startTicks === target.startTicks);
      const what = action.act === 'signal' ? action.signal : action.act;
      if (!row) return { effect: 'GONE', isHeld: true };
      deeds.push(`${what} ${target.pid}`);
      const effect = comesTo(target, action);
      if (what === 'SIGSTOP' && effect === 'DONE') Object.assign(row, { status: 'STOPPED' });
      if (what === 'SIGCONT' && effect === 'DONE') Object.assign(row, { status: 'SLEEPING' });
      return { effect, isHeld: true };
    },
  };
  return { source, deeds };
}

async function act(source: Source, field: string): Promise<Answer> {
  const query = `mutation { done: ${field} { process { pid } affected errors { code message processId } } }`;
  const { data, errors } = await graphql({ schema, source: query, contextValue: actingContext(source) });
  if (errors) throw errors[0];
  return JSON.parse(JSON.stringify(data!.done));
}

describe('what comes of an action', () => {
  const words: Record<Effect, [string, RegExp] | null> = {
    DONE: null,
    GONE: ['NO_SUCH_PROCESS', /ended before it was reached/],
    DENIED: ['ACCESS_DENIED', /CAP_SYS_NICE/],
    UNSUPPORTED: ['NOT_SUPPORTED', /has no nice values/],
    INVALID: ['INVALID_ARGUMENT', /from -20 to 19/],
    UNCERTAIN: ['FAILED', /may have reached another process/],
    FAILED: ['FAILED', /did not do it/],
  };
  test.each(EFFECTS)('that is %s is told so', async (effect) => {
    const { source } = host([process(9, 1)], () => effect);
    const expected = words[effect];
    const errors = expected
      ? [{ code: expected[0], message: expect.stringMatching(expected[1]), processId: idOf(9) }]
      : [];
    expect(await act(source, `setProcessNice(id: "${idOf(9)}", nice: 1)`)).toEqual({
      ...{ process: { pid: 9 }, affected: expected ? 0 : 1, errors },
    });
  });
});

test.each([
  ['WINDOWS', 'terminateProcess(id: $id)', /SeDebugPrivilege/],
  ['WINDOWS', 'setProcessPriorityClass(id: $id, priorityClass: REALTIME)', /SeIncreaseBasePriorityPrivilege/],
  ['WINDOWS', 'setProcessCpuAffinity(id: $id, cpus: [])', /SeDebugPrivilege/],
  ['WINDOWS', 'setProcessIoNice(id: $id, ioClass: HIGH)', /SeIncreaseBasePriorityPrivilege/],
  ['LINUX', 'terminateProcess(id: $id)', /CAP_KILL/],
  ['MACOS', 'terminateProcess(id: $id)', /does not let the gateway do this \(process 9\)$/],
  [null, 'terminateProcess(id: $id)', /does not let the gateway do this \(process 9\)$/],
] as const)('on %s what %s takes is said where it may not be done', async (platform, field, takes) => {
  const { source } = host([process(9, 1)], () => 'DENIED', platform);
  const { errors } = await act(source, field.replace('$id', `"${idOf(9)}"`));
  expect(errors).toMatchObject([{ code: 'ACCESS_DENIED', message: expect.stringMatching(takes) }]);
});

test('a mutation is never compiled: code that fails is run anew by other means', () => {
  const sound = (text: string): boolean => {
    const document = parse(text);
    return outline(document, document.definitions[0] as OperationDefinitionNode).isSound;
  };
  expect([sound('mutation { trimHeap }'), sound('query { system { hostname } }')]).toEqual([false, true]);
});

describe('of a tree', () => {
  const tree = () => [process(9, 1), process(10, 9), process(11, 10), process(12, 9)];
  const terminate = `terminateProcess(id: "${idOf(9)}", recursive: true)`;

  test('children are signalled first, and all go on', async () => {
    const { source, deeds } = host(tree());
    expect(await act(source, terminate)).toMatchObject({ affected: 4, errors: [] });
    const [stopped, told, went] = ['SIGSTOP', 'SIGTERM', 'SIGCONT'].map((signal) =>
      deeds.filter((deed) => deed.startsWith(signal)).map((deed) => Number(deed.split(' ')[1])),
    );
    expect([stopped, told, went]).toEqual([
      [9, 10, 11, 12],
      [11, 10, 12, 9],
      [11, 10, 12, 9],
    ]);
    expect(deeds.indexOf('SIGTERM 11')).toBeGreaterThan(deeds.indexOf('SIGSTOP 12'));
  });
  test('one that is not reached is told of, and does not keep the others', async () => {
    const { source } = host(tree(), ({ pid }) => (pid === 11 ? 'DENIED' : 'DONE'));
    expect(await act(source, terminate)).toMatchObject({
      ...{ affected: 3, errors: [{ code: 'ACCESS_DENIED', processId: idOf(11) }] },
    });
  });
  test('one that ended by itself is not, but if it was named', async () => {
    const gone = (wanted: number) =>
      host(tree(), ({ pid }, action) =>
        pid === wanted && action.act === 'signal' && action.signal === 'SIGTERM' ? 'GONE' : 'DONE',
      );
    expect(await act(gone(11).source, terminate)).toMatchObject({ affected: 3, errors: [] });
    expect(await act(gone(9).source, terminate)).toMatchObject({
      ...{ affected: 3, errors: [{ code: 'NO_SUCH_PROCESS', processId: idOf(9) }] },
    });
  });
  test.each([
    ['the gateway', { key: 2 }, /process 2, which is below it, is this gateway/],
    ['a thread of the kernel', { isKernelThread: true }, /process 12, .* thread of the kernel/],
  ])('nobody is signalled where %s is in it', async (_, more, message) => {
    const { source, deeds } = host([process(9, 1), { ...process(12, 9, { startTicks: 50 }), ...more }]);
    expect(await act(source, terminate)).toMatchObject({
      ...{ affected: 0, errors: [{ code: 'REFUSED', message: expect.stringMatching(message) }] },
    });
    expect(deeds).toEqual([]);
  });
  test('those that a child made meanwhile are found', async () => {
    const rows = tree();
    const { source, deeds } = host(rows, ({ pid }, action) => {
      if (pid === 12 && action.act === 'signal' && action.signal === 'SIGSTOP') rows.push(process(13, 12));
      return 'DONE';
    });
    expect((await act(source, terminate)).affected).toBe(5);
    expect(deeds.indexOf('SIGTERM 13')).toBeGreaterThan(deeds.indexOf('SIGSTOP 13'));
    expect(deeds.indexOf('SIGTERM 12')).toBeGreaterThan(deeds.indexOf('SIGTERM 13'));
  });
  test('a fault in the middle leaves nobody stopped', async () => {
    const rows = tree();
    const { source, deeds } = host(rows);
    let lists = 0;
    const failing: Source = {
      ...source,
      read: (table, mask, keys, signal) => {
        if ('except' in keys && ++lists === 2) throw new Error('out of descriptors');
        return source.read(table, mask, keys, signal);
      },
    };
    await expect(act(failing, terminate)).rejects.toThrow();
    expect(rows.map(({ status }) => status)).toEqual(Array(4).fill('SLEEPING'));
    expect(deeds.filter((deed) => deed.startsWith('SIGTERM'))).toEqual([]);
  });
});

describe("who is shown one user's processes", () => {
  const rows = () => [process(9, 1), process(10, 9, ids(8)), process(11, 10)];
  test('acts on these alone, in a tree too', async () => {
    const { source, deeds } = host(rows());
    const own = viewOf(source, { onlyUid: 7, showSecrets: true });
    expect(await act(own, `killProcess(id: "${idOf(10)}")`)).toMatchObject({
      ...{ process: null, affected: 0, errors: [{ code: 'NO_SUCH_PROCESS' }] },
    });
    expect(await act(own, `killProcess(id: "${idOf(9)}", recursive: true)`)).toMatchObject({ affected: 1, errors: [] });
    expect(deeds.some((deed) => deed.endsWith(' 10'))).toBe(false);
  });
  test('acts on none of which only the pid is the same', async () => {
    const { source } = host(rows());
    const own = viewOf(source, { onlyUid: 7, showSecrets: true });
    const nice: Action = { act: 'nice', nice: 1 };
    expect((await own.act!({ pid: 9, startTicks: 19 }, nice)).effect).toBe('DONE');
    expect((await own.act!({ pid: 9, startTicks: 18 }, nice)).effect).toBe('GONE');
    expect((await own.act!({ pid: 10, startTicks: 20 }, nice)).effect).toBe('GONE');
  });
  test('waits for others as for those that are gone', async () => {
    const waiting: Waited = { effect: 'DONE', hasEnded: false, exit: null };
    const asked: number[] = [];
    const source: Source = {
      ...host(rows()).source,
      async wait(targets) {
        asked.push(...targets.map(({ pid }) => pid));
        return targets.map(() => waiting);
      },
    };
    const own = viewOf(source, { onlyUid: 7, showSecrets: true });
    const targets = [10, 9, 11].map((pid) => ({ pid, startTicks: 10 + pid }));
    const waited = await own.wait!(targets, { timeoutMs: 1 });
    expect(waited.map(({ hasEnded }) => hasEnded)).toEqual([true, false, false]);
    expect(asked).toEqual([9, 11]);
  });
});

describe('a service', () => {
  /** What comes of stopping it, by a gateway that is part of the service called Own. */
  async function stopping(manager: string, name: string): Promise<string> {
    const choices = { manager, status: 'RUNNING', startType: 'AUTOMATIC' };
    const rows = { process: [process(2, 1, { serviceNames: ['Own'] })], service: [{ ...choices, key: 1, name }] };
    const source: Source = {
      ...scripted(rows, { ...somewhere, ownPid: 2 }),
      serviceKeys: async (names) => names.map(() => 1),
      controlService: async (of, verb) => ({ code: 'FAILED', message: `${verb} ${of}` }),
    };
    const query = `mutation { stopService(id: "${serviceId(keys, name)}") { errors { message } } }`;
    const { data } = await graphql({ schema, source: query, contextValue: actingContext(source) });
    return (data as Answer).stopService.errors[0].message;
  }
  test.each([
    ['WINDOWS_SCM', 'Spooler', /^STOP Spooler/],
    ['WINDOWS_SCM', 'RpcSs', /never acted on/],
    ['WINDOWS_SCM', 'Own', /the unit of this gateway itself/],
    ['SYSTEMD', 'a.service', /^STOP a.service/],
    ['SYSTEMD', 'a.scope', /only units that end in .service/],
    ['SYSTEMD', 'dbus.service', /never acted on/],
    ['SYSTEMD', 'RpcSs.service', /^STOP RpcSs.service/],
  ])('of %s called %s is stopped, or why it is not is told', async (manager, name, told) =>
    expect(await stopping(manager, name)).toMatch(told),
  );
});

import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { type Answer, type Call, type FakeBus, fakeBus, type Options } from '../support/bus.ts';

let bus: FakeBus | undefined;
afterEach(async () => {
  await bus?.stop();
  delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
});

/** A host whose bus answers so. */
async function hostOf(answer: Options['answer']) {
  bus = await fakeBus({ answer });
  process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
  return openLocal();
}

describe('control', () => {
  const JOB = '/org/freedesktop/systemd1/job/7';
  const ended = (of: FakeBus, result: string) =>
    of.signal('/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager', 'JobRemoved', 'uoss', [
      7,
      JOB,
      'a.service',
      result,
    ]);
  const started: Answer = { signature: 'o', values: [JOB] };
  const control = async (answer: (call: Call, of: FakeBus) => Answer | undefined, timeoutMs = 60_000) => {
    const source = await hostOf((call, of) =>
      /Unit$/.test(call.member) ? answer(call, of) : { signature: '', values: [] },
    );
    return source.controlService!('a.service', 'START', timeoutMs);
  };

  test.each([
    ['done', 'DONE'],
    ['failed', 'FAILED'],
    ['timeout', 'TIMED_OUT'],
    ['canceled', 'REFUSED'],
    ['dependency', 'FAILED'],
  ])('a job that is %s is %s', async (result, code) => {
    const outcome = await control((_, of) => {
      void setTimeout(20).then(() => ended(of, result));
      return started;
    });
    expect(outcome.code).toBe(code);
    expect(bus!.calls.at(-1)).toMatchObject({ member: 'StartUnit', args: ['a.service', 'replace'] });
  });
  test('a job that ends before its start is told is done', async () =>
    expect(
      await control((_, of) => {
        ended(of, 'done');
        return started;
      }),
    ).toEqual({ code: 'DONE', message: '' }));
  test.each([
    ['org.freedesktop.DBus.Error.InteractiveAuthorizationRequired', 'ACCESS_DENIED'],
    ['org.freedesktop.systemd1.NoSuchUnit', 'NO_SUCH_SERVICE'],
    ['org.freedesktop.systemd1.UnitMasked', 'REFUSED'],
    ['org.freedesktop.DBus.Error.ServiceUnknown', 'NOT_SUPPORTED'],
    ['org.freedesktop.DBus.Error.Anything', 'FAILED'],
  ])('%s is %s, with what was said', async (error, code) =>
    expect(await control(() => ({ error }))).toEqual({ code, message: 'it was refused' }),
  );
  test('a job that does not end is given up', async () =>
    expect((await control(() => started, 100)).code).toBe('TIMED_OUT'));
  test('a bus that goes away has failed', async () =>
    expect(
      (
        await control((_, of) => {
          of.drop();
          return undefined;
        })
      ).code,
    ).toBe('FAILED'));
  test('what is no name of a service is not asked for', async () => {
    const source = await hostOf(() => undefined);
    expect((await source.controlService!('a b', 'STOP', 100)).code).toBe('INVALID_ARGUMENT');
    expect(bus!.calls).toEqual([]);
  });
});

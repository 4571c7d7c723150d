// How often is read what many watch, at one pace or several: counted.
import { expect, test } from 'vitest';
import { systemTable } from '../../native/index.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { StillClock, settled } from '../support/clock.ts';
import { recording } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';

const ROWS = { process: [{ key: 7, startTicks: 1 }], system: [{ key: 0 }] };

function watching() {
  const clock = new StillClock();
  const { source, calls } = recording(scripted(ROWS));
  const watch = new Watch(source, clock);
  /** Follows a stream to its end, and tells what it was given. */
  const follow = (watcher: ReturnType<Watch['system']>) => {
    const clocks: number[] = [];
    void (async () => {
      for await (const { sample } of watcher) clocks.push(sample.clock);
    })();
    return { clocks, watcher };
  };
  return { clock, calls, watch, follow };
}

test('twenty watchers read no more than one, and nobody reads nothing', async () => {
  const { clock, calls, watch, follow } = watching();
  const followers = Array.from({ length: 20 }, () => follow(watch.system(1, 1000)));
  await clock.pass(5000);
  expect(calls.length).toBe(6);
  for (const { watcher } of followers) watcher.leave();
  await clock.pass(5000);
  expect([calls.length, watch.size, clock.waiting]).toEqual([6, 0, 0]);
});

test('where ticks of several intervals fall together one is read', async () => {
  const { clock, calls, watch, follow } = watching();
  const paces = [500, 1000, 2000].map((everyMs) => follow(watch.system(1, everyMs)));
  await settled();
  calls.length = 0;
  await clock.pass(6000);
  expect(paces.map(({ clocks }) => clocks.length)).toEqual([13, 7, 4]);
  expect(calls.length).toBe(12);
});

test('and no more where one of them began between two ticks', async () => {
  const { clock, calls, watch, follow } = watching();
  await clock.pass(300);
  follow(watch.system(1, 1000));
  await clock.pass(400);
  follow(watch.system(1, 2000));
  await settled();
  calls.length = 0;
  await clock.pass(5300);
  expect(calls.length).toBe(6);
});

test('what hangs on a row is read in its turn, under a signal that they alone have and that never aborts', async () => {
  const clock = new StillClock();
  const own = scripted({ system: [{ key: 0 }], temperature: [{ key: 0, celsius: 40 }] });
  const asked: { table: string; signal: AbortSignal | undefined }[] = [];
  const read: typeof own.read = (table, mask, keys, signal) => {
    asked.push({ table: table.name, signal });
    return own.read(table, mask, keys, signal);
  };
  const watch = new Watch({ ...own, read }, clock);
  const bits = ['meminfo', 'temperatures'].reduce((mask, name) => mask | (1 << systemTable.sources.indexOf(name)), 0);
  const watcher = watch.system(bits, 1000);
  const { value: first } = await watcher.next();
  const [row] = first.sample.value;
  expect([row!.asked & bits, row!.have & bits]).toEqual([bits, bits]);
  expect(row!.sensorsTemperatures).toHaveLength(1);
  expect(asked.map(({ table }) => table)).toEqual(['system', 'temperature']);
  expect(new Set(asked.map(({ signal }) => signal)).size).toBe(1);
  expect(asked[0]!.signal!.aborted).toBe(false);
  void watch.system(bits | 1, 1000).next();
  await settled();
  expect(new Set(asked.map(({ signal }) => signal)).size).toBe(2);
  watcher.leave();
});

test('what differs is read for itself: other sources, other rows', async () => {
  const { clock, calls, watch, follow } = watching();
  follow(watch.system(1, 1000));
  follow(watch.system(2, 1000));
  await settled();
  calls.length = 0;
  await clock.pass(2000);
  expect(calls.length).toBe(4);
});

import { expect, test } from 'vitest';
import { type Event, elapsedOf, Sampler, Watcher } from '../../subscriptions/sampler.ts';
import { StillClock, settled } from '../support/clock.ts';

/** What a test reads is how often it was read. */
function watched(everyMs: number, read = (count: number): Promise<number> => Promise.resolve(count)) {
  const clock = new StillClock();
  const counts = { reads: 0, samplers: 0 };
  let sampler: Sampler<number> | null = null;
  const readAt = async (count: number) => {
    const moment = { at: clock.date(), clock: clock.now() };
    return { value: await read(count), ...moment };
  };
  const open = () => {
    if (sampler) return sampler;
    counts.samplers++;
    sampler = new Sampler(clock, everyMs, () => readAt(++counts.reads), idle);
    return sampler;
  };
  const idle = () => {
    sampler = null;
  };
  return { clock, counts, watch: () => new Watcher(open), isIdle: () => sampler === null };
}

/** Reads a stream to its end, as fast as it comes. */
function follow(watcher: Watcher<number>) {
  const events: Event<number>[] = [];
  const ended = (async () => {
    for await (const event of watcher) events.push(event);
  })();
  return { events, ended, told: () => events.map(told) };
}

const told = (event: Event<number>) => [event.sample.value, elapsedOf(event), event.folded];

test('reads nothing before anybody asks, and nothing after the last has left', async () => {
  const { clock, counts, watch, isIdle } = watched(1000);
  const watchers = [watch(), watch()];
  await clock.pass(5000);
  expect([counts.reads, counts.samplers, clock.waiting]).toEqual([0, 0, 0]);
  const readers = watchers.map(follow);
  await settled();
  expect([counts.reads, clock.waiting]).toEqual([1, 1]);
  await clock.pass(3000);
  expect(counts.reads).toBe(4);
  await watchers[0]!.return();
  await clock.pass(1000);
  expect([counts.reads, isIdle()]).toEqual([5, false]);
  await watchers[1]!.return();
  await Promise.all(readers.map(({ ended }) => ended));
  await clock.pass(5000);
  expect([counts.reads, clock.waiting, isIdle()]).toEqual([5, 0, true]);
});

test('a first event comes at once, later ones at multiples of the interval', async () => {
  const { clock, watch } = watched(1000);
  await clock.pass(300);
  const { events, told } = follow(watch());
  await settled();
  expect(told()).toEqual([[1, 0, 0]]);
  expect(events[0]!.last).toBeNull();
  await clock.pass(2000);
  expect(told()).toEqual([
    [1, 0, 0],
    [2, 0.7, 0],
    [3, 1, 0],
  ]);
  expect(events[2]!.last).toBe(events[1]!.sample);
});

test('a tick that is close is not for a newcomer', async () => {
  const { clock, watch } = watched(1000);
  const early = follow(watch());
  await clock.pass(600);
  const late = follow(watch());
  await clock.pass(1400);
  expect(early.told()).toEqual([
    [1, 0, 0],
    [3, 1, 0],
    [4, 1, 0],
  ]);
  expect(late.told()).toEqual([
    [2, 0, 0],
    [4, 1.4, 0],
  ]);
  // From the second event on they are given the very same.
  await clock.pass(1000);
  expect(late.events.at(-1)).toBe(early.events.at(-1));
});

test('who comes together is read for together', async () => {
  const { clock, counts, watch } = watched(1000);
  const readers = [follow(watch()), follow(watch())];
  await clock.pass(99);
  readers.push(follow(watch()));
  await settled();
  expect(counts.reads).toBe(1);
  await clock.pass(1);
  readers.push(follow(watch()));
  await settled();
  expect(counts.reads).toBe(2);
  await clock.pass(1000);
  expect(readers.map(({ events }) => events.length)).toEqual([2, 2, 2, 2]);
  const seconds = new Set(readers.map(({ events }) => events[1]));
  expect(seconds.size).toBe(2);
});

test('a slow reader is given the newest, and told of the others; nobody waits for it', async () => {
  const { clock, watch } = watched(100);
  const slow = watch();
  const fast = follow(watch());
  const first = await slow.next();
  await clock.pass(1000);
  const second = await slow.next();
  expect(told(first.value as Event<number>)).toEqual([1, 0, 0]);
  expect(told(second.value as Event<number>)).toEqual([11, 1, 9]);
  expect((second.value as Event<number>).last).toBe((first.value as Event<number>).sample);
  expect(fast.events.map(({ folded }) => folded)).toEqual(Array(11).fill(0));
});

test('a clock that is set changes no elapsed time', async () => {
  const { clock, watch } = watched(1000);
  const { events } = follow(watch());
  await settled();
  clock.set(-3_600_000);
  await clock.pass(1000);
  expect(events.map(elapsedOf)).toEqual([0, 1]);
  expect(events[1]!.sample.at - events[0]!.sample.at).toBe(1000 - 3_600_000);
});

test('a read that takes longer than the interval is not overtaken', async () => {
  let finish: (value: number) => void = () => undefined;
  const { clock, counts, watch } = watched(100, (count) =>
    count === 1
      ? Promise.resolve(1)
      : new Promise((resolve) => {
          finish = resolve;
        }),
  );
  const { told } = follow(watch());
  await clock.pass(450);
  expect([counts.reads, told()]).toEqual([2, [[1, 0, 0]]]);
  finish(2);
  await settled();
  await clock.pass(100);
  expect(counts.reads).toBe(3);
  finish(3);
  await settled();
  expect(told()).toEqual([
    [1, 0, 0],
    [2, 0.1, 0],
    [3, 0.4, 0],
  ]);
});

test('a read that fails ends the streams, and says why once', async () => {
  const { clock, counts, watch, isIdle } = watched(1000, (count) =>
    count < 3 ? Promise.resolve(count) : Promise.reject(new Error('broken')),
  );
  const watchers = [watch(), watch()];
  const ends = watchers.map((watcher) => expect(follow(watcher).ended).rejects.toThrow('broken'));
  await clock.pass(3000);
  await Promise.all(ends);
  expect([counts.reads, clock.waiting, isIdle()]).toEqual([3, 0, true]);
  expect(await watchers[0]!.next()).toEqual({ value: undefined, done: true });
});

test('a first read that fails is told as well', async () => {
  const { clock, watch, isIdle } = watched(1000, () => Promise.reject(new Error('broken')));
  await expect(follow(watch()).ended).rejects.toThrow('broken');
  expect([clock.waiting, isIdle()]).toEqual([0, true]);
});

test('a watcher that leaves while something is read is given nothing', async () => {
  const { watch, isIdle } = watched(1000);
  const watcher = watch();
  const next = watcher.next();
  await watcher.return();
  expect(await next).toEqual({ value: undefined, done: true });
  expect(isIdle()).toBe(true);
});

test('a gateway that was suspended goes on with one long tick', async () => {
  const { clock, counts, watch } = watched(1000);
  const { told } = follow(watch());
  await clock.pass(1000);
  await clock.leap(10_300);
  expect(counts.reads).toBe(3);
  await clock.pass(700);
  expect(told()).toEqual([
    [1, 0, 0],
    [2, 1, 0],
    [3, 10.3, 0],
    [4, 0.7, 0],
  ]);
});

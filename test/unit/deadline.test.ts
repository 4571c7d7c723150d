// A deadline keeps what it is for no longer than that lasts.
import { expect, test, vi } from 'vitest';
import { lift, limited } from '../../server/deadline.ts';
import { optionsWith } from '../support/serving.ts';

const options = optionsWith({ maxMs: 65_000 });

test('of an operation ends it when its time is up', () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  const within = limited(signal, options);
  vi.advanceTimersByTime(64_999);
  expect(within.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect([within.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  vi.useRealTimers();
});

test('is gone with the client', () => {
  vi.useFakeTimers();
  const client = new AbortController();
  const within = limited(client.signal, options);
  expect(vi.getTimerCount()).toBe(1);
  client.abort();
  expect([within.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  vi.useRealTimers();
});

test('is not for what goes on until its client leaves', () => {
  vi.useFakeTimers();
  const signal = limited(new AbortController().signal, options);
  lift({ signal });
  expect(vi.getTimerCount()).toBe(0);
  lift({});
  vi.useRealTimers();
});

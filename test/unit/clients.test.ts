import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Clients, Tries } from '../../server/clients.ts';
import { optionsWith } from '../support/serving.ts';

describe('a client', () => {
  const clients = () => new Clients(optionsWith({ maxRate: 10, maxRunning: 3 }));
  const limitOf = (entered: GraphQLError | (() => void)) =>
    entered instanceof GraphQLError ? entered.extensions.limit : 'in';

  test('asks so often in a second, and then as often as time goes by', () => {
    const some = clients();
    const ask = (now: number, key = 'a') => {
      const entered = some.enter(key, now);
      if (!(entered instanceof GraphQLError)) entered();
      return limitOf(entered);
    };
    expect(Array.from({ length: 11 }, () => ask(0))).toEqual([...Array(10).fill('in'), 'maxRate']);
    expect([ask(0, 'b'), ask(50), ask(100), ask(101)]).toEqual(['in', 'maxRate', 'in', 'maxRate']);
    expect(Array.from({ length: 11 }, () => ask(5000)).filter((limit) => limit === 'in')).toHaveLength(10);
  });
  test('has so many at work, and each counts until it is done, once', () => {
    const some = clients();
    const leaves = [1, 2, 3].map(() => some.enter('a', 0) as () => void);
    expect(limitOf(some.enter('a', 0))).toBe('maxRunning');
    expect(limitOf(some.enter('b', 0))).toBe('in');
    leaves[0]!();
    leaves[0]!();
    expect([limitOf(some.enter('a', 0)), limitOf(some.enter('a', 0))]).toEqual(['in', 'maxRunning']);
  });
  test('is told which limit it was, and which flag raises it', () => {
    const some = new Clients(optionsWith({ maxRate: 1 }));
    some.enter('a', 0);
    expect((some.enter('a', 0) as GraphQLError).message).toMatch(/limit is 1.*--max-rate/);
  });
});

describe('who was not known', () => {
  test('waits longer each time, up to a limit, and is forgotten', () => {
    const tries = new Tries(1000);
    const waits = Array.from({ length: 9 }, (_, index) => tries.fail('a', index));
    expect(waits).toEqual([0, 0, 0, 100, 200, 400, 800, 1000, 1000]);
    expect([tries.fail('b', 9), tries.fail('a', 70_000)]).toEqual([0, 0]);
  });
  test('is remembered in bounded room, the newest', () => {
    const tries = new Tries(1000);
    for (let index = 0; index < 25_000; index++) tries.fail(`${index}`, 0);
    expect(tries.size).toBe(10_000);
  });
});

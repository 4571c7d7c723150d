import { expect, test } from 'vitest';
import { Notes } from '../../native/notes.ts';

test('a note is of one object, and the last one stands', () => {
  const [some, others] = [new Notes<object, number>(), new Notes<object, number>()];
  const [one, other] = [{}, {}];
  some.set(one, 1);
  some.set(one, 2);
  others.set(one, 3);
  expect([some.get(one), some.get(other), others.get(one)]).toEqual([2, undefined, 3]);
});

test('neither a copy has it, nor what is written', () => {
  const notes = new Notes<object, number>();
  const one = { a: 1 };
  notes.set(one, 2);
  expect([{ ...one }, Object.assign({}, one)].map((copy) => notes.get(copy))).toEqual([undefined, undefined]);
  expect(JSON.stringify(one)).toBe('{"a":1}');
});

// Rows that are read again and again: the objects are the same as long as nothing differs.
import { expect, test } from 'vitest';
import { type ProcessRow, processTable } from '../../native/index.ts';
import { Steady } from '../../subscriptions/steady.ts';
import { packed, type ScriptedRow } from '../support/scripted.ts';

const bits = (...names: string[]): number => names.reduce((mask, name) => mask | bitOf(name), 0);
const bitOf = (name: string): number => 1 << processTable.sources.indexOf(name);
const MASK = bits('stat', 'state', 'statm', 'cmdline', 'io');

const cat: ScriptedRow = {
  ...{ key: 7, startTicks: 5, comm: 'cat', status: 'SLEEPING', cpuTimesUser: 1, memoryRss: 3, cmdline: ['cat', '-'] },
  ...{ ioReadBytes: 1 },
};

function steady() {
  const of = new Steady<ProcessRow>(processTable, MASK);
  return (rows: readonly ScriptedRow[], seconds = 0) => of.take(packed(processTable, MASK, rows, seconds));
}

test('a row of which nothing differs is the same object, wherever it stands, with the moment it was read', () => {
  const take = steady();
  const [first] = take([cat, { ...cat, key: 8 }], 1);
  expect(first).toMatchObject({ comm: 'cat', cmdline: ['cat', '-'], memoryRss: 3, statClock: 1, ioClock: 1 });
  const again = take([{ ...cat, key: 6, comm: 'longer than before' }, cat], 2);
  expect(again[1]).toBe(first);
  expect(first).toMatchObject({ statClock: 2, ioClock: 2 });
});

test.each([
  ['a number', { memoryRss: 4 }],
  ['a number that is not known', { memoryRss: null }],
  ['a choice', { status: 'RUNNING' }],
  ['a text', { comm: 'dog' }],
  ['a text that is not known', { comm: null }],
  ['one of several texts', { cmdline: ['cat', '+'] }],
  ['that something could not be read', { faults: { cmdline: 'DENIED' } as const }],
  ['that it is gone', { isGone: true }],
])('where %s differs it is another', (_, differing) => {
  const take = steady();
  const [first] = take([cat]);
  const [second] = take([{ ...cat, ...differing }]);
  expect(second).not.toBe(first);
  expect(first).toMatchObject({ comm: 'cat', memoryRss: 3, have: MASK });
  expect(take([{ ...cat, ...differing }])[0]).toBe(second);
  expect(take([cat])[0]).toEqual(first);
});

test('a table without texts and without clocks is no other', () => {
  const of = new Steady<ProcessRow>(processTable, bits('statm'));
  const take = (rows: ScriptedRow[]) => of.take(packed(processTable, bits('statm'), rows));
  const [first] = take([cat]);
  expect(take([cat])[0]).toBe(first);
  expect(take([])).toEqual([]);
  expect(take([cat])[0]).not.toBe(first);
});

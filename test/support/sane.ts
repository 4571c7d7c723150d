// What each kind of column may be, whichever host it is of.
import type { Row } from '../../native/index.ts';
import { bitOf, type Column, type Kind, property, type Table } from '../../native/spec/define.ts';

const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isText = (value: unknown): boolean => typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);
// Boot is known to the second, and starts follow it.
const SECOND = 1000;

/** What a value of each kind is, on a host that was started at `bootTime`. */
const saneSince = (bootTime: number): Record<Kind, (value: unknown, column: Column) => boolean> => ({
  int: Number.isInteger,
  count: isWhole,
  bytes: isWhole,
  seconds: isAmount,
  number: isAmount,
  percent: (value) => isAmount(value) && (value as number) <= 100,
  time: (value) =>
    Number.isInteger(value) && (value as number) >= bootTime - SECOND && (value as number) <= Date.now() + SECOND,
  text: isText,
  texts: (value) => Array.isArray(value) && value.every(isText),
  ints: (value) =>
    Array.isArray(value) && value.every((item, at) => isWhole(item) && (at === 0 || item > value[at - 1])),
  flag: (value) => typeof value === 'boolean',
  choice: (value, { choice }) => Object.hasOwn(choice!.values, String(value)),
});

/** What is not sane in a row, of what could be read: `7: nice is "x"`. */
export function faultsSince(bootTime: number): (table: Table, row: Row) => string[] {
  const sane = saneSince(bootTime);
  return (table, row) =>
    table.columns.flatMap((column) => {
      if ((row.have & bitOf(table, column.source)) === 0) return [];
      const value = row[property(column.path) as keyof Row] as unknown;
      // What is promised in a group that may be null is there, or the group is none.
      const group = column.path.slice(0, Math.max(0, column.path.lastIndexOf('.')));
      if (value === null && (column.required !== true || table.groups[group]?.required === undefined)) return [];
      return sane[column.kind](value, column) ? [] : [`${row.key}: ${column.path} is ${JSON.stringify(value)}`];
    });
}

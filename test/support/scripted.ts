// A host that exists in memory only: what tests say is there is there, and reading it costs nothing.
import { groupByKey } from '../../loaders/group.ts';
import { type Batch, type Layout, type Source, STATUSES, type Status } from '../../native/index.ts';
import { type Column, isClock, property, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { somewhere } from './operation.ts';

/** The columns of a row by the names they have in it; what is not said is not known. */
export interface ScriptedRow {
  readonly key: number;
  /** Sources that cannot be read, and why. */
  readonly faults?: Readonly<Record<string, Status>>;
  readonly [column: string]: unknown;
}

/**
 * A source of these rows. They are looked at when they are read: a test may change them in between. `seconds` is the
 * time since boot at which they say they were read, where they do not say it themselves.
 */
export function scripted(
  rows: Readonly<Record<string, readonly ScriptedRow[]>>,
  identity = somewhere,
  seconds: () => number = () => 0,
): Source {
  return {
    identity,
    async read(layout, mask, keys) {
      const known = groupByKey(rows[layout.name] ?? [], ({ key }) => key);
      const except = 'except' in keys ? new Set(keys.except) : null;
      const asked = 'keys' in keys ? keys.keys : [...known.keys()].filter((key) => !except?.has(key));
      // A protocol without a socket is there all the same.
      const missing = (key: number) => (layout.name === 'connection' ? [] : [{ key, isGone: true }]);
      const read = asked.flatMap((key) => known.get(key) ?? missing(key));
      return packed(layout, mask, read, seconds());
    },
  };
}

const GONE = STATUSES.indexOf('GONE');

/** Rows as they cross from the addon. */
export function packed(layout: Layout, mask: number, rows: readonly ScriptedRow[], seconds = 0): Batch {
  const table = tables.find(({ name }) => name === layout.name)!;
  const names = layout.sources.filter((_, index) => mask & (1 << index));
  const numbers: number[] = [];
  const statuses: number[] = [];
  const texts: string[] = [];
  let end = 0;
  const add = (text: string): number => {
    texts.push(text);
    end += text.length;
    return end;
  };
  for (const row of rows) {
    numbers.push(row.key);
    for (const name of names) {
      const fault = row.faults?.[name];
      statuses.push(row.isGone ? GONE : fault === undefined ? 0 : STATUSES.indexOf(fault as 'GONE'));
      for (const column of columnsOf(table, name)) numbers.push(...slots(column, told(row, column, seconds), add));
    }
  }
  return {
    count: rows.length,
    statuses: Uint8Array.from(statuses),
    numbers: Float64Array.from(numbers),
    text: texts.join(''),
    reads: new Uint32Array(layout.sources.length),
  };
}

const told = (row: ScriptedRow, column: Column, seconds: number): unknown =>
  row[property(column.path)] ?? (isClock(column) ? seconds : undefined);

const columnsOf = (table: Table, source: string): Column[] =>
  table.columns.filter((column) => column.source === source);

function slots({ kind, choice }: Column, value: unknown, add: (text: string) => number): number[] {
  const isText = kind === 'text' || kind === 'texts' || kind === 'ints';
  if (value === undefined || value === null) return isText ? [Number.NaN, Number.NaN] : [Number.NaN];
  if (isText) {
    const ended = () => (value as readonly string[]).map((item) => `${item}\0`).join('');
    const text = kind === 'texts' ? ended() : String(value);
    return [add(''), add(text)];
  }
  return [choice ? Object.keys(choice.values).indexOf(String(value)) : Number(value)];
}

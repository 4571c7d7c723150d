// Tables as they cross from the addon, by name.
import type { Row, TableShape } from '../../native/index.ts';
import * as generated from '../../native/src/gen/rows.ts';

const isTable = (of: unknown): of is TableShape<Row> => typeof of === 'object' && of !== null && 'sources' in of;
export const tables: ReadonlyMap<string, TableShape<Row>> = new Map(
  Object.values(generated).flatMap((of: unknown) => (isTable(of) ? [[of.name, of] as const] : [])),
);

export const tableOf = (name: string): TableShape<Row> => tables.get(name)!;

/** What the kernel lets nobody look into, and a pid that nobody has: each takes its own way out. */
export const OTHERS: readonly number[] = [0, 4, 123_456_788];

// Tables as they cross from the addon, by name.
import type { Row, TableShape } from '../../native/index.ts';
import * as generated from '../../native/src/gen/rows.ts';

const isTable = (of: unknown): of is TableShape<Row> => typeof of === 'object' && of !== null && 'fill' in of;
const tables = new Map(
  Object.values(generated).flatMap((of: unknown) => (isTable(of) ? [[of.name, of] as const] : [])),
);

export const tableOf = (name: string): TableShape<Row> => tables.get(name)!;

import { hang, type Keys, type Row, type RowList, rowsOf, type Source } from '../native/index.ts';
import { groupByKey } from './group.ts';

/** Reads the rows of another table that belong to these, and hangs them on: a list is to its owner like a column. */
export async function readList(source: Source, list: RowList, owners: readonly Row[], mask: number): Promise<void> {
  const byOwner = await readItems(source, list, { keys: owners.map(({ key }) => key) }, mask);
  for (const owner of owners) hang(owner, list, mask & list.mask, byOwner.get(owner.key) ?? []);
}

/** The items of a list by the key of their owner. */
export async function readItems(source: Source, list: RowList, keys: Keys, mask: number): Promise<Map<number, Row[]>> {
  const bits = (mask & list.mask) >> list.shift;
  const batch = await source.read(list.table, bits, keys);
  return groupByKey(rowsOf<Row>(list.table, bits, batch), ({ key }) => key);
}

/** How the rows of a list are read where they are not simply read. */
export type ReadList = typeof readList;

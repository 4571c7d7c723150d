import { type ProcessRow, processTable, type Source } from '../native/index.ts';
import { type RowLoader, rowLoader } from './rows.ts';

/** The bit of a source of processes. */
export const bit = (source: string): number => 1 << processTable.sources.indexOf(source);

const STAT = bit('stat');

export interface ProcessLoader extends RowLoader<ProcessRow> {
  /** One pass for every parent of the operation: the children of each process, by its pid. */
  childrenByPid(): Promise<ReadonlyMap<number, readonly ProcessRow[]>>;
}

export function processLoader(source: Source): ProcessLoader {
  const rows = rowLoader(source, processTable);
  let pass: Promise<ReadonlyMap<number, readonly ProcessRow[]>> | undefined;
  return { ...rows, childrenByPid: () => (pass ??= rows.all(STAT).then(groupByParent)) };
}

function groupByParent(all: readonly ProcessRow[]): ReadonlyMap<number, readonly ProcessRow[]> {
  const children = new Map<number, ProcessRow[]>();
  for (const row of all) {
    if (row.ppid === null) continue;
    const siblings = children.get(row.ppid);
    if (siblings) siblings.push(row);
    else children.set(row.ppid, [row]);
  }
  return children;
}

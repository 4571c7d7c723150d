import { type ProcessRow, processTable, type Source, type Status } from '../native/index.ts';
import { type RowLoader, rowLoader } from './rows.ts';

/** The bit of a source of processes. */
export const bit = (source: string): number => 1 << processTable.sources.indexOf(source);

const STAT = bit('stat');
const CMDLINE = bit('cmdline');

export interface ProcessLoader extends RowLoader<ProcessRow> {
  /** One pass for every parent of the operation: the children of each process, by its pid. */
  childrenByPid(): Promise<ReadonlyMap<number, readonly ProcessRow[]>>;
}

export function processLoader(source: Source): ProcessLoader {
  const rows = rowLoader(source, processTable, settle);
  let pass: Promise<ReadonlyMap<number, readonly ProcessRow[]>> | undefined;
  return { ...rows, childrenByPid: () => (pass ??= rows.all(STAT).then(groupByParent)) };
}

/**
 * What is missing or empty means something else for a zombie, of which the kernel keeps little, for a thread of the
 * kernel, which never had it, and for a program: only together with stat is it understood.
 */
function settle(row: ProcessRow): void {
  if (row.status === 'ZOMBIE' && (row.have & CMDLINE) !== 0) {
    row.cmdline = null;
    fail(row, CMDLINE, 'ZOMBIE');
  }
  for (const fault of row.faults ?? []) {
    if (fault.status === 'ABSENT' && row.status === 'ZOMBIE') fail(row, fault.bit, 'ZOMBIE');
    if (fault.status === 'ABSENT' && row.isKernelThread) forgive(row, fault.bit);
  }
}

function forgive(row: ProcessRow, of: number): void {
  row.faults = row.faults?.filter((fault) => fault.bit !== of) ?? null;
  row.have |= of;
}

function fail(row: ProcessRow, of: number, status: Status): void {
  row.faults = [...(row.faults ?? []).filter((fault) => fault.bit !== of), { bit: of, status }];
  row.have &= ~of;
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

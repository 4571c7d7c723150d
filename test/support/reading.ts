// Rows straight from the addon, without a graph: what the tests of readers and parsers look at.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Batch,
  type Keys,
  openLocal,
  type ProcessRow,
  processTable,
  type Row,
  rowsOf,
  type Source,
  type Status,
  type SystemRow,
  systemTable,
  type TableShape,
} from '../../native/index.ts';
import { tables } from '../../native/spec/index.ts';
import { parseArchive } from './archive.ts';
import { type Tree, withTree } from './tree.ts';

export const ALL: Keys = { except: [] };

/** The sources of a table that this platform has, and that are not those of its lists. */
export const ownSources = ({ name, sources, lists }: Pick<TableShape<Row>, 'name' | 'sources' | 'lists'>): string[] => {
  const spec = tables.find((table) => table.name === name)!;
  return sources.filter(
    (source, index) => spec.sources[source]!.from.LINUX && !lists.some(({ mask }) => mask & (1 << index)),
  );
};

export const maskOf = ({ sources }: { sources: readonly string[] }, names: readonly string[]): number =>
  sources.reduce((mask, name, index) => (names.includes(name) ? mask | (1 << index) : mask), 0);

/** The whole small host that was recorded. */
export const recorded = (): Tree =>
  parseArchive(readFileSync(join(import.meta.dirname, '../fixtures/linux-6.18-small.txt'), 'utf8'));

/** Runs `use` with the host that this tree is the /proc of. */
export const withHost = <T>(tree: Tree, use: (source: Source, root: string) => Promise<T>): Promise<T> =>
  withTree(tree, async (root) => use(await openLocal({ procRoot: root, sysRoot: root }), root));

/** One native call. */
export async function readRows<R extends Row>(
  source: Source,
  table: TableShape<R>,
  mask: number,
  keys: Keys,
): Promise<R[]> {
  const batch: Batch = await source.read(table, mask, keys);
  return rowsOf(table, mask, batch);
}

/** The rows of any table in one native call; of lists those of the system, whose key is 0. */
export const readWhole = <R extends Row>(source: Source, table: TableShape<R>, keys: Keys = ALL): Promise<R[]> =>
  readRows(source, table, maskOf(table, ownSources(table)), keys);

/** Those of the host that this tree is the /proc and the /sys of. */
export const rowsIn = <R extends Row>(tree: Tree, table: TableShape<R>, keys: Keys = ALL): Promise<R[]> =>
  withHost(tree, (source) => readWhole(source, table, keys));

/** One native call. */
export const readProcesses = (source: Source, names?: readonly string[], keys: Keys = ALL): Promise<ProcessRow[]> =>
  readRows(source, processTable, maskOf(processTable, names ?? ownSources(processTable)), keys);

/** The rows of a list of processes, by the name it has in them: `readList(source, 'threads', [7])`. */
export async function readList<R extends Row>(source: Source, name: string, keys: readonly number[]): Promise<R[]> {
  const { table, mask, shift } = processTable.lists.find(({ property }) => property === name)!;
  return readRows(source, table as TableShape<R>, mask >> shift, { keys });
}

/** The same of a tree; all of them of process 7. */
export const listOf = <R extends Row>(tree: Tree, name: string): Promise<R[]> =>
  withHost(tree, (source) => readList<R>(source, name, [7]));

export const readSystem = async (source: Source, names?: readonly string[]): Promise<SystemRow> =>
  (await readRows(source, systemTable, maskOf(systemTable, names ?? ownSources(systemTable)), { keys: [] }))[0]!;

/** The processes of a tree, by pid. */
export const processesOf = (
  tree: Tree,
  names?: readonly string[],
  keys: Keys = ALL,
): Promise<Map<number, ProcessRow>> =>
  withHost(tree, async (source) => new Map((await readProcesses(source, names, keys)).map((row) => [row.pid, row])));

export const systemOf = (tree: Tree, names?: readonly string[]): Promise<SystemRow> =>
  withHost(tree, (source) => readSystem(source, names));

/** How the read of a source ended: `statusOf(processTable, row, 'stat')`. */
export function statusOf({ sources }: { sources: readonly string[] }, row: Row, name: string): Status | null {
  const bit = 1 << sources.indexOf(name);
  return (row.have & bit) !== 0 ? 'OK' : (row.faults?.find((fault) => fault.bit === bit)?.status ?? null);
}

export const processStatus = (row: ProcessRow | undefined, name: string): Status | null =>
  row === undefined ? null : statusOf(processTable, row, name);

/** What is to differ from a plain program in its stat, by field number of proc(5). */
export interface StatLine {
  readonly comm?: string | Uint8Array;
  readonly state?: string;
  readonly fields?: Readonly<Record<number, number | string>>;
  /** The number of its last field. */
  readonly last?: number;
}

/** A line of /proc/PID/stat in which every number is the number of its field. */
export function statLine({ comm = 'cat', state = 'S', fields = {}, last = 52 }: StatLine = {}): Uint8Array {
  const numbers = Array.from({ length: last - 3 }, (_, index) => fields[index + 4] ?? index + 4);
  return Buffer.concat([Buffer.from('7 ('), Buffer.from(comm), Buffer.from(`) ${[state, ...numbers].join(' ')}\n`)]);
}

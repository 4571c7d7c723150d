import type { GraphQLResolveInfo } from 'graphql';
import { groupByKey } from '../loaders/group.ts';
import { plus } from '../native/difference.ts';
import { MemoryMapRow, type ProcessRow } from '../native/index.ts';
import { property } from '../native/spec/define.ts';
import { memoryMap as table } from '../native/spec/memory-map.ts';
import { listOf } from './rows.ts';

const SUMMED = table.columns.filter(({ kind }) => kind === 'bytes').map(({ path }) => property(path) as 'rss');

/** The parts of an address space, or one for each file they are of, in the order of the first of them. */
export function memoryMaps(
  row: ProcessRow,
  { grouped, first }: { grouped: boolean; first?: number | null | undefined },
  _: unknown,
  info: GraphQLResolveInfo,
): readonly MemoryMapRow[] | null {
  const parts = listOf<MemoryMapRow>(row, 'memoryMaps', info);
  const all = parts && grouped ? [...groupByKey(parts, ({ path }) => path).values()].map(folded) : parts;
  return all?.slice(0, first ?? undefined) ?? null;
}

/** Where they stand and what may be done with them differs. */
function folded(parts: readonly MemoryMapRow[]): MemoryMapRow {
  const sum = Object.assign(new MemoryMapRow(parts[0]!.key), parts[0], { address: null, permissions: null });
  for (const part of parts.slice(1)) for (const name of SUMMED) sum[name] = plus(sum[name], part[name]);
  return sum;
}

import type { GraphQLResolveInfo } from 'graphql';
import { groupByKey } from '../loaders/group.ts';
import { bit } from '../loaders/process.ts';
import { type ProcessStatus, type SystemRow, systemTable } from '../native/index.ts';
import { system as table } from '../native/spec/system.ts';
import type { Context } from './context.ts';
import { allowed, gapsOf } from './gaps.ts';
import { systemId } from './id.ts';
import { foresee } from './network.ts';
import { measure } from './rate.ts';
import { needs, type Within } from './selection.ts';

const STAT = bit('stat');
const STATE = bit('state');
const SYSTEM: Within = { type: 'System' };

export async function system(
  _: unknown,
  _args: unknown,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<SystemRow | null> {
  const need = needs(info, SYSTEM);
  const reading = context.loaders.system.at([0], need.mask & allowed(table, context.access));
  foresee(context, info);
  const [row] = await reading;
  if (!row || (row.have & need.required) !== need.required) return null;
  void measure(systemTable, [row], need, context);
  return row;
}

export interface StatusCount {
  readonly status: ProcessStatus;
  readonly count: number;
}

export interface ProcessCounts {
  readonly total: number;
  readonly threads: number;
  readonly byStatus: StatusCount[];
}

/** From the one pass over all processes that everything in the operation shares. */
export async function processCounts(_: unknown, _args: unknown, { loaders }: Context): Promise<ProcessCounts> {
  const rows = (await loaders.process.all(STAT | STATE)).filter(({ have }) => (have & STAT) !== 0);
  const groups = groupByKey(rows, ({ status }) => status);
  return {
    total: rows.length,
    threads: rows.reduce((sum, { numThreads }) => sum + (numThreads ?? 0), 0),
    byStatus: [...groups].map(([status, { length }]) => ({ status, count: length })),
  };
}

/** Of what is selected inside `sensors`, whose fields are columns and lists of the system's row. */
export const sensorGaps = (
  { row }: object & { row?: SystemRow },
  _: unknown,
  context: Context,
  info: GraphQLResolveInfo,
) => gapsOf(table, row!, context, info);

export const id = (_row: SystemRow, _: unknown, context: Context): string => systemId(context.host);
export const gaps = (row: SystemRow, _: unknown, context: Context, info: GraphQLResolveInfo) =>
  gapsOf(table, row, context, info);

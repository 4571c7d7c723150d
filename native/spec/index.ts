import { connection, owner } from './connection.ts';
import type { Choice, Table } from './define.ts';
import { limit } from './limit.ts';
import { address, network } from './network.ts';
import { process } from './process.ts';
import { system } from './system.ts';

/** Every table, in the order the addon numbers them; what belongs to an owner before its owner. */
export const tables: readonly Table[] = [limit, owner, address, connection, network, process, system];

/** Every enum that a column uses. */
export const choicesUsed: readonly Choice[] = [
  ...new Set(tables.flatMap(({ columns }) => columns.flatMap(({ choice }) => choice ?? []))),
];

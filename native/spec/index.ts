import { connection, owner } from './connection.ts';
import type { Choice, Table } from './define.ts';
import { environment } from './environment.ts';
import { limit } from './limit.ts';
import { memoryMap } from './memory-map.ts';
import { address, network } from './network.ts';
import { openFile } from './open-file.ts';
import { process } from './process.ts';
import { system } from './system.ts';
import { thread } from './thread.ts';

/** Every table, in the order the addon numbers them; what belongs to an owner before its owner. */
export const tables: readonly Table[] = [
  limit,
  environment,
  memoryMap,
  openFile,
  thread,
  owner,
  address,
  connection,
  network,
  process,
  system,
];

/** Every enum that a column uses. */
export const choicesUsed: readonly Choice[] = [
  ...new Set(tables.flatMap(({ columns }) => columns.flatMap(({ choice }) => choice ?? []))),
];

import type { Choice, Table } from './define.ts';
import { process } from './process.ts';
import { system } from './system.ts';

/** Every table, in the order the addon numbers them. */
export const tables: readonly Table[] = [process, system];

/** Every enum that a column uses. */
export const choicesUsed: readonly Choice[] = [
  ...new Set(tables.flatMap(({ columns }) => columns.flatMap(({ choice }) => choice ?? []))),
];

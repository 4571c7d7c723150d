// Turns lines of the spec into fields: names, types, descriptions, and the cost the selection is understood by.
import {
  bitsOf,
  type Choice,
  type Column,
  type Kind,
  type List,
  type Platform,
  platformsOf,
  property,
  shiftOf,
  type Table,
} from '../native/spec/define.ts';
import { choicesUsed } from '../native/spec/index.ts';
import { groupsByTable } from '../native/src/gen/rows.ts';
import { group, type Pick, type Required } from '../resolvers/group.ts';
import { rows } from '../resolvers/rows.ts';
import type { Columns } from '../resolvers/selection.ts';
import { builder } from './builder.ts';

const UNITS: Partial<Record<Kind, string>> = {
  bytes: 'In bytes.',
  seconds: 'In seconds.',
  percent: 'In percent, 0 to 100.',
};

const TYPES: Record<Exclude<Kind, 'choice'>, string | [string]> = {
  int: 'Int',
  count: 'BigInt',
  bytes: 'BigInt',
  seconds: 'Float',
  percent: 'Float',
  number: 'Float',
  time: 'DateTime',
  text: 'String',
  texts: ['String'],
  ints: ['Int'],
  flag: 'Boolean',
};

const PLATFORMS: Record<Platform, string> = {
  LINUX: 'Linux',
  WINDOWS: 'Windows',
  MACOS: 'macOS',
  FREEBSD: 'FreeBSD',
  OPENBSD: 'OpenBSD',
  NETBSD: 'NetBSD',
  SUNOS: 'SunOS',
  AIX: 'AIX',
};

const enums = new Map(choicesUsed.map((choice) => [choice.name, enumOf(choice)]));

function enumOf({ name, description, values }: Choice) {
  const described = Object.entries(values).map(([value, says]) => [value, { description: says }] as const);
  return builder.enumType(name, { description, values: Object.fromEntries(described) });
}

/** The enum of a choice, for fields that are no columns. */
export const choiceType = ({ name }: Choice) => enums.get(name)!;

const said = (platforms: readonly Platform[]): string =>
  `On ${platforms.map((platform) => PLATFORMS[platform]).join(', ')}.`;

/** Where there is what is made of all of these sources. */
export function platforms({ sources }: Table, ...names: readonly string[]): string {
  const all = Object.keys(PLATFORMS) as Platform[];
  return said(all.filter((platform) => names.every((name) => platform in sources[name]!.from)));
}

/** Where there is what is made of this column. */
export const platformsOfColumn = (table: Table, path: string): string =>
  said(platformsOf(table, table.columns.find((column) => column.path === path)!));

export const describe = (table: Table, column: Column): string =>
  [column.description, UNITS[column.kind], said(platformsOf(table, column))].filter(Boolean).join(' ');

/** What a list says of itself, wherever it stands. */
export const describeList = ({ table, description }: List): string =>
  `${description} ${platforms(table, Object.keys(table.sources)[0]!)}`;

// biome-ignore lint/suspicious/noExplicitAny: fields made from data have types that the data says, not the compiler
type Fields = any;

/** The fields of a table that stand directly below `path`: its columns and its groups. */
export function columns(t: Fields, table: Table, picks: Picks, path = ''): Record<string, Fields> {
  const fields: Record<string, Fields> = {};
  for (const column of table.columns) {
    const name = nameBelow(column.path, path);
    if (name !== null && !column.hidden) fields[name] = columnField(t, table, column, name);
  }
  for (const below of Object.keys(table.groups)) {
    const name = nameBelow(below, path);
    if (name !== null) fields[name] = groupField(t, table, picks, below);
  }
  for (const [below, list] of Object.entries(table.lists)) {
    const name = nameBelow(below, path);
    if (name !== null && !list.hidden) fields[name] = listField(t, table, list, below);
  }
  return fields;
}

/** The last part of `path` if it stands directly below `above`. */
function nameBelow(path: string, above: string): string | null {
  const cut = path.lastIndexOf('.');
  return (cut < 0 ? '' : path.slice(0, cut)) === above ? path.slice(cut + 1) : null;
}

const columnField = (t: Fields, table: Table, column: Column, name: string): Fields =>
  t.expose(name, {
    type: column.kind === 'choice' ? enums.get(column.choice!.name) : TYPES[column.kind],
    nullable: column.required !== true,
    description: describe(table, column),
    extensions: { cost: { sources: bitsOf(table, column.source) }, writes: { table, path: column.path } },
  });

const listField = (t: Fields, table: Table, list: List, path: string): Fields =>
  t.field({
    type: [rowType(list.table)],
    nullable: list.required !== true,
    description: describeList(list),
    args: list.first
      ? { first: t.arg.int({ description: 'At most so many, 0 or more; all of them without it.' }) }
      : {},
    extensions: {
      cost: { sources: bitsOf(table, Object.keys(list.table.sources)[0]!), shift: shiftOf(table, list) },
      writes: { table, path },
    },
    resolve: rows(property(path)),
  });

// biome-ignore lint/suspicious/noExplicitAny: as above
const rowTypes = new Map<string, any>();

/** Says which type the rows of a table are, where they are more than their columns. */
export const rowsAre = (table: Table, type: unknown): unknown => rowTypes.set(table.type, type);

/** The type of rows that belong to others; where nothing else is said they are no more than their columns. */
export function rowType(table: Table) {
  const known = rowTypes.get(table.type);
  if (known) return known;
  const ref = builder.objectRef<object>(table.type);
  rowTypes.set(table.type, ref);
  ref.implement({ description: table.description, fields: (t) => columns(t, table, groups[table.name]!) });
  return ref;
}

/** How a group of columns is taken out of a row, by the group's path. */
export type Picks = Readonly<Record<string, (row: never) => object>>;

const groups: Readonly<Record<string, Picks>> = groupsByTable;

const groupField = (t: Fields, table: Table, picks: Picks, path: string): Fields =>
  t.field({
    type: groupType(table, picks, path),
    nullable: !isAlwaysThere(table, path),
    description: table.groups[path]!.description,
    extensions: { cost: { group: true, columns: sourcesBelow(table, path) }, writes: { table, path } },
    resolve: group(pickOf(picks, path), requiredBelow(table, path)),
  });

/** A group inside a group is a property of it: the outer type may serve several groups, each with its own. */
function pickOf(picks: Picks, path: string): Pick {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name === path ? picks[path]! : (outer: Record<string, object>) => outer[name]!;
}

const sourcesBelow = (table: Table, path: string): Columns =>
  Object.fromEntries(
    table.columns.flatMap((column) => {
      const name = nameBelow(column.path, path);
      return name === null ? [] : [[name, bitsOf(table, column.source)]];
    }),
  );

const requiredBelow = (table: Table, path: string): Required[] =>
  table.columns.flatMap((column) => {
    const name = column.required ? nameBelow(column.path, path) : null;
    return name === null ? [] : [{ name, sources: bitsOf(table, column.source) }];
  });

/** Groups without a nullable way out stand in the object whenever it stands itself. */
const isAlwaysThere = (table: Table, path: string): boolean => table.groups[path]!.required === true;

// biome-ignore lint/suspicious/noExplicitAny: as above
const groupTypes = new Map<string, any>();

/** One type may serve several groups: ids of users and of groups. */
export function groupType(table: Table, picks: Picks, path: string) {
  const { type, about } = table.groups[path]!;
  const known = groupTypes.get(type);
  if (known) return known;
  const ref = builder.objectRef<object>(type);
  groupTypes.set(type, ref);
  ref.implement({ description: about, fields: (t) => columns(t, table, picks, path) });
  return ref;
}

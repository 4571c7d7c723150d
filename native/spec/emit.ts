// Writes what follows from the spec: the C++ row structs and the TypeScript rows they become. Run by `npm run gen`.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Choice, Column, Kind, List, Table } from './define.ts';
import { placeIn, property, shiftOf, slotsOf } from './define.ts';
import { choicesUsed, tables } from './index.ts';

const HEADER = '// Generated from native/spec by `npm run gen`. Do not edit.';
const isText = (kind: Kind): boolean => kind === 'text' || kind === 'texts' || kind === 'ints';
const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
const pascal = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camelConstant = (name: string): string =>
  name.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
const columnsOf = (table: Table, source: string): Column[] => table.columns.filter((c) => c.source === source);
const widthOf = (table: Table, source: string): number => sum(columnsOf(table, source).map((c) => slotsOf(c.kind)));
const sourcesOf = (table: Table): string[] => Object.keys(table.sources);
/** Bit by bit, which of its numbers is where a text starts. */
const textsOf = (table: Table, source: string): number =>
  sum(columnsOf(table, source).map((c) => (isText(c.kind) ? 2 ** placeIn(table, c.path).slot : 0)));
/** Sources with columns here: those of lists have theirs in a table of their own. */
const filledSources = (table: Table): string[] => sourcesOf(table).filter((name) => columnsOf(table, name).length > 0);

const layout = [
  tables.map((table) => [
    table.name,
    sourcesOf(table),
    table.columns.map(({ path, kind, source }) => [path, kind, source]),
  ]),
  choicesUsed.map(({ name, values }) => [name, Object.keys(values)]),
];

/** Binary and generated code agree only if they come from the same layout: both carry this. */
export const fingerprint = createHash('sha256').update(JSON.stringify(layout)).digest('hex').slice(0, 16);

// ---------------------------------------------------------------- C++

const cppMember = ({ path, kind }: Column): string =>
  isText(kind) ? `  std::string_view ${snake(property(path))};` : `  double ${snake(property(path))} = none;`;

const cppPut = ({ path, kind }: Column): string =>
  `  rows.${kind === 'texts' ? 'items' : isText(kind) ? 'text' : 'number'}(row.${snake(property(path))});`;

const cppSource = (table: Table, source: string): string => `struct ${pascal(source)} {
${columnsOf(table, source).map(cppMember).join('\n')}
};

inline void put(Rows& rows, const ${pascal(source)}& row) {
  if (!rows.open(${source})) return;
${columnsOf(table, source).map(cppPut).join('\n')}
}`;

const cppTable = (table: Table): string => `namespace ${snake(table.name)} {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { ${sourcesOf(table).join(', ')} };

${filledSources(table)
  .map((source) => cppSource(table, source))
  .join('\n\n')}

constexpr uint32_t widths[] = {${sourcesOf(table)
  .map((source) => widthOf(table, source))
  .join(', ')}};
constexpr uint32_t texts[] = {${sourcesOf(table)
  .map((source) => textsOf(table, source))
  .join(', ')}};

}  // namespace ${snake(table.name)}

void read_${snake(table.name)}(Host& host, const Request& request, Rows& rows);`;

const cppChoice = ({ name, values }: Choice): string =>
  `enum class ${name} { ${Object.keys(values).map(camelConstant).join(', ')} };`;

const cppEntry = ({ name, apart }: Table): string => {
  const cpp = snake(name);
  const shape = `{"${name}", ${cpp}::widths, sizeof(${cpp}::widths) / sizeof(uint32_t), ${cpp}::texts}`;
  return `    {${shape}, read_${cpp}, ${apart === true}},`;
};

export const emitCpp = (): string => `${HEADER}
#pragma once
#include <cstdint>
#include <string_view>

#include "../rows.h"

// A macro of the C library of Windows, which nobody here wants.
#undef environ

namespace sysgraph {

struct Host;
struct Request;

constexpr const char* fingerprint = "${fingerprint}";

${choicesUsed.map(cppChoice).join('\n\n')}

${tables.map(cppTable).join('\n\n')}

struct Table {
  Shape shape;
  void (*read)(Host&, const Request&, Rows&);
  /** Read on a thread of its own. */
  bool apart;
};

constexpr Table tables[] = {
${tables.map(cppEntry).join('\n')}
};

}  // namespace sysgraph
`;

// ---------------------------------------------------------------- TypeScript

const TS_TYPE: Record<Exclude<Kind, 'choice'>, string> = {
  int: 'number',
  count: 'number',
  bytes: 'number',
  seconds: 'number',
  percent: 'number',
  number: 'number',
  time: 'number',
  text: 'string',
  texts: 'readonly string[]',
  ints: 'readonly number[]',
  flag: 'boolean',
};

const tsType = ({ kind, choice }: Column): string => (kind === 'choice' ? choice!.name : TS_TYPE[kind]);

const tsField = (column: Column): string => `  ${property(column.path)}: ${tsType(column)} | null = null;`;

const tsListField = ([path, { table }]: [string, List]): string =>
  `  ${property(path)}: readonly ${pascal(table.name)}Row[] | null = null;`;

/** The name rows have for their key, if it is one of their own. */
const keyed = ({ key }: Table): string | null => (key === 'pid' ? key : null);

function tsList(table: Table, [path, list]: [string, List]): string {
  const shift = shiftOf(table, list);
  const mask = (2 ** sourcesOf(list.table).length - 1) * 2 ** shift;
  const place = `shift: ${shift}, mask: ${mask}${list.whole ? ', whole: true' : ''}`;
  return `    { property: '${property(path)}', table: ${list.table.name}Table, ${place} },`;
}

function tsRead({ kind, choice }: Column, at: string): string {
  if (kind === 'choice') return `oneOf(${choice!.name}Values, b.numbers[${at}])`;
  if (kind === 'flag') return `flag(b.numbers[${at}])`;
  if (isText(kind)) return `${kind}(b, ${at})`;
  return `number(b.numbers[${at}])`;
}

function tsFill(table: Table, source: string): string {
  const lines: string[] = [];
  let offset = 0;
  for (const column of columnsOf(table, source)) {
    lines.push(`    row.${property(column.path)} = ${tsRead(column, offset === 0 ? 'at' : `at + ${offset}`)};`);
    offset += slotsOf(column.kind);
  }
  if (lines.length === 0) return '  (): void => undefined,';
  return `  (row: ${pascal(table.name)}Row, b: Batch, at: number): void => {\n${lines.join('\n')}\n  },`;
}

function tsPick(table: Table, path: string): string {
  const leaves = table.columns.filter(
    (c) => c.path.startsWith(`${path}.`) && !c.path.slice(path.length + 1).includes('.'),
  );
  const members = leaves.map((c) => `    ${c.path.slice(path.length + 1)}: row.${property(c.path)},`);
  const inner = Object.keys(table.groups).filter((below) => below.slice(0, below.lastIndexOf('.')) === path);
  // Made when it is asked for, and seldom is.
  const getters = inner.map((below) => {
    const name = below.slice(path.length + 1);
    return `    get ${name}() {\n      return ${table.name}Groups['${below}'](row);\n    },`;
  });
  return `  '${path}': (row: ${pascal(table.name)}Row) => ({\n    row,\n${[...members, ...getters].join('\n')}\n  }),`;
}

const tsTable = (table: Table): string => `export class ${pascal(table.name)}Row extends Row {
${[...table.columns.map(tsField), ...Object.entries(table.lists).map(tsListField)].join('\n')}
${keyed(table) === null ? '' : `\n  get ${keyed(table)}(): number {\n    return this.key;\n  }\n`}}

export const ${table.name}Table: TableShape<${pascal(table.name)}Row> = {
  name: '${table.name}',
  index: ${tables.indexOf(table)},
  sources: [${sourcesOf(table)
    .map((name) => `'${name}'`)
    .join(', ')}],
  widths: [${sourcesOf(table)
    .map((name) => widthOf(table, name))
    .join(', ')}],
  create: (key) => new ${pascal(table.name)}Row(key),
  fill: ${table.name}Fill(),
  lists: [
${Object.entries(table.lists)
  .map((entry) => tsList(table, entry))
  .join('\n')}
  ],
};

function ${table.name}Fill() {
  return [
${sourcesOf(table)
  .map((source) => tsFill(table, source).replace(/^/gm, '  '))
  .join('\n')}
  ];
}

export const ${table.name}Groups = {
${Object.keys(table.groups)
  .map((path) => tsPick(table, path))
  .join('\n')}
};`;

const tsChoice = ({ name, values }: Choice): string => {
  const names = Object.keys(values);
  return `export type ${name} = ${names.map((n) => `'${n}'`).join(' | ')};
export const ${name}Values: readonly ${name}[] = [${names.map((n) => `'${n}'`).join(', ')}];`;
};

export const emitTs = (): string => `${HEADER}
import { type Batch, flag, ints, number, oneOf, Row, type TableShape, text, texts } from '../../row.ts';

export type { Row } from '../../row.ts';

export const fingerprint = '${fingerprint}';

${choicesUsed.map(tsChoice).join('\n\n')}

${tables.map(tsTable).join('\n\n')}

/** How groups of columns are taken out of rows, by table and by path. */
export const groupsByTable = {
${tables.map(({ name }) => `  ${name}: ${name}Groups,`).join('\n')}
};
`;

export const outputs = (): ReadonlyMap<string, string> =>
  new Map([
    ['native/src/gen/tables.h', emitCpp()],
    ['native/src/gen/rows.ts', emitTs()],
  ]);

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of outputs()) writeFileSync(new URL(`../../${path}`, import.meta.url), content);
}

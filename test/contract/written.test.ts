// Lists as the addon writes them, beside what graphql-js answers of the same readings: test/support/agreement.ts.
import { parse, validate } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';
import { connection, owner } from '../../native/spec/connection.ts';
import { type Column, property, type Table } from '../../native/spec/define.ts';
import { process } from '../../native/spec/process.ts';
import { schema } from '../../schema/index.ts';
import { written } from '../support/agreement.ts';
import { HastyClock } from '../support/clock.ts';
import { ALL_ACCESS } from '../support/everything.ts';
import { execute } from '../support/operation.ts';
import { pageQuestion, type Random, randomFrom, VARIABLES } from '../support/questions.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

afterEach(() => vi.restoreAllMocks());

const TEXTS = [
  '',
  'sh',
  'a b',
  'a"b\\',
  '\u0000\n\t\u001f\u007f',
  'é',
  '日本',
  '😀x',
  'gnome-keyring-d',
  '\ufffd',
  '</script>',
];

function soundValue({ kind, choice }: Column, random: Random): unknown {
  if (choice) return random.pick(Object.keys(choice.values));
  if (kind === 'text') return random.pick(TEXTS).replaceAll('\0', '');
  if (kind === 'texts') return Array.from({ length: random.below(4) }, () => random.pick(TEXTS).replaceAll('\0', ''));
  if (kind === 'ints') return random.pick(['0', '0-3,8']);
  if (kind === 'flag') return random.chance(0.2);
  if (kind === 'time') return 1_700_000_000_000 + random.below(2 ** 31) + random.pick([0, 0.5]);
  if (kind === 'int' || kind === 'count' || kind === 'bytes') return random.below(1000);
  return random.below(100_000) / 100;
}

const NUMBERS = [0, 1, 4096, -1, 2 ** 31, 2 ** 53 + 2, Number.NaN, 0.01, 1234.56, 1e-7];
/** No reader gives a part of what is counted. */
const WHOLE = NUMBERS.slice(0, 7);

/** What is mostly sound, and where `oddity` says so none, or any number; what is always there readers give. */
function columnOf(column: Column, random: Random, oddity: number): unknown {
  const { kind, choice, required } = column;
  if (required || !random.chance(oddity)) return soundValue(column, random);
  if (choice || kind === 'text' || kind === 'texts' || kind === 'ints' || random.chance(0.5)) return null;
  return random.pick(kind === 'int' || kind === 'count' || kind === 'bytes' ? WHOLE : NUMBERS);
}

function rowsOf({ columns, sources }: Table, random: Random, keyOf: (index: number) => number): ScriptedRow[] {
  const oddity = random.pick([0, 0, 0.01, 0.1]);
  const faults = ['DENIED', 'GONE', 'ABSENT', 'UNSUPPORTED'] as const;
  const names = Object.keys(sources).filter((name) => columns.some(({ source }) => source === name));
  return Array.from({ length: random.below(9) }, (_, index) => ({
    ...Object.fromEntries(columns.map((column) => [property(column.path), columnOf(column, random, oddity)])),
    ...(random.chance(0.2) ? { faults: { [random.pick(names)]: random.pick(faults) } } : {}),
    key: keyOf(index),
  }));
}

/** Sockets of which few share an inode, and whatever processes hold of them. */
function socketsOf(random: Random): Record<string, ScriptedRow[]> {
  const inode = () => random.below(6);
  const sockets = rowsOf(connection, random, () => random.below(4));
  const owners = rowsOf(owner, random, (index) => 1 + (index >> 1));
  return {
    connection: sockets.map((row) => ({ ...row, ...(random.chance(0.9) ? { inode: inode() } : {}) })),
    owner: owners.map((row) => ({ ...row, pid: row.key, ...(random.chance(0.9) ? { inode: inode() } : {}) })),
  };
}

const TABLES: readonly [page: string, rows: (random: Random) => Record<string, ScriptedRow[]>][] = [
  ['processes', (random) => ({ process: rowsOf(process, random, (index) => (index * 7) % 10) })],
  ['connections', socketsOf],
];

test.each(TABLES)('any selection of %s is written as it is answered', async (page, rows) => {
  // The time of a page is asked for under any name.
  vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
  const before = { ...written };
  const clock = new HastyClock();
  let valid = 0;
  for (let seed = 1; seed <= 800; seed++) {
    const random = randomFrom(seed);
    const query = pageQuestion(schema, random, page);
    if (validate(schema, parse(query)).length > 0) continue;
    valid++;
    const host = scripted(rows(random), undefined, () => clock.now() / 1000);
    const variables = Object.fromEntries(Object.entries(VARIABLES).filter(([name]) => query.includes(`$${name}`)));
    await execute(host, query, { variables, clock, access: ALL_ACCESS });
  }
  expect(valid).toBeGreaterThan(200);
  expect(written.lists - before.lists).toBeGreaterThan(valid / 6);
  expect(written.rows - before.rows).toBeGreaterThan(written.lists - before.lists);
});

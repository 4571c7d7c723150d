import { expect, test } from 'vitest';
import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { ask } from '../support/operation.ts';
import { type Random, randomFrom } from '../support/questions.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

// Filters, orders and pages at random, held against the plainest program that does the same to the same rows.

const CASES = 5_000;
const ROWS_FOR = 25;
const SEED = Number(process.env.SYSGRAPH_SEED ?? 20_261_121);

type Value = number | string | boolean | null;

const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);

// The last two stand in the other order by their halves than by their code points.
const WORDS = ['', 'a', 'A', 'ab', 'b a', 'Zoë', 'zoë', '\\x80', '\uff5e', '\u{1f600}'];
const NUMBERS = [-1, 0, 1, 2, 3, 2 ** 40];
const STATUSES = ['RUNNING', 'SLEEPING', 'STOPPED'];

/** Fields of a filter: the source each is of, the column, and what it is made of. */
const FIELDS: Record<string, { source: string | null; of: (row: ScriptedRow) => Value; values: readonly Value[] }> = {
  pid: { source: null, of: (row) => row.key, values: [1, 4, 7, 11] },
  ppid: { source: 'parent', of: (row) => row.ppid as Value, values: NUMBERS.slice(0, 5) },
  name: { source: 'stat', of: (row) => row.comm as Value, values: WORDS },
  username: { source: 'ids', of: (row) => row.username as Value, values: WORDS },
  exe: { source: 'exe', of: (row) => row.exe as Value, values: WORDS },
  terminal: { source: 'state', of: (row) => row.terminal as Value, values: WORDS },
  service: { source: 'cgroup', of: (row) => row.systemdUnit as Value, values: WORDS },
  rss: { source: 'statm', of: (row) => row.memoryRss as Value, values: NUMBERS },
  writeBytes: { source: 'io', of: (row) => row.ioWriteBytes as Value, values: NUMBERS },
  isKernelThread: { source: 'stat', of: (row) => row.isKernelThread as Value, values: [true, false] },
  status: { source: 'state', of: (row) => row.status as Value, values: STATUSES },
};

const ORDERS: Record<string, string> = {
  ...{ PID: 'pid', PPID: 'ppid', NAME: 'name', USERNAME: 'username', RSS: 'rss', WRITE_BYTES: 'writeBytes' },
  STATUS: 'status',
};

function randomRows(random: Random): ScriptedRow[] {
  const maybe = <T>(from: readonly T[]): T | null => (random.chance(0.2) ? null : random.pick(from));
  const sources = ['stat', 'state', 'parent', 'ids', 'exe', 'statm', 'io', 'cgroup'];
  return Array.from({ length: random.below(14) }, (_, index) => ({
    ...required,
    key: index + 1,
    startTicks: index,
    isCommCut: false,
    ppid: random.pick(NUMBERS.slice(0, 5)),
    comm: random.pick(WORDS),
    username: maybe(WORDS),
    exe: maybe(WORDS),
    terminal: maybe(WORDS),
    systemdUnit: maybe(WORDS),
    memoryRss: random.pick(NUMBERS),
    ioWriteBytes: maybe(NUMBERS),
    isKernelThread: random.chance(0.3),
    status: random.pick(STATUSES),
    faults: Object.fromEntries(sources.filter(() => random.chance(0.15)).map((name) => [name, 'DENIED' as const])),
  }));
}

type Tree = { [name: string]: unknown };

const NUMERIC = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'];
const TEXTUAL = ['eq', 'ne', 'contains', 'startsWith', 'endsWith', 'matches'];
const PATTERNS = ['a', '^a', 'b$', '^$', '[A-Z]', 'o.|b', '^(a|b)+$'];

function randomFilter(random: Random, depth = 0): Tree {
  const filter: Tree = {};
  for (let count = random.below(3); count > 0; count--) {
    const name = random.pick(Object.keys(FIELDS));
    filter[name] = random.chance(0.05) ? null : randomTest(random, name);
  }
  if (depth === 3) return filter;
  const several = () => Array.from({ length: random.below(4) }, () => randomFilter(random, depth + 1));
  if (random.chance(0.25)) filter.and = several();
  if (random.chance(0.3)) filter.or = several();
  if (random.chance(0.3)) filter.not = randomFilter(random, depth + 1);
  return filter;
}

function randomTest(random: Random, name: string): unknown {
  const { values } = FIELDS[name]!;
  const several = () => values.filter(() => random.chance(0.4));
  if (name === 'status') return several();
  if (name === 'isKernelThread') return random.chance(0.5);
  const isText = values === WORDS;
  const of: Tree = isText && random.chance(0.4) ? { ignoreCase: true } : {};
  for (let count = random.below(3); count > 0; count--) {
    const operator = random.pick(isText ? TEXTUAL : NUMERIC);
    of[operator] = random.chance(0.05) ? null : random.pick<Value>(operator === 'matches' ? PATTERNS : values);
  }
  if (random.chance(0.2)) of.in = several();
  return of;
}

type Answer = 'yes' | 'no' | 'unknown';

/** What the contract says that a filter says of a row. */
function judge(filter: Tree, row: ScriptedRow): Answer {
  const answers: Answer[] = [];
  for (const [name, given] of Object.entries(filter)) {
    if (given === null) continue;
    if (name === 'and') answers.push(worst((given as Tree[]).map((each) => judge(each, row))));
    else if (name === 'or') answers.push(turned(worst((given as Tree[]).map((each) => turned(judge(each, row))))));
    else if (name === 'not') answers.push(turned(judge(given as Tree, row)));
    else answers.push(judgeField(name, given, row));
  }
  return worst(answers);
}

const turned = (answer: Answer): Answer => (answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown');
const worst = (answers: Answer[]): Answer =>
  answers.find((each) => each === 'no') ?? answers.find((each) => each === 'unknown') ?? 'yes';

function valueIn(name: string, row: ScriptedRow): Value | undefined {
  const { source, of } = FIELDS[name]!;
  // What exe gives is understood by the help of stat.
  const isRead = source === null || !(row.faults?.[source] || (source === 'exe' && row.faults?.stat));
  return isRead ? of(row) : undefined;
}

function judgeField(name: string, given: unknown, row: ScriptedRow): Answer {
  const { ignoreCase, ...rest } = Array.isArray(given)
    ? { in: given }
    : typeof given === 'object'
      ? (given as Tree)
      : { eq: given };
  const operators = Object.entries(rest).filter(([, operand]) => operand !== null);
  if (operators.length === 0) return 'yes';
  const value = valueIn(name, row);
  if (value === undefined) return 'unknown';
  return operators.every(([operator, operand]) => holds(operator, operand, value, ignoreCase === true)) ? 'yes' : 'no';
}

function holds(operator: string, operand: unknown, value: Value, ignoreCase: boolean): boolean {
  if (value === null) return operator === 'ne';
  const same = (of: unknown): unknown => (ignoreCase && typeof of === 'string' ? of.toLowerCase() : of);
  const [left, right] = [same(value), same(operand)] as [never, never];
  const text = String(left);
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'in':
      return (operand as unknown[]).some((item) => same(item) === left);
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'contains':
      return text.includes(right);
    case 'startsWith':
      return text.startsWith(right);
    case 'endsWith':
      return text.endsWith(right);
    default:
      return new RegExp(String(operand), ignoreCase ? 'iu' : 'u').test(String(value));
  }
}

interface OrderBy {
  readonly by: string;
  readonly direction: 'ASC' | 'DESC';
}

const randomOrder = (random: Random): OrderBy[] =>
  Array.from({ length: random.below(4) }, () => ({
    by: random.pick(Object.keys(ORDERS)),
    direction: random.pick(['ASC', 'DESC'] as const),
  }));

function sorted(rows: readonly ScriptedRow[], order: readonly OrderBy[]): ScriptedRow[] {
  return [...rows].sort((a, b) => {
    for (const { by, direction } of order) {
      const [left, right] = [a, b].map((row) => valueIn(ORDERS[by]!, row) ?? null);
      if (left === right) continue;
      if (left === null || left === undefined) return 1;
      if (right === null || right === undefined) return -1;
      return isBefore(left, right) === (direction === 'ASC') ? -1 : 1;
    }
    return a.key - b.key;
  });
}

function isBefore(a: Value, b: Value): boolean {
  if (typeof a !== 'string') return a! < b!;
  const [left, right] = [a, String(b)].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const at = left!.findIndex((code, index) => code !== right![index]);
  return at < 0 || (right![at] ?? -1) > left![at]!;
}

const QUERY = `query ($filter: ProcessFilter, $orderBy: [ProcessOrder!], $first: Int, $after: String) {
  processes(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { pid } pageInfo { hasNextPage endCursor }
  }
}`;

test(`${CASES} questions at random have the answers of a plain program, from the seed ${SEED}`, async () => {
  const random = randomFrom(SEED);
  let rows: ScriptedRow[] = [];
  let source = scripted({});
  let passed = 0;
  for (let index = 0; index < CASES; index++) {
    if (index % ROWS_FOR === 0) {
      rows = randomRows(random);
      source = scripted({ process: rows });
    }
    const filter = randomFilter(random);
    const orderBy = randomOrder(random);
    const expected = sorted(
      rows.filter((row) => judge(filter, row) === 'yes'),
      orderBy,
    ).map(({ key }) => key);
    const first = random.chance(0.3) ? null : random.below(6);
    const about = `case ${index}: ${JSON.stringify({ filter, orderBy, first })}`;
    const seen: number[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page++) {
      const { processes } = await ask(source, QUERY, { variables: { filter, orderBy, first, after } });
      const pids = processes.nodes.map(({ pid }: { pid: number }) => pid);
      expect(pids, about).toEqual(expected.slice(seen.length, seen.length + (first ?? expected.length)));
      seen.push(...pids);
      expect(processes.totalCount, about).toBe(expected.length);
      expect(processes.pageInfo.hasNextPage, about).toBe(seen.length < expected.length);
      after = processes.pageInfo.endCursor;
      if (!processes.pageInfo.hasNextPage || first === 0) break;
    }
    passed += expected.length;
  }
  // That the questions are not all answered with nothing, or with everything.
  expect(passed / CASES).toBeGreaterThan(1);
  expect(passed / CASES).toBeLessThan(6);
}, 300_000);

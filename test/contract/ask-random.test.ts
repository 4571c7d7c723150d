import { assertEnumType, assertInputObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { schema } from '../../schema/index.ts';
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

const NUMERIC = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in'];
const COMPARED = ['lt', 'lte', 'gt', 'gte'];
const TEXTUAL = ['eq', 'ne', 'contains', 'startsWith', 'endsWith', 'matches', 'in'];
const COUNTS = [0, 1, 2, 3];
const SHARES = [0, 0.1, 2.5, 100];
const MOMENTS = [0, 1, 999, 86_400_000, 2 ** 40];

/** A field of a filter, or of an order: the source it is of, its value in a row, and what it is made of. */
interface Field {
  readonly source: string | null;
  readonly of: (row: ScriptedRow) => Value;
  readonly values: readonly Value[];
  /** None where it is the value itself, or a list of them. */
  readonly operators?: readonly string[];
}

const field = (
  source: string | null,
  column: string,
  values: readonly Value[],
  operators?: readonly string[],
): Field => ({
  ...{ source, values, of: (row) => row[column] as Value },
  ...(operators ? { operators } : {}),
});
const number = (source: string, column: string, values = NUMBERS) => field(source, column, values, NUMERIC);
const text = (source: string, column: string) => field(source, column, WORDS, TEXTUAL);

const FIELDS: Record<string, Field> = {
  pid: field(null, 'key', [1, 4, 7, 11], NUMERIC),
  ppid: number('parent', 'ppid', NUMBERS.slice(0, 5)),
  name: text('stat', 'comm'),
  username: text('ids', 'username'),
  uid: number('ids', 'uidsReal', COUNTS),
  exe: text('exe', 'exe'),
  cmdline: { ...text('cmdline', 'cmdline'), of: ({ cmdline }) => (cmdline as string[] | null)?.join(' ') ?? null },
  status: field('state', 'status', STATUSES),
  createTime: field('stat', 'createTime', MOMENTS, COMPARED),
  memoryPercent: field('statm', 'memoryPercent', SHARES, COMPARED),
  rss: number('statm', 'memoryRss'),
  numThreads: number('stat', 'numThreads', COUNTS),
  numFds: number('fds', 'numFds', COUNTS),
  readBytes: number('io', 'ioReadBytes'),
  writeBytes: number('io', 'ioWriteBytes'),
  terminal: text('state', 'terminal'),
  cgroupPath: text('cgroup', 'cgroupPath'),
  service: text('cgroup', 'systemdUnit'),
  container: text('cgroup', 'containerId'),
  isKernelThread: field('stat', 'isKernelThread', [true, false]),
};

const ORDERS: Record<string, Field> = {
  PID: FIELDS.pid!,
  PPID: FIELDS.ppid!,
  NAME: FIELDS.name!,
  USERNAME: FIELDS.username!,
  STATUS: FIELDS.status!,
  CREATE_TIME: number('stat', 'startTicks'),
  CPU_TIME: { ...number('stat', 'cpuTimesUser'), of: (row) => Number(row.cpuTimesUser) + Number(row.cpuTimesSystem) },
  RSS: FIELDS.rss!,
  VMS: number('statm', 'memoryVms'),
  MEMORY_PERCENT: FIELDS.memoryPercent!,
  NUM_THREADS: FIELDS.numThreads!,
  NUM_FDS: FIELDS.numFds!,
  NICE: number('state', 'nice'),
  READ_BYTES: FIELDS.readBytes!,
  WRITE_BYTES: FIELDS.writeBytes!,
};

/** What is measured, or found elsewhere than in the row of a process. Other tests ask about these. */
const BEYOND = {
  ProcessFilter: ['and', 'cpuPercent', 'hasDeletedFiles', 'listeningPort', 'not', 'openFile', 'or'],
  ProcessOrderField: ['CPU_PERCENT', 'READ_RATE', 'WRITE_RATE'],
};

test('there is no other field to ask about', () => {
  const filter = assertInputObjectType(schema.getType('ProcessFilter')).getFields();
  const orders = assertEnumType(schema.getType('ProcessOrderField')).getValues();
  expect(Object.keys(filter).sort()).toEqual([...Object.keys(FIELDS), ...BEYOND.ProcessFilter].sort());
  expect(orders.map(({ name }) => name).sort()).toEqual([...Object.keys(ORDERS), ...BEYOND.ProcessOrderField].sort());
});

function randomRows(random: Random): ScriptedRow[] {
  const maybe = <T>(from: readonly T[]): T | null => (random.chance(0.2) ? null : random.pick(from));
  const sources = ['stat', 'state', 'parent', 'ids', 'exe', 'cmdline', 'statm', 'io', 'fds', 'cgroup'];
  return Array.from({ length: random.below(14) }, (_, index) => ({
    ...required,
    key: index + 1,
    startTicks: random.below(3),
    isCommCut: false,
    ppid: random.pick(NUMBERS.slice(0, 5)),
    comm: random.pick(WORDS),
    username: maybe(WORDS),
    uidsReal: random.pick(COUNTS),
    cmdline: maybe([[], ['a'], ['b', 'a'], ['ab', '', 'A']]),
    createTime: maybe(MOMENTS),
    cpuTimesUser: random.pick(COUNTS),
    cpuTimesSystem: random.pick(COUNTS),
    numThreads: maybe(COUNTS),
    numFds: maybe(COUNTS),
    nice: maybe(NUMBERS),
    cgroupPath: maybe(WORDS),
    containerId: maybe(WORDS),
    exe: maybe(WORDS),
    terminal: maybe(WORDS),
    systemdUnit: maybe(WORDS),
    memoryRss: random.pick(NUMBERS),
    memoryVms: random.pick(NUMBERS),
    memoryPercent: maybe(SHARES),
    ioReadBytes: maybe(NUMBERS),
    ioWriteBytes: maybe(NUMBERS),
    isKernelThread: random.chance(0.3),
    status: random.pick(STATUSES),
    faults: Object.fromEntries(sources.filter(() => random.chance(0.15)).map((name) => [name, 'DENIED' as const])),
  }));
}

type Tree = { [name: string]: unknown };

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
  const { values, operators } = FIELDS[name]!;
  const several = () => values.filter(() => random.chance(0.4));
  if (operators === undefined) return name === 'status' ? several() : random.pick(values);
  const of: Tree = operators === TEXTUAL && random.chance(0.4) ? { ignoreCase: true } : {};
  for (let count = random.below(3); count > 0; count--) {
    const operator = random.pick(operators);
    const one = () => written(name, random.pick<Value>(operator === 'matches' ? PATTERNS : values));
    of[operator] = random.chance(0.05) ? null : operator === 'in' ? several() : one();
  }
  return of;
}

const written = (name: string, value: Value): Value =>
  name === 'createTime' ? new Date(Number(value)).toISOString() : value;

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

function valueIn({ source, of }: Field, row: ScriptedRow): Value | undefined {
  // What these give is understood by the help of stat.
  const isBeside = source === 'exe' || source === 'cmdline';
  const isRead = source === null || !(row.faults?.[source] || (isBeside && row.faults?.stat));
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
  const value = valueIn(FIELDS[name]!, row);
  if (value === undefined) return 'unknown';
  const asked = (operand: unknown) => (name === 'createTime' ? Date.parse(String(operand)) : operand);
  const isTrue = operators.every(([operator, operand]) => holds(operator, asked(operand), value, ignoreCase === true));
  return isTrue ? 'yes' : 'no';
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

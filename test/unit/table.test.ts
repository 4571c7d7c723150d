// Tables that are watched: whoever applies their events holds what a query gives.
import { expect, test } from 'vitest';
import { changes, tableDelta } from '../../resolvers/table.ts';
import { settled } from '../support/clock.ts';
import { type Answer, ask } from '../support/operation.ts';
import { type Random, randomFrom } from '../support/questions.ts';
import type { ScriptedRow } from '../support/scripted.ts';
import { type Follower, host, refusals } from '../support/stream.ts';

const listing = (...ids: string[]) => ({ rows: ids, ids, totalCount: ids.length });

test('at first everything is new', () => {
  const ids = ['a', 'b'];
  expect(tableDelta(listing('a', 'b'), null)).toEqual({
    reset: true,
    totalCount: 2,
    added: ids,
    changed: ids,
    removed: [],
    order: ids,
  });
});

test('an order is told where it is another', () => {
  const orderOf = (known: string[], ...ids: string[]) => tableDelta(listing(...ids), known).order;
  expect(orderOf(['a', 'b'], 'a', 'b')).toBeNull();
  expect(orderOf(['a', 'b'], 'b', 'a')).toEqual(['b', 'a']);
  expect(orderOf(['a', 'b'], 'b')).toEqual(['b']);
  expect(orderOf([])).toBeNull();
});

test('news are what is told otherwise than before, and not what is new', () => {
  const before = new Map([
    ['a', '{"n":1}'],
    ['b', '{"n":1}'],
  ]);
  const { news, texts } = changes([{ n: 1 }, { n: 2 }, { n: 3 }], ['a', 'b', 'c'], before);
  expect(news).toEqual([{ n: 2 }]);
  expect([...texts]).toEqual([
    ['a', '{"n":1}'],
    ['b', '{"n":2}'],
    ['c', '{"n":3}'],
  ]);
});

/** Processes that come and go, change a little and take over pids of others; some cannot be read in part. */
class Town {
  readonly rows: Record<string, ScriptedRow[]>;
  readonly #random: Random;
  readonly #size: number;
  /** How much of it changes, of as much as may. */
  readonly #bustle: number;
  #ticks = 100;

  constructor(random: Random, size: number, bustle: number) {
    this.#random = random;
    this.#size = size;
    this.#bustle = bustle;
    this.rows = { process: Array.from({ length: size }, (_, index) => this.#born(index + 1)) };
    this.live();
  }

  live(): void {
    const random = this.#random;
    const happens = (chance: number) => random.chance(chance * this.#bustle);
    const stay = this.rows.process!.filter(() => !happens(0.1));
    const changed = stay.map((row) => (happens(0.3) ? this.#changed(row) : row));
    const taken = new Set(changed.map(({ key }) => key));
    for (let count = happens(1) ? random.below(4) : 0; count > 0; count--) {
      const pid = 1 + random.below(2 * this.#size);
      if (!taken.has(pid)) changed.push(this.#born(pid));
      taken.add(pid);
    }
    this.rows.process = happens(0.2) ? changed.reverse() : changed;
    this.rows.limit = changed.map(({ key }) => ({ key, resource: 'NOFILE', soft: random.below(2) }));
  }

  #born(pid: number): ScriptedRow {
    return this.#changed({ key: pid, startTicks: this.#ticks++, ppid: this.#random.below(pid), memoryVms: 1 });
  }

  #changed(row: ScriptedRow): ScriptedRow {
    const random = this.#random;
    return {
      ...row,
      comm: random.pick(['sh', 'cat', 'a"b\\']),
      status: random.pick(['RUNNING', 'SLEEPING']),
      memoryRss: random.below(5),
      cmdline: random.pick([['sh'], ['cat', '']]),
      faults: random.chance(0.2) ? { cmdline: 'DENIED' } : {},
    };
  }
}

const ROW = `id pid name status memory { rss } cmdline gaps { field reason }
  parent { id memory { rss } } children { pid name } limits { soft }`;
const HEAD = 'elapsed folded reset totalCount removed order';
const VARIABLES = '$first: Int, $filter: ProcessFilter, $orderBy: [ProcessOrder!]';
const LIST = 'first: $first, filter: $filter, orderBy: $orderBy';
const EVENTS = `subscription (${VARIABLES}) { processes(${LIST}, everyMs: 1000) {
  ${HEAD} added { ${ROW} } changed { ${ROW} } } }`;
/** The same in parts, by other names. */
const PARTS = `subscription (${VARIABLES}) { table: processes(${LIST}, everyMs: 1000) { ${HEAD} added { ${ROW} }
  ...on ProcessTableDelta { some: changed { id name status } } ...Rest } }
  fragment Rest on ProcessTableDelta { changed { ...Row } }
  fragment Row on Process { ${ROW} }`;

/** What a client holds that does as the schema says. */
class Client {
  readonly follower: Follower;
  folded = 0;
  #rows = new Map<string, object>();
  #order: string[] = [];
  #total = 0;
  #read = 0;

  constructor(follower: Follower) {
    this.follower = follower;
  }

  /** Applies what has come since. */
  get table(): Answer {
    const { answers } = this.follower;
    for (const { data, errors } of answers.slice(this.#read)) {
      expect(errors).toBeUndefined();
      this.#apply(data.processes ?? data.table);
    }
    this.#read = answers.length;
    return { totalCount: this.#total, nodes: this.#order.map((id) => this.#rows.get(id)) };
  }

  #apply({ reset, added, changed, some = [], removed, order, totalCount, folded }: Answer): void {
    this.folded += folded;
    if (reset) this.#rows.clear();
    for (const row of added) this.#rows.set(row.id, row);
    for (const row of [...changed, ...some]) {
      expect(this.#rows.has(row.id)).toBe(true);
      this.#rows.set(row.id, { ...this.#rows.get(row.id), ...row });
    }
    for (const id of removed) this.#rows.delete(id);
    if (order) this.#order = order;
    this.#total = totalCount;
    expect(this.#rows.size).toBe(this.#order.length);
  }
}

const QUERY = `query (${VARIABLES}) { processes(${LIST}) { totalCount nodes { ${ROW} } } }`;
/** What stands in the rows themselves: what is the same as before is not even looked at. */
const plain = (query: string) => query.replaceAll(ROW, 'id pid name status memory { rss } cmdline gaps { field }');

const ASKED: Record<string, unknown>[] = [
  {},
  { first: 7 },
  { filter: { rss: { gte: 2 } } },
  { orderBy: [{ by: 'RSS', direction: 'DESC' }] },
  { first: 5, filter: { or: [{ cmdline: { contains: 'cat' } }, { status: 'RUNNING' }] }, orderBy: [{ by: 'NAME' }] },
];

const TOWNS = [
  ...Array.from({ length: 15 }, (_, seed) => ({ seed, size: 20, bustle: 1 })),
  // Of few rows of many anything is new, and it is told over what was told of all.
  ...Array.from({ length: 6 }, (_, index) => ({ seed: 15 * (index + 1), size: 150, bustle: 0.04 })),
];

test.each(TOWNS)('a client holds what a query gives ($seed, $size processes)', async ({ seed, size, bustle }) => {
  const random = randomFrom(seed + 1);
  const town = new Town(random, size, bustle);
  const { clock, connect: follow, source } = host(town.rows);
  const variables = ASKED[seed % ASKED.length]!;
  const of = seed % 3 === 0 ? plain : (query: string) => query;
  const connect = async () => new Client(await follow(of(random.pick([EVENTS, PARTS])), { variables }));
  const clients = await Promise.all([connect(), connect(), connect(), connect()]);
  await settled();
  let folded = 0;
  for (let tick = 0; tick < 40; tick++) {
    town.live();
    await clock.pass(1000);
    const { processes } = await ask(source, of(QUERY), { variables });
    for (const [index, client] of clients.entries()) {
      if (random.chance(0.6)) {
        client.follower.stall();
        continue;
      }
      if (random.chance(0.1)) {
        client.follower.leave();
        clients[index] = await connect();
      }
      clients[index]!.follower.goOn();
      await settled();
      expect(clients[index]!.table).toEqual(processes);
      folded += clients[index]!.folded;
    }
  }
  expect(folded).toBeGreaterThan(0);
});

test('a quiet tick of a table of 5,000 rows is short', async () => {
  const row = (key: number) => ({
    key,
    startTicks: key,
    comm: 'sh',
    ppid: 1,
    status: 'SLEEPING',
    memoryRss: 1,
    memoryVms: 1,
  });
  const { clock, connect: follow } = host({ process: Array.from({ length: 5000 }, (_, index) => row(index + 1)) });
  const follower = await follow(EVENTS.replaceAll('limits { soft }', ''));
  await clock.pass(3000);
  const lengths = follower.finished.map(({ bytes }) => bytes.length);
  expect(lengths.length).toBe(4);
  expect(lengths[0]).toBeGreaterThan(5000 * 100);
  for (const length of lengths.slice(1)) expect(length).toBeLessThan(1000);
});

const socket = (inode: number, status: string): ScriptedRow => ({
  key: 0,
  family: 'INET4',
  type: 'STREAM',
  status,
  inode,
  localAddress: '127.0.0.1',
  localPort: inode,
});

test('connections are a table, and who holds them is looked for where it is selected', async () => {
  const rows: Record<string, ScriptedRow[]> = { connection: [socket(1, 'LISTEN')] };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow(`subscription { connections(kind: TCP4) {
    reset totalCount added { id status } changed { status } removed order } }`);
  await settled();
  await clock.pass(2000);
  rows.connection = [socket(2, 'LISTEN')];
  await clock.pass(2000);
  const [first, second, third] = answers().map(({ data }) => data.connections);
  const id = first.added[0].id;
  expect(first).toEqual({
    reset: true,
    totalCount: 1,
    added: [{ id, status: 'LISTEN' }],
    changed: [],
    removed: [],
    order: [id],
  });
  expect(second).toEqual({ reset: false, totalCount: 1, added: [], changed: [], removed: [], order: null });
  expect(third.removed).toEqual([id]);
  expect(third.added.length).toBe(1);
  expect(calls.every((call) => call.startsWith('connection '))).toBe(true);
  expect(calls.length).toBe(3);
});

test.each([
  ['processes(first: -1) { reset }', 'first is -1; it must be 0 or more'],
  ['processes(filter: { name: { matches: "(" } }) { reset }', expect.stringContaining('matches')],
  ['connections(everyMs: 1) { reset }', 'everyMs is 1; it must be from 100 to 3600000'],
  ['system(everyMs: 1) { at }', 'everyMs is 1; it must be from 100 to 3600000'],
])('%s is refused too', async (field, message) => {
  const { open, calls } = host({});
  expect(await refusals(open(`subscription { ${field} }`))).toEqual([message]);
  expect(calls).toEqual([]);
});

test('services are a table too', async () => {
  const unit = (key: number, status: string) =>
    ({ key, name: `s${key}.service`, manager: 'SYSTEMD', status, startType: 'STATIC' }) as ScriptedRow;
  const rows = { service: [unit(1, 'RUNNING'), unit(2, 'STOPPED')] };
  const { clock, follow, calls } = host(rows);
  const { answers } = follow('subscription { services { reset added { name } changed { name status } removed } }');
  await settled();
  rows.service = [unit(1, 'FAILED')];
  await clock.pass(2000);
  const [first, second] = answers().map(({ data }) => data.services);
  expect(first).toMatchObject({ reset: true, added: [{ name: 's1.service' }, { name: 's2.service' }], changed: [] });
  expect(second).toMatchObject({ reset: false, added: [], changed: [{ name: 's1.service', status: 'FAILED' }] });
  expect(second.removed.length).toBe(1);
  expect(calls.length).toBe(2);
});

test.each(['pid cpuPercent', 'pid cpuPercent parent { pid }'])(
  'what processes do a second is told of the time that each event covers, for slow readers too (%s)',
  async (row) => {
    const used = (seconds: number): ScriptedRow => ({
      key: 7,
      startTicks: 1,
      cpuTimesUser: seconds,
      cpuTimesSystem: 0,
    });
    const rows = { process: [used(0)] };
    const { clock, connect, calls } = host(rows);
    const QUERY = `subscription { processes(everyMs: 1000) {
    elapsed added { pid cpuPercent } changed { ${row} } } }`;
    const [fast, slow] = [await connect(QUERY), await connect(QUERY)];
    await settled();
    slow.stall();
    for (const seconds of [0.2, 0.6, 1.5]) {
      rows.process = [used(seconds)];
      await clock.pass(1000);
    }
    slow.goOn();
    await settled();
    const told = ({ answers }: Follower) =>
      answers.map(({ data }) => [
        data.processes.elapsed,
        [...data.processes.added, ...data.processes.changed].map(
          ({ cpuPercent }: { cpuPercent: number }) => cpuPercent,
        ),
      ]);
    expect(told(fast)).toEqual([
      [0, [null]],
      [1, [20]],
      [1, [40]],
      [1, [90]],
    ]);
    expect(told(slow)).toEqual([
      [0, [null]],
      [1, [20]],
      [2, [65]],
    ]);
    expect(calls.length).toBe(4);
  },
);

test.each(['id cpuPercent', 'id cpuPercent parent { pid }'])(
  'who was told what one did in a longer time is told that it rests (%s)',
  async (row) => {
    const used = (seconds: number): ScriptedRow => ({
      key: 7,
      startTicks: 1,
      cpuTimesUser: seconds,
      cpuTimesSystem: 0,
    });
    const rows = { process: [used(0)] };
    const { clock, connect } = host(rows);
    const QUERY = `subscription { processes(everyMs: 1000) { added { id } changed { ${row} } } }`;
    const [fast, slow] = [await connect(QUERY), await connect(QUERY)];
    await settled();
    slow.stall();
    await clock.pass(1000);
    rows.process = [used(1)];
    await clock.pass(1000);
    await clock.pass(1000);
    slow.goOn();
    await clock.pass(2000);
    const told = ({ answers }: Follower) =>
      answers.map(({ data }) => data.processes.changed.map((one: { cpuPercent: number }) => one.cpuPercent));
    expect(told(fast)).toEqual([[], [0], [100], [0], [], []]);
    expect(told(slow)).toEqual([[], [0], [50], [0], []]);
  },
);

test('of rows of which nothing differs none is told, and that one came to rest is', async () => {
  const row = (key: number, rss: number): ScriptedRow => ({
    ...{ key, startTicks: key, comm: 'sh', ppid: 1, status: 'SLEEPING', memoryRss: rss, memoryVms: 1 },
    ...{ cpuTimesUser: rss, cpuTimesSystem: 0 },
  });
  const rows = { process: [row(1, 1), row(2, 1), row(3, 1)] };
  const { clock, follow } = host(rows);
  const { answers } = follow(
    'subscription { processes(everyMs: 1000) { added { id } changed { pid cpuPercent memory { rss } } order } }',
  );
  await clock.pass(2000);
  rows.process = [row(1, 1), row(2, 2), row(3, 1)];
  await clock.pass(1000);
  await clock.pass(2000);
  rows.process = [row(2, 2), row(3, 1), row(4, 1)];
  await clock.pass(1000);
  const changed = answers().map(({ data }) =>
    data.processes.changed.map((one: Answer) => [one.pid, one.cpuPercent, one.memory.rss].join()),
  );
  expect(changed).toEqual([[], ['1,0,1', '2,0,1', '3,0,1'], [], ['2,100,2'], ['2,0,2'], [], []]);
  expect(answers().map(({ data }) => [data.processes.added.length, data.processes.order?.length ?? null])).toEqual([
    ...[[3, 3], ...Array.from({ length: 5 }, () => [0, null])],
    [1, 3],
  ]);
});

test('a name of which the command line tells the rest is looked at all the same', async () => {
  const of = (program: string): ScriptedRow => ({
    ...{ key: 7, startTicks: 1, comm: 'a-name-of-bytes', isCommCut: true, isKernelThread: false, cmdline: [program] },
  });
  const rows = { process: [of('a-name-of-bytes-one')] };
  const { clock, follow } = host(rows);
  const { answers } = follow('subscription { processes(everyMs: 1000) { added { name } changed { name } } }');
  await clock.pass(3000);
  rows.process = [of('a-name-of-bytes-two')];
  await clock.pass(1000);
  expect(answers().map(({ data }) => data.processes.changed)).toEqual([
    ...[[], [], [], []],
    [{ name: 'a-name-of-bytes-two' }],
  ]);
});

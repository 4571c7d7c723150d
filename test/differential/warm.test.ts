// The warm tier beside the cold one, on processes that change: what is kept must not be told from what is read.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocal, type ProcessRow, processTable, rowsOf, type Source } from '../../native/index.ts';
import { ownerTable } from '../../native/src/gen/rows.ts';
import { CHANGES, type Churn, churn } from '../support/churn.ts';
import { needs } from '../support/needs.ts';
import { randomFrom } from '../support/questions.ts';

/** The more rounds, the more is proved: 2,000 take about four minutes. */
const ROUNDS = Number(process.env.SYSGRAPH_CHURN_ROUNDS ?? 250);
const SEED = Number(process.env.SYSGRAPH_CHURN_SEED ?? 20261121);
const WORKERS = 8;
/** Longer than a tick of the kernel at its slowest pace, 100 a second. */
const TICK_MS = 11;

const bits = (names: string): number =>
  names.split(' ').reduce((mask, name) => mask | (1 << processTable.sources.indexOf(name)), 0);

const EVERYTHING = bits('stat state parent statm ids status cmdline exe cwd io fds cgroup ionice affinity');
/** Selections that prove different things, each with and without a list of all. */
const MASKS = [
  'stat parent ids cmdline io',
  'stat',
  'ids cmdline',
  'stat state parent statm ids cmdline',
  'parent io',
  'stat state parent statm ids status cmdline exe cwd io fds cgroup ionice affinity',
].map(bits);

let cold: Source;
let warm: Source;
let changing: Churn;

beforeAll(async () => {
  [cold, warm] = [await openLocal(), await openLocal({ reader: 'WARM' })];
  changing = await churn(WORKERS);
});
afterAll(() => changing?.stop());

/** What a row says, but for when it was read. */
const told = ({ asked, statClock, ioClock, createTime, ...row }: ProcessRow): Record<string, unknown> => ({ ...row });

async function rows(source: Source, mask: number, pids: readonly number[], all: boolean) {
  const batch = await source.read(processTable, mask, all ? { except: [] } : { keys: pids });
  const read = rowsOf(processTable, mask, batch).filter(({ pid }) => pids.includes(pid));
  return new Map(read.map((row) => [row.pid, { have: row.have, told: told(row) }]));
}

async function sockets(source: Source, pids: readonly number[]): Promise<string> {
  const batch = await source.read(ownerTable, 1, { except: [] });
  const held = rowsOf(ownerTable, 1, batch).filter(({ key }) => pids.includes(key));
  return JSON.stringify(held.map(({ key, fd, inode }) => [key, fd, inode]).sort());
}

type Rows = Awaited<ReturnType<typeof rows>>;

/** Columns in which what was read warm differs from what was read cold before it, and after it. */
function differences(before: Rows, between: Rows, after: Rows, mask: number): string[] {
  const names = processTable.sources.filter((_, index) => mask & (1 << index));
  const found: string[] = [];
  for (const [pid, { told: was, have }] of before) {
    const is = after.get(pid)?.told;
    const kept = between.get(pid);
    if (!is) continue;
    if (!kept) found.push(`${pid} is missing`);
    else if (have === after.get(pid)?.have && (kept.have & mask) !== (have & mask)) found.push(`${pid} has a gap`);
    for (const [column, value] of Object.entries(kept?.told ?? {})) {
      if (column === 'have' || column === 'faults' || value === null) continue;
      const [a, b, c] = [was[column], value, is[column]].map((each) => JSON.stringify(each));
      if (a === c && a !== b) found.push(`${pid} ${column}: ${a}, but ${b} by ${names.join('+')}`);
    }
  }
  for (const pid of between.keys()) if (!before.has(pid) && !after.has(pid)) found.push(`${pid} is no process`);
  return found;
}

const isRoot = process.getuid?.() === 0;

test.runIf(needs('root', () => isRoot))(
  `what is kept is what is read, after each of ${ROUNDS} changes`,
  async () => {
    const random = randomFrom(SEED);
    const kinds = (Object.keys(CHANGES) as (keyof typeof CHANGES)[]).filter((kind) => kind !== 'run');
    for (let round = 0; round < ROUNDS; round++) {
      const kind = kinds[round % kinds.length]!;
      const pids = await changing.change(kind, random.below(WORKERS), random.below(1000));
      await setTimeout(TICK_MS);
      const mask = random.pick(MASKS);
      const before = await rows(cold, EVERYTHING, pids, false);
      const between = await rows(warm, mask, pids, random.chance(0.5));
      const held = random.chance(0.5)
        ? [await sockets(cold, pids), await sockets(warm, pids), await sockets(cold, pids)]
        : [];
      const after = await rows(cold, EVERYTHING, pids, false);
      expect([...before.keys()].sort(), `round ${round}`).toEqual([...pids].sort());
      expect(differences(before, between, after, mask), `round ${round}, ${kind}, seed ${SEED}`).toEqual([]);
      if (held[0] === held[2]) expect(held[1], `sockets in round ${round}, ${kind}`).toBe(held[0]);
    }
    expect(warm.use!()).toMatchObject({ isWarm: true });
  },
  60_000 + ROUNDS * 500,
);

test('who was born is there at once, and who has ended is not', async () => {
  const mask = bits('stat');
  const pidsOf = async () => {
    const rows = rowsOf(processTable, mask, await warm.read(processTable, mask, { except: [] }));
    return rows.filter(({ have }) => (have & mask) !== 0).map(({ pid }) => pid);
  };
  for (let round = 0; round < 40; round++) {
    await pidsOf();
    const child = spawn('sleep', ['60']);
    expect(await pidsOf()).toContain(child.pid);
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    expect(await pidsOf()).not.toContain(child.pid);
    // Without a look at each of them.
    const all = await warm.read(processTable, 0, { except: [] });
    expect(rowsOf(processTable, 0, all).map(({ pid }) => pid)).not.toContain(child.pid);
  }
});

test('the bound is a tick: who runs may be told as it was, and is told as it is a tick later', async () => {
  const mask = bits('stat');
  const nameOf = async (pid: number) =>
    rowsOf(processTable, mask, await warm.read(processTable, mask, { keys: [pid] }))[0]!.comm;
  for (let round = 0; round < 40; round++) {
    const [before] = await changing.change('rename', 0, round);
    await setTimeout(TICK_MS);
    expect(await nameOf(before!)).toBe(`name ${round}`);
    const [pid] = await changing.change('run', 0, round);
    // Its clock may not tell yet that it runs.
    expect([`name ${round}`, `runs ${round}`]).toContain(await nameOf(pid!));
    await setTimeout(TICK_MS);
    expect(await nameOf(pid!)).toBe(`runs ${round}`);
    await setTimeout(TICK_MS);
  }
});

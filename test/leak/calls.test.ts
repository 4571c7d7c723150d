// A hundred thousand native calls of every kind about processes, those that fail included, give back what they held.
import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import {
  type Form,
  heapTable,
  type Keys,
  type Layout,
  openLocal,
  processTable,
  rowsOf,
  type Source,
  type Telling,
} from '../../native/index.ts';
import { placeIn } from '../../native/spec/define.ts';
import { process as spec } from '../../native/spec/process.ts';
import { comesBackTo, held } from '../support/held.ts';
import { ALL, ownSources, recorded } from '../support/reading.ts';
import { dir, plant, withTree } from '../support/tree.ts';

const CALLS = 100_000;
/** So many thirds decide where three of them do not. */
const MOST = 9;
/** Marks in a third of the calls. */
const MARKS = 5;
// A block of malloc takes 32 bytes: to lose one in every tenth call would be twice as much in a third of them. What the
// engine takes for itself, however little is asked of it, is a tenth.
const SLACK = ((CALLS / 3) * 32) / 10 / 2;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Some rows are left: those whose name may be cut. */
const WRITTEN: Form = [
  { op: 'UNSET', at: placeIn(spec, 'isCommCut') },
  { op: 'TEXT', at: placeIn(spec, 'comm') },
];
const DAMAGED: Form = [{ op: 'INT', at: { source: 1, slot: 99 } }];

type Call = () => Promise<unknown>;

/** Every source of processes and every list of them, each by itself, and what is refused. */
function callsOf(source: Source, keys: readonly number[]): Call[] {
  const read = (table: Layout, mask: number, of: Keys) => () => source.read(table, mask, of).catch(() => undefined);
  const each = ownSources(processTable).map((name) =>
    read(processTable, 1 << processTable.sources.indexOf(name), { keys }),
  );
  const lists = processTable.lists.map(({ table, mask, shift }) => read(table, mask >> shift, { keys }));
  const cancelled = () => source.read(processTable, 1, ALL, AbortSignal.abort()).catch(() => undefined);
  const forms = [WRITTEN, DAMAGED].map((form) => () => told(source, form).catch(() => undefined));
  return [...each, ...lists, read(processTable, 1, ALL), cancelled, ...forms];
}

const told = (source: Source, form: Form): Promise<Telling> =>
  source.tell!([{ table: processTable, mask: 1, keys: ALL }], form);

/** Bytes that the allocator has handed out and not got back. What is collected gives its memory back a turn later. */
async function live(source: Source): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await setImmediate();
  }
  const [row] = rowsOf(heapTable, 1, await source.read(heapTable, 1, { keys: [] }));
  return row!.used! + row!.mmapped!;
}

test('of what is written some is left to be judged, and a form that is none is refused', async () => {
  const here = await openLocal();
  expect((await told(here, WRITTEN)).count).toBeGreaterThan(0);
  await expect(told(here, DAMAGED)).rejects.toThrow('a step looks at what was not read');
});

test(`pitfall 32: ${CALLS.toLocaleString('en')} calls leave nothing behind`, { timeout: 600_000 }, () =>
  withTree({ ...recorded(), '10/stat': 'cut', '10/status': dir(), '11/stat': dir() }, async (root) => {
    plant(root, { 'gone/1/stat': '' });
    const [here, fake, removed] = await Promise.all([
      openLocal(),
      openLocal({ procRoot: root }),
      openLocal({ procRoot: `${root}/gone` }),
    ]);
    rmSync(`${root}/gone`, { recursive: true });
    // One that is there, one of the kernel, one that cannot be.
    const calls = [
      ...callsOf(here, [process.pid, 2, 2 ** 22 + 1]),
      ...callsOf(fake, [5638, 10, 11]),
      ...callsOf(removed, [1]),
    ];
    const rounds = Math.ceil(CALLS / calls.length / 3 / MARKS);
    const round = () => Promise.all(calls.map((call) => call()));
    for (let at = 0; at < 20; at++) await round();
    const before = held();
    const thirds: number[] = [];
    const takeThird = async () => {
      const marks: number[] = [];
      for (let mark = 0; mark < MARKS; mark++) {
        for (let at = 0; at < rounds; at++) await round();
        marks.push(await live(here));
      }
      // Compilers and collectors hold some for a while: the least of them is what nobody gives back.
      thirds.push(Math.min(...marks));
    };
    // After the first, which makes what is kept.
    const growth = () => (thirds.at(-1)! - thirds[1]!) / (thirds.length - 2);
    while (thirds.length < 3) await takeThird();
    // What the engine took once it does not take again, and what is lost is lost each time.
    if (growth() >= SLACK) while (thirds.length < MOST) await takeThird();
    await comesBackTo(before);
    expect(growth(), thirds.join(' ')).toBeLessThan(SLACK);
  }),
);

import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { openLocal, processTable, type Source, systemTable } from '../../native/index.ts';
import { comesBackTo, held } from '../support/held.ts';
import { ALL, maskOf, ownSources, readList, recorded } from '../support/reading.ts';
import { dir, plant, type Tree, withTree } from '../support/tree.ts';

const ROWS_A_CALL = 50;
const CALLS = 2_400;
// A third of the calls may grow by so much: the allocators of C and of V8 keep and give back some, here up to 0.6 MB.
// The packed rows of a call are 18 kB, so losing those of every fifth call would show.
const BOUND = 1.5 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Whole and damaged processes, beside many that are not there. */
function damaged(): Tree {
  const { stat, statm, status, cmdline } = Object.fromEntries(
    ['stat', 'statm', 'status', 'cmdline'].map((file) => [file, recorded()[`5638/${file}`]!]),
  ) as Record<'stat' | 'statm' | 'status' | 'cmdline', string>;
  return {
    ...recorded(),
    '10/stat': stat.slice(0, 90),
    '11/stat': dir(),
    '12/stat': stat,
    '12/statm': statm.slice(0, 5),
    '13/stat': stat,
    '13/status': status.slice(0, 200),
    '13/cmdline': cmdline.repeat(5_000),
    '14/statm': '',
  };
}

const keys = Array.from({ length: ROWS_A_CALL }, (_, index) => index + 1);
const everything = maskOf(processTable, ownSources(processTable));

/** A round of calls: rows that are there, damaged and not, of this host and of none. */
async function round(live: Source, fake: Source, removed: Source): Promise<void> {
  await fake.read(processTable, everything, { keys });
  await live.read(processTable, everything, { keys: [process.pid, ...keys.slice(1)] });
  await fake.read(processTable, everything, ALL);
  await fake.read(systemTable, maskOf(systemTable, ownSources(systemTable)), { keys: [] });
  // Nothing is left of this one but its name: listing it is refused, reading it fails.
  await expect(removed.read(processTable, everything, ALL)).rejects.toThrow('cannot list');
  await removed.read(processTable, everything, { keys });
  await createLoaders(fake).process.all(everything);
  for (const { property } of processTable.lists) {
    await readList(live, property, [process.pid, 1, 2, keys.length + 2 ** 22]);
    await readList(fake, property, keys);
    await readList(removed, property, [1]);
  }
}
/** What is collected gives its memory back only in the next turn. */
const footprint = async (): Promise<number> => {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, rss } = process.memoryUsage();
  // The heap is inside the resident set, but grows in steps of its own: each is looked at.
  return Math.max(heapUsed, rss - process.memoryUsage().heapTotal);
};

test(
  `${(CALLS * ROWS_A_CALL).toLocaleString('en')} rows leave no descriptor and no memory behind`,
  { timeout: 120_000 },
  () =>
    withTree(damaged(), async (root) => {
      plant(root, { 'gone/1/stat': '' });
      const [live, fake, removed] = await Promise.all([
        openLocal(),
        openLocal({ procRoot: root }),
        openLocal({ procRoot: `${root}/gone` }),
      ]);
      rmSync(`${root}/gone`, { recursive: true });
      await round(live, fake, removed);
      const before = held();
      const marks: number[] = [];
      // Seven calls a round, of which four have so many rows; three thirds of rounds.
      for (let third = 0; third < 3; third++) {
        for (let at = 0; at < CALLS / 3 / 4; at++) await round(live, fake, removed);
        marks.push(await footprint());
      }
      await comesBackTo(before);
      expect(marks[2]! - marks[1]!).toBeLessThan(BOUND);
    }),
);

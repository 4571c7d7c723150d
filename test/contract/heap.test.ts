// What a row of a list costs the collector: a number that rises is a field more in every row, or a copy more of it.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from '../support/source.ts';

const HALVES = ['--min-semi-space-size=32', '--max-semi-space-size=32'];
const FLAGS = ['--expose-gc', '--no-opt', '--no-sparkplug', ...HALVES, '--import', 'tsx/esm'];
const PROGRAM = new URL('../support/heap.ts', import.meta.url).pathname;
/** What the engine does beside it differs by a few bytes from run to run. */
const SLACK = 64;

test.each([
  ['pid name', 2330],
  ['pid ppid name username cpuTimes { user system } numThreads cmdline createTime', 4635],
])('bytes of heap for a row of { %s }: %i', (selection, budget) => {
  const args = [...FLAGS, PROGRAM, `{ processes { nodes { ${selection} } } }`];
  const bytes = Number(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
  expect(bytes).toBeLessThanOrEqual(budget + SLACK);
  // Who made it less lowers the budget too; a newer engine needs a little less.
  expect(bytes).toBeGreaterThan(budget * 0.8);
});

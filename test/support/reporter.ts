import type { Reporter, TestCase, TestModule } from 'vitest/node';
// Imported for its types: the notes of what a file lacks.
import type {} from './needs.ts';

export interface Tally {
  passed: number;
  failed: number;
  /** One line a test: its full name and why it did not run. */
  skipped: string[];
}

/**
 * The end of a run: every skipped test with its reason, and a last line for people and scripts alike. Under
 * SYSGRAPH_CI=1 a skipped test fails the run.
 */
export const reporter = (): Reporter => ({
  onTestRunEnd(modules, unhandled) {
    const tally = count(modules);
    tally.failed += unhandled.length;
    if (process.env.SYSGRAPH_CI === '1' && tally.skipped.length > 0) process.exitCode = 1;
    console.log(lines(tally).join('\n'));
  },
});

export function lines({ passed, failed, skipped }: Tally): string[] {
  const named = skipped.map((line) => `skipped: ${line}`);
  return [...named, `${passed} passed, ${failed} failed, ${skipped.length} skipped`];
}

function count(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    for (const test of module.children.allTests()) addTest(tally, test);
    // A file that does not load, or a hook that throws, has no failed test of its own: it counts as one.
    const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    tally.failed += broken.length;
  }
  return tally;
}

function addTest(tally: Tally, test: TestCase): void {
  const { state } = test.result();
  if (state === 'passed') tally.passed++;
  else if (state === 'failed') tally.failed++;
  else tally.skipped.push(`${test.module.relativeModuleId} > ${test.fullName}: ${reason(test)}`);
}

function reason(test: TestCase): string {
  const result = test.result();
  if (result.state === 'pending') return 'the run ended before it';
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  if (test.options.mode === 'todo') return 'not written yet';
  if (test.parent.errors().length > 0) return 'what it stands in failed';
  return test.module.meta().missing?.join('; ') ?? 'no reason given';
}

import { spawnSync } from 'node:child_process';
import { TestRunner } from 'vitest';

// What a test file lacks travels to the reporter with the file itself, so that each skipped test can name its reason.
declare module 'vitest' {
  interface TaskMeta {
    missing?: string[];
  }
}

/**
 * Whether something optional is here: a Debian package, root, a feature of the kernel. Used at the top of a test file:
 *
 *     const psutil = needs('python3-psutil', () => runs('/usr/bin/python3', '-c', 'import psutil'));
 *     describe.runIf(psutil)('…', …)
 *
 * In our own CI everything can be had, so there a missing thing is a failure: a test nobody runs proves nothing.
 */
export function needs(what: string, probe: () => boolean, how = `apt-get install ${what}`): boolean {
  if (passes(probe)) return true;
  const note = `needs ${what} (${how})`;
  if (process.env.SYSGRAPH_CI === '1') throw new Error(`this test ${note}`);
  noteMissing(note);
  return false;
}

/** Whether a command can be run and succeeds. */
export const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A probe that throws has answered: the thing is not here. */
function passes(probe: () => boolean): boolean {
  try {
    return probe();
  } catch {
    return false;
  }
}

function noteMissing(note: string): void {
  const { file } = TestRunner.getCurrentSuite();
  if (file === undefined) return;
  file.meta.missing = [...new Set([...(file.meta.missing ?? []), note])];
}

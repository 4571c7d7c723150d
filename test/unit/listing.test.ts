import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { program } from '../support/program.ts';

/** How many were born, by what /proc/stat says. */
function birthsIn(input: string): number {
  const parser = program('births', ['test/support/births.cc', 'native/src/linux/listing_text.cc'], ['-Inative/src']);
  return Number(execFileSync(parser, { input, encoding: 'utf8' }));
}

test.each([
  ['among what else there is', 'cpu  1 2 3\nctxt 5\nbtime 6\nprocesses 12345\nprocs_running 2\n', 12345],
  ['none', 'cpu  1 2 3\nprocs_running 2\nprocs_blocked 7\n', Number.NaN],
  ['nothing at all', '', Number.NaN],
  ['what is no number', 'processes many\n', Number.NaN],
  ['more than a number', 'processes 12 34\n', Number.NaN],
  ['cut', 'cpu  1 2 3\nprocesses 123', Number.NaN],
])('births are told: %s', (_, text, births) => expect(birthsIn(text)).toBe(births));

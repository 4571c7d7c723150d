import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../support/program.ts';
import { root } from '../support/source.ts';

/** Made anew with the header, which is all there is to it. */
function patient(): string {
  const header = createHash('sha256').update(readFileSync(join(root, 'native/src/patience.h')));
  const flags = ['-Inative/src', '-pthread'];
  return program(`patience-${header.digest('hex').slice(0, 12)}`, ['test/support/patience.cc'], flags);
}

test('what may hang is done on a thread that has done it before, where one is at rest', () => {
  const threads = Number(execFileSync(patient(), { encoding: 'utf8' }));
  expect(threads).toBeGreaterThan(0);
  // One that is not at rest yet when the next comes is no fault.
  expect(threads).toBeLessThan(100);
});

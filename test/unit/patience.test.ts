import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { program } from '../support/program.ts';
import { root } from '../support/source.ts';

const isRoot = needs('root', () => process.getuid?.() === 0, 'run as root');

/** Made anew with what it is made of. */
function patient(what: string): string {
  const paths = ['native/src/patience.h', 'test/support/patience.cc'];
  const made = paths.reduce((hash, path) => hash.update(readFileSync(join(root, path))), createHash('sha256'));
  const flags = ['-Inative/src', '-pthread'];
  const path = program(`patience-${made.digest('hex').slice(0, 12)}`, ['test/support/patience.cc'], flags);
  return execFileSync(path, [what], { encoding: 'utf8' }).trim();
}

test('what may hang is done on a thread that has done it before, where one is at rest', () => {
  const threads = Number(patient('reuse'));
  expect(threads).toBeGreaterThan(0);
  // One that is not at rest yet when the next comes is no fault.
  expect(threads).toBeLessThan(100);
});

test('what is thrown there reaches who waits', () => expect(patient('throw')).toBe('out of range'));

test.runIf(isRoot)('where no other thread is to be had, all waits for the first', () =>
  expect(patient('alone')).toBe('3'),
);

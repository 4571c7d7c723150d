import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source.ts';

const cache = join(root, 'node_modules/.cache/sysgraph');
const FLAGS = ['-O1', '-Wall', '-Wextra', '-Werror', '-pthread'];

/** What sources of the addon all include. */
const headers = (): string[] =>
  readdirSync(join(root, 'native/src'))
    .filter((name) => name.endsWith('.h'))
    .map((name) => join(root, 'native/src', name));

/**
 * A program of the tests, compiled once for each text of its sources, which may be of the addon too; made under another
 * name, as two tests may come at once.
 */
export function program(name: string, sources: readonly string[], flags: readonly string[] = []): string {
  const paths = sources.map((path) => join(root, path));
  const version = createHash('sha256');
  for (const path of [...paths, ...headers()]) version.update(readFileSync(path));
  const made = join(cache, `${name}-${version.digest('hex').slice(0, 12)}`);
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  const fresh = `${made}.${process.pid}`;
  const isCpp = paths.some((path) => path.endsWith('.cc'));
  const compiler = isCpp ? ['c++', '-std=c++17'] : ['cc', '-std=gnu11'];
  execFileSync(compiler[0]!, [compiler[1]!, ...FLAGS, ...flags, '-o', fresh, ...paths]);
  renameSync(fresh, made);
  return made;
}

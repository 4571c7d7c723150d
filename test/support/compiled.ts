import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const cache = join(import.meta.dirname, '../../node_modules/.cache/sysgraph');

/** A program of this folder, compiled once for each text of it; under another name first, as two tests may want it. */
export function compiled(name: string, ...flags: string[]): string {
  const source = join(import.meta.dirname, `${name}.c`);
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const program = join(cache, `${name}-${version}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  execFileSync('cc', ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', ...flags, '-o', fresh, source]);
  renameSync(fresh, program);
  return program;
}

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs, runs } from '../support/needs.ts';
import { repository, root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const nodeApi = createRequire(import.meta.url)('node-api-headers') as { include_dir: string };
const paths = repository().map(({ path }) => path);
const formatted = paths.filter((path) => /^(native\/src|test\/support)\/.*\.(cc|h|c)$/.test(path));
// What this machine can compile; the headers of other systems are elsewhere.
const compiled = paths.filter((path) =>
  /^native\/src\/((linux|posix|none)\/)?[^/]+\.cc$|\/windows\/\w+_text\.cc$/.test(path),
);
const headers = [nodeApi.include_dir, 'node_modules/node-addon-api'].flatMap((path) => ['-isystem', path]);
const flags = ['-std=c++17', '-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS', '-Inative/src', ...headers];

/** What a tool says against its input; nothing if it is content. */
function complaints(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}

describe.runIf(needs('clang-format', () => runs('clang-format', '--version')))('clang-format', () => {
  // Each folder's own style, as generated code has none; outside the repository, the repository's.
  const check = (files: string[], style = 'file') =>
    complaints('clang-format', ['--dry-run', '-Werror', `--style=${style}`, ...files]);
  const ours = `file:${join(root, '.clang-format')}`;

  test('finds what is not formatted', () =>
    withTree({ 'a.cc': 'int  a ;\n' }, (tree) => expect(check([`${tree}/a.cc`], ours)).toContain('a.cc:1:4')));
  test('has nothing to change', () => expect(check(formatted)).toBe(''));
});

describe.runIf(needs('clang-tidy', () => runs('clang-tidy', '--version')))('clang-tidy', () => {
  const config = `--config-file=${join(root, '.clang-tidy')}`;
  const check = (file: string) => complaints('clang-tidy', ['--quiet', config, file, '--', ...flags]);
  const fault = '#include <string>\nstd::string f(const std::string a) { return a; }\n';

  test('finds a fault', () =>
    withTree({ 'a.cc': fault }, (tree) =>
      expect(check(`${tree}/a.cc`)).toContain('performance-unnecessary-value-param'),
    ));
  test.each(compiled)('finds none in %s', { timeout: 120_000 }, (path) => expect(check(path)).toBe(''));
});

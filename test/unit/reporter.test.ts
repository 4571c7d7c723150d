import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const skipping = `
  import { describe, test } from 'vitest';
  import { needs } from '${root}/test/support/needs.ts';
  describe.runIf(needs('hen-teeth', () => false))('a bird', () => test('bites', () => {}));
  test('swims', () => {});
  test.todo('sings');
  test('flies', (context) => context.skip('no wings'));`;
const failing = `
  import { beforeAll, describe, expect, test } from 'vitest';
  describe('a', () => { beforeAll(() => { throw new Error('no'); }); test('b', () => {}); });
  test('c', () => expect(1).toBe(2));`;

/** Runs a test file of its own under our configuration; an empty CI variable is the same as none. */
const run = (content: string, ci: string) =>
  withTree({ 'test/a.test.ts': content, 'c.ts': `export { default } from '${root}/vitest.config.ts';` }, (tree) => {
    const args = [vitest, 'run', '--root', tree, '--config', join(tree, 'c.ts')];
    const env = { ...process.env, SYSGRAPH_CI: ci, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    return { status, lines: stdout.trimEnd().split('\n'), stderr };
  });

test('every skipped test has its reason, and the last line stands alone', async () => {
  const { status, lines } = await run(skipping, '');
  expect(lines.slice(-4)).toEqual([
    'skipped: test/a.test.ts > a bird > bites: needs hen-teeth (apt-get install hen-teeth)',
    'skipped: test/a.test.ts > sings: not written yet',
    'skipped: test/a.test.ts > flies: no wings',
    '1 passed, 0 failed, 3 skipped',
  ]);
  expect(status).toBe(0);
});

test('in our CI a missing need is a failure', async () => {
  const { status, lines, stderr } = await run(skipping, '1');
  expect(stderr).toContain('this test needs hen-teeth (apt-get install hen-teeth)');
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  expect(status).not.toBe(0);
});

test('in our CI a skipped test is a failure', async () => {
  const { status, lines } = await run("import { test } from 'vitest'; test('a', (t) => t.skip('b'));", '1');
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 1 skipped');
  expect(status).not.toBe(0);
});

test('a hook that throws counts as a failure, and its tests say so', async () => {
  const { status, lines } = await run(failing, '');
  expect(lines.slice(-2)).toEqual([
    'skipped: test/a.test.ts > a > b: what it stands in failed',
    '0 passed, 2 failed, 1 skipped',
  ]);
  expect(status).not.toBe(0);
});

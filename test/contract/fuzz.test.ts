import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs, runs } from '../support/needs.ts';
import { root } from '../support/source.ts';

const clang = needs(
  "clang's fuzzer",
  () =>
    runs(
      'sh',
      '-c',
      'clang++ -fsanitize=fuzzer,address,undefined -x c++ -o /dev/null - <<"E"\n' +
        'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\nE',
    ),
  'apt-get install clang libclang-rt-14-dev',
);

// As long as it runs it finds; in our own CI it has a minute, else just what it once found must not come back.
const seconds = process.env.SYSGRAPH_CI === '1' ? 60 : 5;

describe.runIf(clang)('the parsers', () => {
  test('take whatever they are given', { timeout: 600_000 }, () => {
    const { status, stderr } = spawnSync(join(root, 'test/fuzz/run'), [String(seconds)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect([status, status === 0 ? '' : stderr.slice(-3000)]).toEqual([0, '']);
  });
});

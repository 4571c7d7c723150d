import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../server/options.ts';
import { needs, runs } from '../support/needs.ts';

const PATH = 'systemd/sysgraph.service';
const unit = readFileSync(PATH, 'utf8').replaceAll('\\\n', ' ');
const valuesOf = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!);

describe('the unit of systemd', () => {
  test('starts the gateway with flags that there are', () => {
    const [, ...args] = valuesOf('ExecStart')[0]!.trim().split(/\s+/);
    expect(parseCommand(args)).toMatchObject({ do: 'serve' });
  });
  test('has the rights that docs/security.md names, and no others', () => {
    const rights = 'CAP_SYS_PTRACE CAP_DAC_READ_SEARCH';
    expect([valuesOf('AmbientCapabilities'), valuesOf('CapabilityBoundingSet')]).toEqual([[rights], [rights]]);
    for (const right of rights.split(' ')) expect(readFileSync('docs/security.md', 'utf8')).toContain(`| ${right} |`);
  });
  const analyzes = needs('systemd', () => runs('systemd-analyze', '--version'));
  test.runIf(analyzes)('is exposed by 3.0 at most, as systemd counts', () => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--no-pager', '--offline=yes', PATH], {
      encoding: 'utf8',
    });
    expect(Number(/exposure level for \S+ (\d+\.\d+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(3.0);
  });
  test.runIf(analyzes)('has no mistakes in it', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', PATH], { encoding: 'utf8' });
    expect(
      stderr.split('\n').filter((line) => line.includes('sysgraph.service') && !/is not executable/.test(line)),
    ).toEqual([]);
  });
});

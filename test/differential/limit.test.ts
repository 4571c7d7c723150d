import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { crowd } from '../support/crowd.ts';
import { type Answer, ask } from '../support/operation.ts';

const PRLIMIT = ['--noheadings', '--raw', '--output', 'RESOURCE,SOFT,HARD'];

/** What prlimit(1) says, which asks the kernel by a call and not by a file. */
function limitsOf(pid: number): unknown[] {
  const lines = execFileSync('prlimit', ['--pid', String(pid), ...PRLIMIT], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const amount = (text: string) => (text === 'unlimited' ? null : Number(text));
  return lines.map((line) => {
    const [resource, soft, hard] = line.split(' ');
    return { resource, soft: amount(soft!), hard: amount(hard!) };
  });
}

test('prlimit says the same of the limits of a process, and of one whose limits were changed', async () => {
  const source = await openLocal();
  const company = await crowd({ count: 2 });
  try {
    const [plain, changed] = company.pids;
    execFileSync('prlimit', ['--pid', String(changed), '--nofile=100:200', '--cpu=7:unlimited', '--core=0:0']);
    for (const pid of [plain!, changed!]) {
      const { process } = await ask(source, `{ process(pid: ${pid}) { limits { resource soft hard } } }`);
      const byName = (a: Answer, b: Answer) => a.resource.localeCompare(b.resource);
      expect(process.limits.toSorted(byName)).toEqual(limitsOf(pid).toSorted(byName));
    }
  } finally {
    await company.stop();
  }
});

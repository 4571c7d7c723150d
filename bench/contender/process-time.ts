// Processor time of other processes, as the kernel counts it.
import { readFileSync } from 'node:fs';
import type { Cost } from '../contest.ts';

/** Milliseconds that a process, and what it started and waited for, has taken. */
export function takenBy(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // utime, stime, cutime and cstime, in hundredths of a second, after the name, which may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return fields.reduce((sum, field) => sum + Number(field) * 10, 0);
}

/** What a process takes while `work` goes on, which asks it for something. */
export async function costOf(pid: number, work: () => Promise<unknown>): Promise<Cost> {
  const [before, start] = [takenBy(pid), performance.now()];
  await work();
  return { cpuMs: takenBy(pid) - before, wallMs: performance.now() - start };
}

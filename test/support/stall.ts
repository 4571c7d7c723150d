import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from './program.ts';

export interface Stalled {
  readonly pid: number;
  /** Lets go of it: whatever waits for it ends. */
  stop(): Promise<void>;
}

/** Starts a process that the kernel cannot look into. It goes away with this process, whatever happens. */
export async function stalledProcess(): Promise<Stalled> {
  const path = mkdtempSync(join(tmpdir(), 'sysgraph-stalled-'));
  const child = spawn(program('stall', ['test/support/stall.c']), [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (!/^\d+$/.test(String(line))) throw new Error('the process that cannot be looked into did not start');
  return {
    pid: Number(line),
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(path, { recursive: true });
    },
  };
}

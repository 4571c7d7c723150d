import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from './program.ts';

export interface DeadMount {
  readonly path: string;
  /** Unmounts it: whatever waits for it ends. */
  stop(): Promise<void>;
}

/** Mounts a file system that never answers. It goes away with this process, whatever happens. */
export async function deadMount(): Promise<DeadMount> {
  const path = mkdtempSync(join(tmpdir(), 'sysgraph-dead-'));
  const child = spawn(program('hang', ['test/support/hang.c']), [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (line[0] !== 'mounted') throw new Error('the file system that never answers could not be mounted');
  return {
    path,
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(path, { recursive: true });
    },
  };
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Answer } from './operation.ts';

const EXECUTE = join(import.meta.dirname, 'execute.ts');

export interface Place {
  /** As an ordinary user. */
  readonly nobody?: boolean;
  /** What to write before a command that is to run there. */
  readonly inside?: readonly string[];
  /** So often: then all answers come, and the descriptors before and after. */
  readonly times?: number;
}

/** The data of an operation that runs in a process of its own, somewhere else; throws if it has errors. */
export async function executeIn({ nobody = false, inside = [], times }: Place, query: string): Promise<Answer> {
  const [command, ...args] = [...inside, process.execPath, '--import', 'tsx', EXECUTE];
  if (nobody) args.push('--nobody');
  if (times !== undefined) args.push('--times', String(times));
  const { stdout } = await promisify(execFile)(command!, [...args, query], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}

const CALL = join(import.meta.dirname, './call.ts');

/** What one call of the machine gives somewhere else: test/support/call.ts has its words. */
export async function callIn(inside: readonly string[], ...words: string[]): Promise<unknown> {
  const [command, ...args] = [...inside, process.execPath, '--import', 'tsx', CALL];
  const { stdout } = await promisify(execFile)(command!, [...args, ...words]);
  return JSON.parse(stdout);
}

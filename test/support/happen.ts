import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { program } from './program.ts';

export interface Done {
  readonly pid: number;
  /** As wait(2) has it. */
  readonly status: number;
}

/** Does what test/support/happen.c says, and waits for it; what it did to the one child, if it was one. */
export async function happen(...args: (string | number)[]): Promise<Done> {
  const { stdout } = await promisify(execFile)(program('happen', ['test/support/happen.c']), args.map(String));
  const [pid, status] = stdout.split(' ').map(Number);
  return { pid: pid!, status: status! };
}

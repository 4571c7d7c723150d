// A process that answers a line with a line, in their order.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Lines {
  readonly child: ChildProcess;
  /** Its next line, after having been told one. */
  next(told?: string): Promise<string>;
  stop(): Promise<void>;
}

export function lines(command: string, args: readonly string[]): Lines {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const each = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  return {
    child,
    async next(told) {
      if (told !== undefined) child.stdin.write(`${told}\n`);
      const { value, done } = await each.next();
      if (done) throw new Error(`${command} ${args.join(' ')} has ended`);
      return value;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

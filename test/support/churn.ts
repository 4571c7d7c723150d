import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { program } from './program.ts';

/** What can happen to processes: a letter each, as test/support/churn.c takes it. */
export const CHANGES = {
  rename: 'n',
  exec: 'x',
  setuid: 'u',
  threads: 't',
  chdir: 'd',
  file: 'f',
  socket: 's',
  /** A socket is sent, taken in or closed. */
  pass: 'p',
  burn: 'b',
  title: 'a',
  child: 'c',
  io: 'i',
  nice: 'N',
  limit: 'L',
  affinity: 'B',
  stop: 'S',
  zombie: 'Z',
  orphan: 'O',
  reuse: 'P',
  /** Of two that share a table of descriptors one opens or closes a socket. */
  share: 'F',
  /** It says that it has taken a name, and runs on for a few ticks. */
  run: 'r',
} as const;

export interface Churn {
  /** Resolves with all pids there are, the worker's own first, when it is done. */
  change(what: keyof typeof CHANGES, worker?: number, number?: number): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** Starts processes that change as they are told. They die with this process. */
export async function churn(workers: number): Promise<Churn> {
  const child = spawn(program('churn', ['test/support/churn.c']), [String(workers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<readonly number[]> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the processes that were to change are gone');
    return String(value).split(' ').map(Number);
  };
  await answer();
  return {
    change(what, worker = 0, number = 0) {
      child.stdin.write(`${CHANGES[what]} ${worker} ${number}\n`);
      return answer();
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

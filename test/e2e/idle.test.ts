// A gateway that nobody asks does nothing: no clock of its own, and no look at what nobody looks at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Run, running, urlIn } from '../support/command.ts';
import { needs, runs } from '../support/needs.ts';
import { JSON_BODY } from '../support/serving.ts';

const QUIET = 30_000;
const SECONDS = 10;
/** Of all threads. */
const MOST = 10;
/** The engine collects its garbage once more when it is left alone, which is many calls, and once. */
const TRIES = 4;

const asked = { processes: 'processes { nodes { pid name cpuPercent } }', system: 'system { memory { total } }' };
const body = JSON.stringify({ query: `{ ${asked.processes} ${asked.system} }` });

let run: Run | undefined;

afterEach(async () => {
  run?.child.kill('SIGKILL');
  await run?.ended;
});

/** The system calls that a process and its threads begin while these seconds pass. */
async function callsOf(pid: number): Promise<string[]> {
  const flags = ['-f', '-qq', '-e', 'signal=none', '-p', String(pid)];
  const tracer = spawn('strace', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = text(tracer.stderr);
  await sleep(1_000 * SECONDS);
  tracer.kill('SIGINT');
  await once(tracer, 'close');
  // A call that was waiting when the tracer came, and still was when it left, is none of these seconds.
  return (await lines)
    .split('\n')
    .filter((line) => /\w+\(|resumed>/.test(line) && !/restart_syscall|unfinished|detached/.test(line));
}

describe.runIf(needs('strace', () => runs('strace', '-qq', 'true')))('after half a minute of quiet', () => {
  test.each(['cold', 'warm'])(
    'ten seconds take ten system calls at most, and none of them reads: %s',
    { timeout: 180_000 },
    async (reader) => {
      run = running([process.execPath, 'dist/bin/sysgraph.js', 'serve', '--port', '0', '--reader', reader]);
      const url = urlIn(await run.firstLine).replace(/#.*/, '');
      // What was asked for once, rates among it, is not read on.
      const response = await fetch(url, { method: 'POST', headers: JSON_BODY, body });
      expect(response.status).toBe(200);
      await response.text();
      await sleep(QUIET);
      let calls: string[] = [];
      for (let tries = 0; tries < TRIES; tries++) {
        calls = await callsOf(run.child.pid!);
        expect(calls.filter((line) => /\b(open|openat|pread64|stat|statx|newfstatat)\(/.test(line))).toEqual([]);
        if (calls.length <= MOST) return;
      }
      expect(calls).toEqual([]);
    },
  );
});

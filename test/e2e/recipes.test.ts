import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Acting, endStarted, start, startActing } from '../support/acting.ts';
import { callIn } from '../support/inside.ts';
import type { Answer } from '../support/operation.ts';
import { root } from '../support/source.ts';
import { needsSystemd, type Systemd, systemd } from '../support/systemd.ts';

// The recipes of docs/actions.md, as they stand there, on processes of this test.

const text = readFileSync(join(root, 'docs/actions.md'), 'utf8');

/** Each operation of the document, by its name. */
const blocks = new Map(
  [...text.matchAll(/^```graphql\n([^`]*)^```\n\n```json variables\n([^`]*)^```$/gm)].map(
    ([, operation, variables]) => [
      /^\w+ (\w+)/.exec(operation!)![1]!,
      { operation: operation!, variables: JSON.parse(variables!) as object },
    ],
  ),
);
const used = new Set<string>();
let acting: Acting;

beforeAll(async () => {
  acting = await startActing({ allowService: ['web-*'] });
});
afterAll(() => acting.stop());
afterEach(endStarted);

type Run = (operation: string, variables: object) => Promise<Answer>;

/** The answer to one, with the variables that the document names, and no others. */
function run(name: string, variables: object, by: Run = acting.data): Promise<Answer> {
  const block = blocks.get(name)!;
  used.add(name);
  expect(Object.keys(variables)).toEqual(Object.keys(block.variables));
  return by(block.operation, variables);
}

/** A name that no other process has. */
const NAME = `w${process.pid}`;

test('terminate, wait, kill what is left', async () => {
  const waiting = (script: string) =>
    start('perl', '-e', `$0 = "${NAME}"; ${script} $| = 1; print 1; sleep 1000 while 1`);
  const [mild, stubborn] = [waiting(''), waiting('$SIG{TERM} = "IGNORE";')];
  await Promise.all([once(mild.stdout!, 'data'), once(stubborn.stdout!, 'data')]);
  const { processes } = await run('Find', { name: NAME });
  const ids = processes.nodes.map(({ id }: Answer) => id);
  expect(processes.nodes.map(({ pid }: Answer) => pid).sort()).toEqual([mild.pid, stubborn.pid].sort());

  const done = { affected: 1, errors: [] };
  expect(await run('Terminate', { first: ids[0], second: ids[1] })).toEqual({ first: done, second: done });
  const { waitProcesses } = await run('Wait', { ids });
  const left = waitProcesses.filter(({ exited }: Answer) => !exited).map(({ processId }: Answer) => processId);
  expect(left).toEqual([await acting.idOf(stubborn.pid)]);

  const ended = once(stubborn, 'exit');
  expect(await run('Kill', { id: left[0] })).toEqual({ killProcess: done });
  expect(await ended).toEqual([null, 'SIGKILL']);
});

test('pin a tree to CPUs', async () => {
  const shell = start('sh', '-c', 'sleep 1000 & sleep 1000 & echo; wait');
  await once(shell.stdout!, 'data');
  const { process: top } = await run('Tree', { pid: shell.pid });
  expect(top.children).toHaveLength(2);
  for (const { id } of [top, ...top.children]) {
    const { setProcessCpuAffinity } = await run('Pin', { id });
    expect(setProcessCpuAffinity).toEqual({ process: { cpuAffinity: [0] }, errors: [] });
  }
  expect(execFileSync('taskset', ['-cp', String(shell.pid)], { encoding: 'utf8' })).toMatch(/: 0$/m);
});

const hasSystemd = needsSystemd();
describe.runIf(hasSystemd)('with a real systemd', () => {
  let there: Systemd;
  beforeAll(async () => {
    const service = '[Service]\nExecStart=/bin/sh -c "sleep infinity & exec sleep infinity"\n';
    const target = '[Unit]\nWants=dbus.service web-server.service\nAllowIsolate=yes\n';
    there = await systemd({ 'sysgraph.target': target, 'web-server.service': service });
  }, 120_000);
  afterAll(async () => {
    await there?.stop();
  });

  test("renice a service's processes", async () => {
    const inside: Run = async (operation, variables) => {
      const answer = await callIn(there.enter, 'run', operation, JSON.stringify(variables));
      return (answer as Answer).data;
    };
    const { service } = await run('Members', { name: 'web-server' }, inside);
    expect(service.processes.map(({ nice }: Answer) => nice)).toEqual([0, 0]);
    for (const { id } of service.processes)
      expect(await run('Renice', { id }, inside)).toEqual({
        setProcessNice: { process: { nice: 10 }, errors: [] },
        setProcessIoNice: { process: { ioNice: { ioClass: 'IDLE' } }, errors: [] },
      });
    const nices = there.run('ps -o ni= -p "$(paste -sd, /sys/fs/cgroup/system.slice/web-server.service/cgroup.procs)"');
    expect(nices.trim().split(/\s+/)).toEqual(['10', '10']);
  });
});

test('every block of the document is one of these', () => {
  expect(blocks.size).toBe(text.match(/^```graphql/gm)?.length);
  const skipped = hasSystemd ? [] : ['Members', 'Renice'];
  expect([...blocks.keys()].filter((name) => !used.has(name) && !skipped.includes(name))).toEqual([]);
});

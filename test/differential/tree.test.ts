// Actions on a process and all that is below it, whatever that does meanwhile.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Acting, endStarted, start, startActing } from '../support/acting.ts';
import { needs, runs } from '../support/needs.ts';
import { program } from '../support/program.ts';

let acting: Acting;
beforeAll(async () => {
  acting = await startActing();
});
afterAll(() => acting.stop());
afterEach(endStarted);

const until = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 20 });
const stateOf = (pid: number): string => {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!;
  } catch {
    return 'gone';
  }
};
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

async function act(field: string, pid: number, args = '') {
  const done = `${field}(id: $id, recursive: true${args})`;
  const query = `mutation ($id: ID!) { ${done} { affected errors { code message } } }`;
  return (await acting.data(query, { id: await acting.idOf(pid) }))[field];
}

/** A user whose processes are counted, so that they are never more than so many. */
const UID = 61_234;
const MOST = 200;

/** Its processes that have not ended. */
const alive = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return statSync(`/proc/${pid}`).uid === UID && stateOf(pid) !== 'Z';
      } catch {
        return false;
      }
    });

const own = ['--pid', '--fork', '--kill-child'];
const canBound = () =>
  needs('the right to make namespaces of processes', () => runs('unshare', ...own, 'true'), 'run as root');

describe.runIf(canBound())('processes that fork as fast as they can, 200 of them', () => {
  /** The first of them, below the first process of a namespace, with which they all end. */
  async function explode(): Promise<number> {
    const bomb = program('bomb', ['test/support/bomb.c']);
    const user = `setpriv --reuid=${UID} --regid=${UID} --clear-groups`;
    const inside = `prlimit --nproc=${MOST} ${user} ${bomb} & wait; sleep 1000`;
    const namespace = start('unshare', ...own, 'sh', '-c', inside);
    await once(namespace.stdout!, 'data');
    await until(() => alive().length).toBeGreaterThan(MOST * 0.9);
    const [first] = childrenOf(namespace.pid);
    return childrenOf(first!)[0]!;
  }
  test.each(['killProcess', 'terminateProcess'])(
    '%s ends them all, and tells of no error',
    async (field) => {
      const bomb = await explode();
      const { affected, errors } = await act(field, bomb);
      expect(errors).toEqual([]);
      expect(affected).toBeGreaterThan(MOST * 0.8);
      await until(() => alive()).toEqual([]);
    },
    120_000,
  );
  test('suspendProcess of each would not: they are stopped as a tree, and go on together', async () => {
    const bomb = await explode();
    expect((await act('signalProcess', bomb, ', signal: "STOP"')).errors).toEqual([]);
    const stopped = alive();
    expect(stopped.length).toBeGreaterThan(MOST * 0.8);
    expect(new Set(stopped.map(stateOf))).toEqual(new Set(['T']));
    expect((await act('signalProcess', bomb, ', signal: "CONT"')).errors).toEqual([]);
    await until(() => alive().some((pid) => stateOf(pid) === 'T')).toBe(false);
  }, 120_000);
});

describe('a tree', () => {
  /** A shell with two children, of which one has one; their pids, that of the shell first. */
  async function planted(): Promise<[number, number, number, number]> {
    const shell = start('sh', '-c', 'sleep 1000 & (sleep 1000; true) & echo; wait');
    await once(shell.stdout!, 'data');
    await until(() => childrenOf(shell.pid).flatMap(childrenOf).length).toBe(1);
    const [sleeper, inner] = childrenOf(shell.pid).sort((a, b) => childrenOf(a).length - childrenOf(b).length);
    return [shell.pid, sleeper!, inner!, childrenOf(inner!)[0]!];
  }
  test('is ended children first, so that none is left to others', async () => {
    const pids = await planted();
    expect(await act('terminateProcess', pids[0])).toEqual({ affected: 4, errors: [] });
    for (const pid of pids) await until(() => stateOf(pid)).toMatch(/Z|gone/);
    const [{ processes }] = acting.records().slice(-1);
    const order = processes.map(({ pid }: { pid: number }) => pid);
    expect(order.indexOf(pids[3])).toBeLessThan(order.indexOf(pids[2]));
    expect(order.at(-1)).toBe(pids[0]);
  });
  test('goes on where the signal does not end it, but for what was stopped before', async () => {
    const shell = start('bash', '-c', 'trap "echo got" USR1; sleep 1000 & sleep 1000 & echo; while :; do wait; done');
    await once(shell.stdout!, 'data');
    const [first, second] = childrenOf(shell.pid);
    execFileSync('kill', ['-STOP', String(second)]);
    await until(() => stateOf(second!)).toBe('T');
    const said = once(shell.stdout!, 'data');
    expect(await act('signalProcess', shell.pid, ', signal: "USR1"')).toEqual({ affected: 3, errors: [] });
    expect(String((await said)[0])).toBe('got\n');
    await until(() => stateOf(first!)).toMatch(/Z|gone/);
    expect([stateOf(shell.pid), stateOf(second!)]).toEqual(['S', 'T']);
  });
  test('is stopped by nothing that is no signal', async () => {
    const pids = await planted();
    const { affected, errors } = await act('signalProcess', pids[0], ', signal: "NONE"');
    expect([affected, errors]).toMatchObject([0, [{ code: 'INVALID_ARGUMENT' }]]);
    expect(pids.map(stateOf)).toEqual(['S', 'S', 'S', 'S']);
  });
  test('that has the gateway in it goes on', async () => {
    const { errors } = await act('terminateProcess', process.ppid);
    expect(errors).toMatchObject([{ code: 'REFUSED' }]);
    expect(stateOf(process.ppid)).not.toBe('T');
  });
});

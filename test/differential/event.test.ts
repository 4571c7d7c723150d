// What the kernel tells of processes, beside what their parent is told.
import { execFileSync } from 'node:child_process';
import { release } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type EventRow, eventTable, openLocal, rowsOf } from '../../native/index.ts';
import { systemClock } from '../../subscriptions/clock.ts';
import { type Happened, ProcessEvents } from '../../subscriptions/event.ts';
import { happen } from '../support/happen.ts';
import { callIn } from '../support/inside.ts';
import { needs, runs } from '../support/needs.ts';
import { readProcesses } from '../support/reading.ts';

const source = await openLocal();
const listening = needs(
  'to hear what happens to processes',
  () => {
    const opened = source.events!(() => undefined);
    if ('close' in opened) opened.close();
    return 'close' in opened;
  },
  'run as root, in no namespace of processes or users',
);

/** What was told of one process while `use` ran, up to its end. */
async function toldOf(use: () => Promise<{ pid: number }>): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  let wake = () => undefined as undefined;
  const opened = source.events!((batch) => {
    rows.push(...rowsOf(eventTable, 1, batch));
    wake();
  });
  if (!('close' in opened)) throw new Error(opened.status);
  try {
    const { pid } = await use();
    const its = () => rows.filter(({ key }) => key === pid);
    while (!its().some(({ kind }) => kind === 'EXITED')) {
      await new Promise<void>((resolve) => {
        wake = () => void resolve();
      });
    }
    return its();
  } finally {
    opened.close();
  }
}

const kinds = (rows: readonly EventRow[]) => rows.map(({ kind }) => kind);

describe.runIf(listening)('the kernel tells', () => {
  test.each([0, 1, 77, 255])('that a process returned %i', async (code) => {
    const rows = await toldOf(() => happen('exit', code));
    expect(kinds(rows)).toEqual(['STARTED', 'EXITED']);
    expect(rows[1]).toMatchObject({ exitCode: code, signal: null });
  });
  test.each([
    [9, 'SIGKILL'],
    [15, 'SIGTERM'],
    [6, 'SIGABRT'],
    [34, 'SIGRTMIN'],
    [40, 'SIGRTMIN+6'],
  ])('that signal %i ended one', async (number, name) => {
    const rows = await toldOf(() => happen('signal', number));
    expect(rows.at(-1)).toMatchObject({ kind: 'EXITED', exitCode: null, signal: name });
  });
  test('of every program of one that begins several', async () => {
    const rows = await toldOf(() => happen('exec'));
    expect(kinds(rows)).toEqual(['STARTED', 'EXECED', 'EXECED', 'EXECED', 'EXITED']);
  });
  test('of no threads', async () => {
    const rows = await toldOf(() => happen('threads', 20));
    expect(kinds(rows)).toEqual(['STARTED', 'EXITED']);
    expect(rows.at(-1)!.exitCode).toBe(5);
  });
  test('the end of a process with its last thread, and as that one had it', async () => {
    const rows = await toldOf(() => happen('leader'));
    expect(kinds(rows)).toEqual(['STARTED', 'EXITED']);
    expect(rows.at(-1)!.exitCode).toBe(6);
    expect(rows[1]!.at! - rows[0]!.at!).toBeGreaterThanOrEqual(29);
  });
  test('no end where another thread than the first begins a program', async () => {
    const rows = await toldOf(() => happen('takeover'));
    expect(kinds(rows)).toEqual(['STARTED', 'EXECED', 'EXITED']);
    expect(rows.at(-1)!.exitCode).toBe(7);
  });
  test('when it was, and who the parent is', async () => {
    const before = Date.now();
    const rows = await toldOf(() => happen('exit', 0));
    const [started] = await readProcesses(source, ['stat'], { keys: [process.pid] });
    expect(rows[0]!.ppid).toBeGreaterThan(0);
    expect(rows[0]!.at).toBeGreaterThanOrEqual(before - 1);
    expect(rows[0]!.at).toBeLessThanOrEqual(Date.now());
    expect(rows[0]!.ticks).toBeGreaterThan(started!.startTicks!);
  });
  test('the start of one that somebody may look at, as its own file has it', async () => {
    let known: number | null = null;
    const rows = await toldOf(async () => {
      const child = happen('leader', 1000);
      for (;;) {
        // Its parent is the program, whose parent this is.
        const all = await readProcesses(source, ['stat', 'state', 'parent']);
        const parent = all.find(({ ppid, comm }) => ppid === process.pid && comm?.startsWith('happen'));
        const row = all.find(({ ppid }) => parent && ppid === parent.pid);
        if (row) known = row.startTicks;
        if (row) return child;
      }
    });
    expect(rows[0]!.startTicks).toBe(known);
  });
});

/** Waits until it holds; what never does is a hang, which ends the test. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}

/** The processes there are by pid and start, less those that have ended. */
async function living(): Promise<string[]> {
  const rows = await readProcesses(source, ['stat', 'state', 'parent']);
  const there = rows.filter(({ status, faults }) => status !== 'ZOMBIE' && status !== 'DEAD' && faults === null);
  return there.map(({ pid, startTicks }) => `${pid} ${startTicks}`).sort();
}

async function followed(eventBuffer: number, children: number) {
  const events = new ProcessEvents(await openLocal({ eventBuffer }), systemClock);
  const told: Happened[] = [];
  const stop = events.listen({ everyMs: 100, tell: (happened) => void told.push(happened), fail: () => undefined });
  const table = () => [...events.table].map(([pid, { startTicks }]) => `${pid} ${startTicks}`).sort();
  try {
    await until(() => events.table.size > 0);
    await happen('burst', children);
    // This machine has other processes, which come and go: what matters is that it comes to be right.
    await until(async () => {
      const before = await living();
      const known = table();
      const after = await living();
      const both = before.filter((line) => after.includes(line));
      return both.every((line) => known.includes(line)) && known.every((line) => [...before, ...after].includes(line));
    });
  } finally {
    stop();
  }
  const of = (kind: string) => told.flatMap((each) => each.events).filter((event) => event.kind === kind).length;
  return { told, started: of('STARTED'), exited: of('EXITED') };
}

describe.runIf(listening)('after a burst', () => {
  test('of 10,000 processes all were told, or that some were lost; the table is right', async () => {
    const { told, started, exited } = await followed(0, 10_000);
    if (told.every(({ lost }) => !lost)) expect([started >= 10_000, exited >= 10_000]).toEqual([true, true]);
    expect(told.every((each) => each.source === 'KERNEL')).toBe(true);
  }, 120_000);
  test('that is too much for the kernel it is said so, and the table is right', async () => {
    const { told } = await followed(1, 2_000);
    expect(told.some(({ lost }) => lost)).toBe(true);
  }, 120_000);
});

describe('who is told', () => {
  const root = needs('root', () => process.getuid!() === 0, 'run as root');
  const [major, minor] = release().split('.').map(Number);
  const isForAll = major! > 6 || (major === 6 && minor! >= 6);
  test.runIf(root)('an ordinary user, since Linux 6.6', async () =>
    expect(await callIn([], '--nobody', 'listen')).toEqual(isForAll ? {} : { status: 'DENIED' }),
  );
  const spaces = [
    ['processes', ['--pid', '--fork', '--mount-proc'], /^UNSUPPORTED$/],
    ['the network', ['--net'], /^UNSUPPORTED$/],
    ['users', ['--user', '--map-root-user'], /^(UNSUPPORTED|DENIED)$/],
  ] as const;
  const made = spaces.filter(([of, flags]) =>
    needs(`a namespace of ${of}`, () => runs('unshare', ...flags, 'true'), 'run as root'),
  );
  test.each(made)('nobody in a namespace of %s', async (_, flags, status) =>
    expect(await callIn(['unshare', ...flags], 'listen')).toEqual({ status: expect.stringMatching(status) }),
  );
});

test('nothing is told of a foreign proc root', async () => {
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    expect((await openLocal({ procRoot: folder })).events!(() => undefined)).toEqual({ status: 'UNSUPPORTED' });
  } finally {
    execFileSync('rmdir', [folder]);
  }
});

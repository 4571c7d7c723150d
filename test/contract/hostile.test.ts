import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { ALL_ACCESS, EVERYTHING } from '../support/everything.ts';
import { type Answer, ask } from '../support/operation.ts';
import { program } from '../support/program.ts';

// What a process calls itself, and says it was started with, changes nothing but that.

const HOSTILE = program('hostile', ['test/support/hostile.c']);
const ARGUMENTS = ['a b', ') S 1 (', 'tab\there', 'line\nhere', 'Uid:\t0', '\x1b[31mred\x1b[0m', '', '😀'];
const NAMES = [
  'a b',
  ') ) ) ) )',
  'x) S 1 (',
  'a\tb',
  'a\nb',
  'Uid:\t7\t7\t7',
  '\nUid:\t7',
  '\x1b[31m',
  '\\n',
  '\xff\xfe',
  '%s%n',
];

const bytesOf = (name: string) => Buffer.from(name, /[\x80-\xff]/.test(name) ? 'latin1' : 'utf8');
const shown = (name: string) => name.replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);

async function hostile(name: string): Promise<Answer> {
  const hex = bytesOf(name).toString('hex');
  const child = spawn(HOSTILE, [hex, hex, ...ARGUMENTS], { cwd: '/', env: { 'A\tB': 'x\ny' } });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    const query = `{ process(pid: ${child.pid}) { ${EVERYTHING} } }`;
    return { ...(await ask(await openLocal(), query, { access: ALL_ACCESS })).process, hex };
  } finally {
    child.stdin.end();
    await ended;
  }
}

describe.each(NAMES)('a process and a thread called %j', (name) => {
  test('pitfalls 1 and 8, defects 10.3 and 10.4: are called that, and are otherwise what they are', async () => {
    const seen = await hostile(name);
    expect(seen).toMatchObject({
      name: shown(name),
      ppid: process.pid,
      numThreads: 2,
      uids: { real: process.getuid!(), effective: process.getuid!(), saved: process.getuid!() },
      cmdline: [HOSTILE, seen.hex, seen.hex, ...ARGUMENTS],
      environment: [{ name: 'A\tB', value: 'x\ny' }],
      exe: HOSTILE,
      cwd: '/',
      gaps: [],
    });
    expect(seen.threads.map((thread: Answer) => thread.name)).toEqual([shown(name), shown(name)]);
    // Defect 10.3: split at the first parenthesis, a name of a thread is taken for its times.
    expect(seen.threads.every(({ cpuTimes: { user, system } }: Answer) => user + system < 5)).toBe(true);
  });
});

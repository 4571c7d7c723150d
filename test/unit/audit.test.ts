import {
  appendFileSync,
  chmodSync,
  chownSync,
  lchownSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt } from '../../resolvers/context.ts';
import { createTurns, patternOf } from '../../server/actions.ts';
import { AuditError, auditPath, lineOf, openAudit, withoutFile } from '../../server/audit.ts';
import { compose } from '../../server/compose.ts';
import { sparingly } from '../../server/sparingly.ts';
import { optionsWith } from '../support/serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

let path: string;
let count = 0;
const logged: unknown[][] = [];
const log = (...line: unknown[]): number => logged.push(line);
beforeEach(() => {
  path = join(folder, `${count++}.log`);
  logged.length = 0;
});

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  at: 0,
  who: 'alice',
  from: '127.0.0.1',
  action: 'killProcess',
  arguments: {},
  target: { pid: 7, name: 'web' },
  outcome: 'DONE',
  more: { affected: 1 },
  ...more,
});
const linesOf = (of: string) => readFileSync(of, 'utf8').split('\n').slice(0, -1);

describe('the audit log', () => {
  test('has a line for each attempt, for its user alone', () => {
    const audit = openAudit(path, log);
    for (const who of ['a', 'b']) {
      expect(audit.trouble()).toBeNull();
      audit.record(attempt({ who }));
    }
    audit.close();
    expect(linesOf(path).map((line) => JSON.parse(line))).toEqual(
      ['a', 'b'].map((who) => ({
        ...{ time: '1970-01-01T00:00:00.000Z', who, from: '127.0.0.1', action: 'killProcess', arguments: {} },
        ...{ target: { pid: 7, name: 'web' }, outcome: 'DONE', affected: 1 },
      })),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  test('goes on where it was', () => {
    for (const who of ['a', 'b']) {
      const audit = openAudit(path, log);
      audit.record(attempt({ who }));
      audit.close();
    }
    expect(linesOf(path).map((line) => JSON.parse(line).who)).toEqual(['a', 'b']);
  });
  test('is made anew where it was moved, and where it was removed', () => {
    const audit = openAudit(path, log);
    audit.record(attempt({ who: 'a' }));
    renameSync(path, `${path}.1`);
    audit.record(attempt({ who: 'b' }));
    appendFileSync(`${path}.1`, 'x');
    unlinkSync(path);
    expect(audit.trouble()).toBeNull();
    audit.record(attempt({ who: 'c' }));
    audit.close();
    expect(linesOf(path).map((line) => JSON.parse(line).who)).toEqual(['c']);
    expect(JSON.parse(linesOf(`${path}.1`)[0]!).who).toBe('a');
  });
  test.each([
    ['no name ends a line', { target: { name: 'a\n{"who":"mallory"}\r\u2028\u0085' } }],
    ['nor drives a terminal', { target: { name: '\u001b]0;x\u0007\u009b2J' } }],
    ['nor does an argument', { arguments: { signal: '"}\n{"who":"mallory' } }],
  ])('%s', (_, more) => {
    const line = lineOf(attempt(more));
    expect(line).toMatch(/^[ -~]*\n$/);
    expect(JSON.parse(line)).toMatchObject({ who: 'alice', ...more });
  });
  test('what somebody chose is cut', () => {
    const line = lineOf(attempt({ arguments: { signal: 'x'.repeat(90_000), cpus: Array(40_000).fill(1) } }));
    expect(line.length).toBeLessThan(5_000);
  });
  test('opens nowhere where it cannot be written, and says what to do', () => {
    for (const [where, why] of [
      ['/dev/full', 'ENOSPC'],
      [folder, 'EISDIR'],
      [join(folder, 'none', 'audit.log'), 'ENOENT'],
    ])
      expect(() => openAudit(where!, log)).toThrow(
        new AuditError(`the audit log ${where} cannot be written (${why}); name another file with --audit-log.`),
      );
  });
  test('opens no file that others may change, and follows no link of theirs', () => {
    const other = join(folder, 'other.log');
    writeFileSync(other, '', { mode: 0o600 });
    const opens = (at: string) => () => openAudit(at, log).close();
    symlinkSync(other, path);
    expect(opens(path)).not.toThrow();
    chmodSync(other, 0o620);
    expect(opens(other)).toThrow(`${other} cannot be written (others may write to it)`);
    chmodSync(other, 0o600);
    if (process.geteuid?.() !== 0) return;
    lchownSync(path, 65534, 65534);
    expect(opens(path)).toThrow(`${path} cannot be written (it is a link that another user made)`);
    chownSync(other, 65534, 65534);
    expect(opens(other)).toThrow(`${other} cannot be written (it belongs to another user)`);
  });
  test('that cannot be written any more is told of, with what was done', () => {
    const audit = openAudit(path, log);
    unlinkSync(path);
    const gone = `${folder}-gone`;
    renameSync(folder, gone);
    expect(audit.trouble()).toMatch(/cannot be written \(ENOENT\)/);
    audit.record(attempt());
    renameSync(gone, folder);
    expect(logged).toEqual([['error', 'the audit log cannot be written', { why: 'ENOENT', line: lineOf(attempt()) }]]);
    expect(audit.trouble()).toBeNull();
    audit.close();
  });
  test('is among the files of its user unless another is named', () => {
    expect(auditPath('')).toMatch(/\/sysgraph\/audit\.log$/);
    expect(auditPath('/var/log/x')).toBe('/var/log/x');
  });
  test('is the log of the gateway where nothing is ever done', () => {
    withoutFile(log).record(attempt({ outcome: 'ACTIONS_OFF' }));
    expect(logged).toMatchObject([['warn', 'action refused', { who: 'alice', outcome: 'ACTIONS_OFF' }]]);
    // Each line of that log has a time.
    expect(logged[0]![2]).not.toHaveProperty('time');
  });
});

describe('who may not act', () => {
  const tell = () => {
    const told: Attempt[] = [];
    const audit = { ...withoutFile(log), record: (one: Attempt) => void told.push(one) };
    const { record, close } = sparingly(audit);
    return { told, record, close };
  };
  const HOUR = 3_600_000;

  test.each(['NOT_AUTHORIZED', 'ACTIONS_OFF'])('cannot fill a disk by trying (%s)', (outcome) => {
    const { told, record } = tell();
    for (let at = 0; at < 1000; at++) record(attempt({ at, outcome }));
    expect(told).toHaveLength(100);
    for (const at of [HOUR, HOUR + 1]) record(attempt({ at, outcome, more: { affected: 0 } }));
    expect(told.slice(100).map(({ more }) => more)).toEqual([{ affected: 0, untold: 900 }, { affected: 0 }]);
  });
  test.each([101, 1000])('has each attempt counted on the way out (%i)', (count) => {
    const { told, record, close } = tell();
    const chosen = { arguments: { signal: 'x'.repeat(1000) }, more: { affected: 0 } };
    for (let at = 0; at < count; at++) record(attempt({ at, outcome: 'ACTIONS_OFF', ...chosen }));
    record(attempt({ who: 'bob', outcome: 'ACTIONS_OFF' }));
    told.length = 0;
    close();
    const more = { untold: count - 100 };
    expect(told).toEqual([attempt({ at: count - 1, outcome: 'ACTIONS_OFF', arguments: {}, target: {}, more })]);
  });
  test('has them counted when there are too many to remember', () => {
    const { told, record } = tell();
    for (let at = 0; at < 200; at++) record(attempt({ at, outcome: 'ACTIONS_OFF' }));
    for (let other = 0; other < 10_000; other++) record(attempt({ who: `${other}`, outcome: 'ACTIONS_OFF' }));
    expect(told.filter(({ who }) => who === 'alice').map(({ more }) => more)).toEqual([
      ...Array.from({ length: 100 }, () => ({ affected: 1 })),
      { untold: 100 },
    ]);
  });
  test('is counted by the gateway too', async () => {
    const { context, close } = await compose(optionsWith({ auditLog: path, tokenFile: `${path}.token` }));
    const caller = { viewer: { name: 'alice', scopes: [] }, from: 'here', signal: new AbortController().signal };
    const { actions } = context(caller);
    for (let at = 0; at < 150; at++) actions.record(attempt({ at, outcome: 'ACTIONS_OFF' }));
    await close();
    expect(linesOf(path)).toHaveLength(101);
    expect(JSON.parse(linesOf(path).at(-1)!)).toMatchObject({ who: 'alice', outcome: 'ACTIONS_OFF', untold: 50 });
  });
  test('hides nobody else by it, and nobody who may', () => {
    const { told, record } = tell();
    for (let at = 0; at < 1000; at++) record(attempt({ at, outcome: 'NOT_AUTHORIZED' }));
    told.length = 0;
    const others = [
      attempt({ who: 'bob', outcome: 'NOT_AUTHORIZED' }),
      attempt({ issuer: 'https://id.example', outcome: 'NOT_AUTHORIZED' }),
      ...Array.from({ length: 1000 }, () => attempt({ outcome: 'REFUSED' })),
    ];
    for (const one of others) record(one);
    expect(told).toEqual(others);
  });
});

test.each([
  ['nginx', ['nginx.service'], ['nginx.socket', 'nginx2.service', 'xnginx.service', 'nginx']],
  ['app-*.service', ['app-.service', 'app-a@b.service'], ['app.service', 'app-a.socket']],
  ['a?c', ['abc.service'], ['ac.service', 'abbc.service']],
  ['foo\\x2dbar', ['foo\\x2dbar.service'], ['foo-bar.service']],
  ['a.b', ['a.b.service'], ['axb.service']],
  ['*', ['a.service'], ['a.socket', 'a.service.d']],
])('%s allows %j and not %j', (glob, yes, no) => {
  const pattern = patternOf(glob);
  expect([yes.every((name) => pattern.test(name)), no.some((name) => pattern.test(name))]).toEqual([true, false]);
});

test('what has one turn is done in the order it came, and what fails does not hold the rest up', async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  const slow = (name: string, ms: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    done.push(name);
    if (name === 'b') throw new Error(name);
    return name;
  };
  const all = [
    inTurn('x', slow('a', 20)),
    inTurn('x', slow('b', 1)),
    inTurn('x', slow('c', 1)),
    inTurn('y', slow('d', 1)),
  ];
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(done.filter((name) => name !== 'd')).toEqual(['a', 'b', 'c']);
  expect(done[0]).toBe('d');
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Acting, endStarted, start, startActing } from '../support/acting.ts';
import { AUDIENCE, claimsOf, ISSUER, jwks, jwt, makeEc } from '../support/jwt.ts';
import { needs } from '../support/needs.ts';
import { send, WITH_CSRF } from '../support/serving.ts';

// What is done to processes, by whom, and what is recorded of it, over HTTP and WebSockets.

const root = needs('root', () => process.getuid!() === 0, 'run as root');
let acting: Acting;

beforeAll(async () => {
  acting = await startActing();
});
afterAll(() => acting.stop());
afterEach(endStarted);

const RESULT = '{ process { pid status nice } affected errors { code message processId } }';

/** The answer of one mutation: `act('setProcessNice', id, 'nice: 5')`. */
async function act(field: string, id: string, args = '', token?: string) {
  const query = `mutation ($id: ID!) { ${field}(id: $id${args && `, ${args}`}) ${RESULT} }`;
  return (await acting.data(query, { id }, token))[field];
}
const done = (more: object = {}) => ({ process: expect.objectContaining(more), affected: 1, errors: [] });
const error = (code: string, message: RegExp) => ({
  affected: 0,
  errors: [expect.objectContaining({ code, message: expect.stringMatching(message) })],
});
const sleeper = async () => {
  const child = start('sleep', '1000');
  return { child, id: await acting.idOf(child.pid) };
};
/** However slow the machine is. */
const until = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 20 });
const says = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim();
const stateOf = (pid: number) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!;

describe('a process', () => {
  test.each([
    ['terminateProcess', '', 'SIGTERM'],
    ['killProcess', '', 'SIGKILL'],
    ['signalProcess', 'signal: "USR1"', 'SIGUSR1'],
    ['terminateProcess', 'recursive: true', 'SIGTERM'],
    ['killProcess', 'recursive: true', 'SIGKILL'],
  ])('is ended by %s(%s)', async (field, args, signal) => {
    const { child, id } = await sleeper();
    const ended = once(child, 'exit');
    expect(await act(field, id, args)).toMatchObject({ affected: 1, errors: [] });
    expect(await ended).toEqual([null, signal]);
  });
  test('is suspended and resumed', async () => {
    const { child, id } = await sleeper();
    expect(await act('suspendProcess', id)).toEqual(done({ pid: child.pid }));
    await until(() => stateOf(child.pid)).toBe('T');
    expect(await act('resumeProcess', id)).toMatchObject({ affected: 1 });
    await until(() => stateOf(child.pid)).toBe('S');
  });
  test('is told of as it is after each of several actions', async () => {
    const { child, id } = await sleeper();
    const query = `mutation ($id: ID!) {
      a: setProcessNice(id: $id, nice: 3) ${RESULT} b: setProcessNice(id: $id, nice: 5) ${RESULT} }`;
    const { a, b } = await acting.data(query, { id });
    expect([a.process.nice, b.process.nice]).toEqual([3, 5]);
    expect(says('ps', '-o', 'ni=', '-p', String(child.pid))).toBe('5');
  });
  test('gets priorities, CPUs and limits, and keeps what is left out', async () => {
    const { child, id } = await sleeper();
    const pid = String(child.pid);
    expect(await act('setProcessIoNice', id, 'ioClass: BEST_EFFORT, value: 6')).toEqual(done());
    expect(says('ionice', '-p', pid)).toBe('best-effort: prio 6');
    const allowed = () => /^Cpus_allowed_list:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
    const all = allowed();
    const first = Number.parseInt(all, 10);
    expect(await act('setProcessCpuAffinity', id, `cpus: [${first}]`)).toEqual(done());
    expect(allowed()).toBe(String(first));
    expect(await act('setProcessCpuAffinity', id, 'cpus: []')).toEqual(done());
    expect(allowed()).toBe(all);
    const nofile = () => says('prlimit', '--pid', pid, '--nofile', '--noheadings', '--raw', '-o', 'SOFT,HARD');
    const [, hard] = nofile().split(' ');
    expect(await act('setProcessLimit', id, 'resource: NOFILE, soft: { value: 50 }')).toEqual(done());
    expect(nofile()).toBe(`50 ${hard}`);
    expect(await act('setProcessLimit', id, 'resource: NOFILE, hard: { value: 60 }')).toEqual(done());
    expect(nofile()).toBe('50 60');
    expect(await act('setProcessLimit', id, 'resource: CORE, soft: { value: 0 }, hard: { value: 5 }')).toEqual(done());
  });
});

describe('says what would be right', () => {
  test.each([
    ['signalProcess', 'signal: "SIGFOO"', 'INVALID_ARGUMENT', /no signal "SIGFOO".*SIGTERM/],
    ['signalProcess', 'signal: "9"', 'INVALID_ARGUMENT', /SIGTERM/],
    ['signalProcess', 'signal: "", recursive: true', 'INVALID_ARGUMENT', /SIGTERM/],
    ['setProcessNice', 'nice: 20', 'INVALID_ARGUMENT', /from -20 to 19/],
    ['setProcessIoNice', 'ioClass: IDLE, value: 1', 'INVALID_ARGUMENT', /IDLE 1.*from 0 to 7/],
    ['setProcessIoNice', 'ioClass: HIGH', 'INVALID_ARGUMENT', /NONE, REALTIME, BEST_EFFORT or IDLE/],
    ['setProcessCpuAffinity', 'cpus: [0, 5000]', 'INVALID_ARGUMENT', /no CPU 5000; this host has 0/],
    ['setProcessCpuAffinity', 'cpus: [-1]', 'INVALID_ARGUMENT', /no CPU -1/],
    ['setProcessLimit', 'resource: NOFILE', 'INVALID_ARGUMENT', /soft, hard or both/],
    ['setProcessLimit', 'resource: NOFILE, soft: { value: -1 }', 'INVALID_ARGUMENT', /0 or more/],
    ['setProcessLimit', 'resource: NOFILE, soft: { unlimited: false }', 'INVALID_ARGUMENT', /a value/],
    ['setProcessLimit', 'resource: NOFILE, soft: { value: 9 }, hard: { value: 5 }', 'INVALID_ARGUMENT', /9 .* 5/],
    ['setProcessLimit', 'resource: SWAP, soft: { value: 9 }', 'NOT_SUPPORTED', /no limit SWAP/],
    ['setProcessPriorityClass', 'priorityClass: HIGH', 'NOT_SUPPORTED', /Windows.*setProcessNice/],
  ])('%s(%s)', async (field, args, code, message) => {
    const { child, id } = await sleeper();
    expect(await act(field, id, args)).toMatchObject(error(code, message));
    await until(() => stateOf(child.pid)).toBe('S');
  });
  test('of a limit above the hard one, what that is', async () => {
    const { id } = await sleeper();
    await act('setProcessLimit', id, 'resource: NOFILE, soft: { value: 50 }, hard: { value: 60 }');
    const { errors } = await act('setProcessLimit', id, 'resource: NOFILE, soft: { value: 61 }');
    expect(errors).toMatchObject([{ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/61 .*hard 60/) }]);
  });
  test('of a zombie, who has to take note', async () => {
    const shell = start('sh', '-c', 'sleep 0 & echo $!; exec sleep 1000');
    const pid = Number((await once(shell.stdout!, 'data'))[0]);
    await until(() => stateOf(pid)).toBe('Z');
    const id = await acting.idOf(pid);
    for (const args of ['', 'recursive: true'])
      expect(await act('killProcess', id, args)).toMatchObject(
        error('NO_SUCH_PROCESS', new RegExp(`process ${pid} has ended already: process ${shell.pid}`)),
      );
  });
  test('of one that has ended, and of one of before the host was started', async () => {
    const { child, id } = await sleeper();
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    expect(await act('killProcess', id)).toEqual({ process: null, ...error('NO_SUCH_PROCESS', /has ended/) });
    const other = id.replace(/^(\w+:[^:]+:)[^:]+/, `$1${'x'.repeat(12)}`);
    expect(await act('killProcess', other)).toMatchObject(error('NO_SUCH_PROCESS', /has ended/));
  });
  test('of what is no id of a process', async () => {
    const { id } = await sleeper();
    const { system } = await acting.data('{ system { id } }');
    const withPid = (pid: number) => id.replace(/:\d+:(\d+)$/, `:${pid}:$1`);
    expect(await act('killProcess', system.id)).toMatchObject(error('INVALID_ARGUMENT', /id of a System.*Process/));
    expect(await act('killProcess', withPid(-1))).toMatchObject(error('INVALID_ARGUMENT', /not an id/));
    expect(await act('killProcess', withPid(0))).toMatchObject(error('NO_SUCH_PROCESS', /has ended/));
    expect(await act('killProcess', '1')).toMatchObject(error('INVALID_ARGUMENT', /not an id/));
  });
  test.each(['', 'recursive: true'])('of whom nothing is done to (%s)', async (args) => {
    const ids = { self: await acting.idOf(process.pid), first: await acting.idOf(1) };
    expect(await act('terminateProcess', ids.self, args)).toMatchObject(error('REFUSED', /this gateway itself/));
    expect(await act('terminateProcess', ids.first, args)).toMatchObject(error('REFUSED', /first process/));
    expect(await act('setProcessNice', ids.first, 'nice: 1')).toMatchObject(error('REFUSED', /first process/));
  });
  test.runIf(kernelThread())('of a thread of the kernel', async () => {
    const id = await acting.idOf(kernelThread()!);
    for (const args of ['', 'recursive: true'])
      expect(await act('killProcess', id, args)).toMatchObject(error('REFUSED', /thread of the kernel/));
  });
  test('of a tree in which the gateway is, before anything is stopped', async () => {
    const parent = await acting.idOf(process.ppid);
    expect(await act('killProcess', parent, 'recursive: true')).toMatchObject(
      error('REFUSED', new RegExp(`process ${process.pid}, which is below it, is this gateway itself`)),
    );
  });
});

/** One that is there; undefined in a namespace that has none. */
function kernelThread(): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => {
    try {
      return (
        pid > 1 && (Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[6]) & 0x200000) > 0
      );
    } catch {
      return false;
    }
  });
}

describe('who may', () => {
  const MUTATION = 'mutation ($id: ID!) { killProcess(id: $id) { affected } }';
  test('is who has the scope CONTROL', async () => {
    const { child, id } = await sleeper();
    const reader = acting.admit({ name: 'reader', scopes: ['READ', 'SENSITIVE'] });
    const writer = acting.admit({ name: 'writer', scopes: ['CONTROL'] });
    const refused = {
      message: expect.stringMatching(/scope CONTROL/),
      extensions: { code: 'NOT_AUTHORIZED', scope: 'CONTROL' },
    };
    acting.records();
    await until(async () => (await acting.ask(MUTATION, { id }, reader)).errors).toMatchObject([refused]);
    expect(await acting.ask(MUTATION, { id }, null)).toMatchObject({ data: null, errors: [refused] });
    await until(() => stateOf(child.pid)).toBe('S');
    expect(acting.records().slice(-2)).toMatchObject([
      { who: 'reader', outcome: 'NOT_AUTHORIZED', target: { pid: child.pid, name: 'sleep' } },
      { who: 'anyone', outcome: 'NOT_AUTHORIZED', target: { pid: child.pid, name: 'sleep' } },
    ]);
    expect((await acting.ask(MUTATION, { id }, writer)).data.killProcess).toEqual({ affected: 1 });
  });
  test('is recorded with who says that they are called so', async () => {
    const { publicKey, privateKey } = makeEc();
    const folder = mkdtempSync(join(tmpdir(), 'sysgraph-issuer-'));
    writeFileSync(join(folder, 'keys'), jwks({ ec: publicKey }), { mode: 0o600 });
    const issued = { jwtKeys: join(folder, 'keys'), jwtIssuer: ISSUER, jwtAudience: [AUDIENCE] };
    const issuing = await startActing(issued);
    const token = jwt({ alg: 'ES256', kid: 'ec' }, privateKey, claimsOf({ sub: 'local', scope: 'CONTROL' }));
    await issuing.ask(MUTATION, { id: 'x' }, token);
    await issuing.ask(MUTATION, { id: 'x' });
    const [theirs, ours] = issuing.records();
    expect([theirs.who, theirs.issuer, ours.who, ours.issuer]).toEqual(['local', ISSUER, 'local', undefined]);
    await issuing.stop();
    rmSync(folder, { recursive: true });
  });
  test('is nobody by GET', async () => {
    const { child, id } = await sleeper();
    const path = `/graphql?query=${encodeURIComponent(`mutation { killProcess(id: "${id}") { affected } }`)}`;
    const headers = { ...WITH_CSRF, authorization: `Bearer ${acting.token}` };
    const { status } = await send({ host: acting.url.hostname, port: acting.url.port, path, headers });
    expect(status).toBe(405);
    await until(() => stateOf(child.pid)).toBe('S');
  });
  test('is told over a WebSocket too', async () => {
    const { child, id } = await sleeper();
    const ended = once(child, 'exit');
    const client = createClient({
      url: acting.url.href.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${acting.token}` },
    });
    const answer = await client.iterate({ query: MUTATION, variables: { id } }).next();
    expect(answer.value.data).toEqual({ killProcess: { affected: 1 } });
    expect(await ended).toEqual([null, 'SIGKILL']);
    await client.dispose();
  });
  test('is nobody where actions are off, and the gateway tells so', async () => {
    const off = await startActing({ allowActions: false, auditLog: '' });
    const { child } = await sleeper();
    const scopes = '{ gateway { viewer { scopes } } }';
    expect((await off.data(scopes)).gateway.viewer.scopes).toEqual(['READ', 'SENSITIVE']);
    expect((await acting.data(scopes)).gateway.viewer.scopes).toEqual(['READ', 'SENSITIVE', 'CONTROL']);
    expect(await off.ask(MUTATION, { id: await off.idOf(child.pid) })).toMatchObject({
      data: null,
      errors: [{ message: expect.stringMatching(/--allow-actions/), extensions: { code: 'ACTIONS_OFF' } }],
    });
    expect((await off.ask('mutation { trimHeap }')).errors).toMatchObject([{ extensions: { code: 'ACTIONS_OFF' } }]);
    await until(() => stateOf(child.pid)).toBe('S');
    await off.stop();
  });
  test.runIf(root)('acts on nobody whom they do not see', async () => {
    const token = acting.admit({ name: 'nobody', scopes: ['CONTROL'], onlyUser: 'nobody' });
    const mine = start('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sleep', '1000');
    await until(() => says('ps', '-o', 'comm=', '-p', String(mine.pid))).toBe('sleep');
    const { child, id } = await sleeper();
    await until(async () => (await acting.ask('{ gateway { viewer { name } } }', {}, token)).errors).toBe(undefined);
    for (const args of ['', 'recursive: true'])
      expect(await act('killProcess', id, args, token)).toEqual({
        process: null,
        ...error('NO_SUCH_PROCESS', /has ended/),
      });
    expect(await act('setProcessNice', id, 'nice: 9', token)).toMatchObject(error('NO_SUCH_PROCESS', /has ended/));
    await until(() => stateOf(child.pid)).toBe('S');
    const ids = [id, await acting.idOf(mine.pid)];
    const wait = 'query ($ids: [ID!]!) { waitProcesses(ids: $ids, timeoutMs: 0) { exited error { code } } }';
    expect((await acting.data(wait, { ids }, token)).waitProcesses).toEqual([
      { exited: true, error: null },
      { exited: false, error: null },
    ]);
    const ended = once(mine, 'exit');
    expect(await act('killProcess', ids[1]!, '', token)).toMatchObject({ affected: 1, errors: [] });
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
  test('does nothing to another host', async () => {
    const foreign = await startActing({ procRoot: acting.folder });
    const { child } = await sleeper();
    const { data, errors } = await foreign.ask('mutation ($id: ID!) { killProcess(id: $id) { errors { code } } }', {
      id: await acting.idOf(child.pid),
    });
    expect([errors, data.killProcess.errors.map(({ code }: { code: string }) => code)]).toEqual([
      undefined,
      ['INVALID_ARGUMENT'],
    ]);
    await until(() => stateOf(child.pid)).toBe('S');
    await foreign.stop();
  });
});

describe('a record', () => {
  test('tells when, who, from where, what, to whom and what came of it', async () => {
    const { child, id } = await sleeper();
    acting.records();
    const began = Date.now();
    await act('setProcessNice', id, 'nice: 4');
    await act('setProcessNice', id, 'nice: 40');
    const [first, second, ...rest] = acting.records();
    expect(rest).toEqual([]);
    const { process: found } = await acting.data(`{ process(pid: ${child.pid}) { createTime } }`);
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      who: 'local',
      from: '127.0.0.1',
      action: 'setProcessNice',
      arguments: { nice: 4 },
      target: { id, pid: child.pid, name: 'sleep', startedAt: found.createTime },
      outcome: 'DONE',
      affected: 1,
    });
    expect(Date.parse(first.time)).toBeGreaterThanOrEqual(began);
    expect(second).toMatchObject({ outcome: 'INVALID_ARGUMENT', affected: 0, errors: [{ code: 'INVALID_ARGUMENT' }] });
  });
  test('is one line, whatever the process calls itself', async () => {
    const name = 'a\n{"who":"b"}\u001b[2';
    const child = start('perl', '-e', `$0 = qq(${name}); $| = 1; print 1; sleep 1000`);
    await once(child.stdout!, 'data');
    acting.records();
    await act('setProcessNice', await acting.idOf(child.pid), 'nice: 1');
    const text = readFileSync(`${acting.folder}/audit.log`, 'utf8');
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(acting.records()).toMatchObject([{ target: { name: expect.stringContaining('{"who":"b"}') } }]);
  });
  test('of what came at once to one process stands in the order in which it was done', async () => {
    const { child, id } = await sleeper();
    acting.records();
    const wanted = Array.from({ length: 20 }, (_, index) => index % 20);
    await Promise.all(wanted.map((nice) => act('setProcessNice', id, `nice: ${nice}`)));
    const records = acting.records();
    expect(records.map(({ arguments: { nice } }) => nice).sort((a, b) => a - b)).toEqual(wanted);
    expect(says('ps', '-o', 'ni=', '-p', String(child.pid))).toBe(String(records.at(-1).arguments.nice));
    const times = records.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
  });
  test('of a tree names who was reached', async () => {
    const shell = start('sh', '-c', 'sleep 1000 & sleep 1000 & echo; wait');
    await once(shell.stdout!, 'data');
    acting.records();
    const ended = once(shell, 'exit');
    const { affected } = await act('terminateProcess', await acting.idOf(shell.pid), 'recursive: true');
    expect(affected).toBe(3);
    expect(await ended).toEqual([null, 'SIGTERM']);
    const [{ processes }] = acting.records();
    expect(processes.map(({ name }: { name: string }) => name)).toEqual(['sleep', 'sleep', 'sh']);
  });
  test('that cannot be written is of nothing that was done', async () => {
    const full = await startActing({ auditLog: '/dev/full' }).catch((cause: Error) => cause);
    expect(String(full)).toMatch(/\/dev\/full cannot be written \(ENOSPC\); name another file with --audit-log/);
    const { child, id } = await sleeper();
    const other = await startActing();
    const lost = `${other.folder}/audit.log`;
    execFileSync('rm', [lost]);
    execFileSync('mkdir', [lost]);
    const query = 'mutation ($id: ID!) { killProcess(id: $id) { affected errors { code message } } }';
    expect((await other.data(query, { id })).killProcess).toEqual({
      affected: 0,
      errors: [{ code: 'REFUSED', message: expect.stringMatching(/not recorded|cannot be recorded.*EISDIR/) }],
    });
    await setTimeout(20);
    await until(() => stateOf(child.pid)).toBe('S');
    execFileSync('rmdir', [lost]);
    expect((await other.data(query, { id })).killProcess).toEqual({ affected: 1, errors: [] });
    await other.stop();
  });
});

test('the heap is given back', async () => {
  acting.records();
  expect(typeof (await acting.data('mutation { trimHeap }')).trimHeap).toBe('boolean');
  expect(acting.records()).toMatchObject([{ action: 'trimHeap', outcome: 'DONE' }]);
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Run, sysgraph, urlIn } from '../support/command.ts';
import { events, Peer } from '../support/live.ts';
import { JSON_BODY, send } from '../support/serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-'));
const runs: Run[] = [];

const run = (...args: string[]): Run => {
  const started = sysgraph(...args);
  runs.push(started);
  return started;
};

afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const typename = { method: 'POST', path: '/graphql', headers: JSON_BODY };
const TYPENAME = JSON.stringify({ query: '{ __typename }' });

describe('the command line', () => {
  it('prints its help and its version', async () => {
    const help = await run('--help').ended;
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toMatch(/^Usage: sysgraph serve/);
    const version = await run('--version').ended;
    expect([version.code, version.out, version.err]).toEqual([0, '0.1.0\n', '']);
  });

  it.each([[['serve', '--port', 'x']], [['serve', '--prot', '1']], [['sevre']], [['serve', '--host', '0.0.0.0']]])(
    '%j is refused with one line and 2',
    async (args) => {
      const { code, out, err } = await run(...args).ended;
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^sysgraph: [^\n]+\n$/);
    },
  );

  it('shows the processes of no user where there is none, and says so', async () => {
    const { code, err } = await run('serve', '--port', '0', '--only-user', 'no.body').ended;
    expect([code, err]).toEqual([1, 'sysgraph: There is no user no.body on this host. See --only-user.\n']);
  });

  it('tells in one line that a port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, out, err } = await run('serve', '--port', String(port)).ended;
    other.close();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^sysgraph: 127\\.0\\.0\\.1 port ${port} is in use\\.[^\n]*--port\\.\n$`));
  });
});

describe('a gateway that serves', () => {
  it('prints one line with the URL it answers at', async () => {
    const { firstLine } = run('serve', '--port', '0');
    const url = urlIn(await firstLine);
    const response = await fetch(url, { method: 'POST', headers: JSON_BODY, body: TYPENAME });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('obeys the limits it was given', async () => {
    const url = urlIn(await run('serve', '--port=0', '--max-tokens=2').firstLine);
    const response = await fetch(url, { method: 'POST', headers: JSON_BODY, body: TYPENAME });
    expect(await response.text()).toContain('--max-tokens');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, whatever connections are open', async (signal) => {
    const { child, firstLine, ended } = run('serve', '--port', '0');
    const { port } = new URL(urlIn(await firstLine));
    const silent = connect(Number(port), '127.0.0.1');
    const kept = connect(Number(port), '127.0.0.1');
    await Promise.all([silent, kept].map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    kept.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const answer = await new Promise<Buffer>((resolve) => kept.once('data', resolve));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 .*Connection: keep-alive/s);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, err: '' });
    for (const socket of [silent, kept]) socket.destroy();
  });
});

describe('the token', () => {
  const whoami = (url: string, token: string) =>
    fetch(url, {
      method: 'POST',
      headers: { ...JSON_BODY, authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ gateway { viewer { scopes } } }' }),
    }).then((response) => response.json());
  const ALL = { data: { gateway: { viewer: { scopes: ['READ', 'SENSITIVE'] } } } };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'is told in the URL, kept in a file of mode 0600, and gone after %s',
    async (signal) => {
      const path = join(folder, `token-${signal}`);
      const { child, firstLine, ended } = run('serve', '--port', '0', '--token-file', path);
      const url = urlIn(await firstLine);
      const token = readFileSync(path, 'utf8').trim();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(await whoami(url, token)).toEqual(ALL);
      child.kill(signal);
      const { code, out, err } = await ended;
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(` ${url}#token=${token} `);
      expect(out).toContain(path);
      expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    },
  );

  it('of a file that was there is good, and stays', async () => {
    const path = join(folder, 'given');
    const token = 'b'.repeat(50);
    writeFileSync(path, token, { mode: 0o600 });
    const { child, firstLine, ended } = run('serve', '--port', '0', `--token-file=${path}`);
    expect(await whoami(urlIn(await firstLine), token)).toEqual(ALL);
    child.kill('SIGTERM');
    await ended;
    expect(readFileSync(path, 'utf8')).toBe(token);
  });

  it('that others may read stops the gateway, with one line', async () => {
    const path = join(folder, 'open');
    writeFileSync(path, 'b'.repeat(50), { mode: 0o644 });
    const { code, out, err } = await run('serve', '--port', '0', `--token-file=${path}`).ended;
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `sysgraph: ${path} may be read or written by others; \`chmod 600\` it, and put a new token there.\n`,
    );
  });

  it('is taken along by a gateway that could not listen', async () => {
    const path = join(folder, 'short');
    const { code } = await run('serve', '--socket', folder, '--token-file', path).ended;
    expect(code).toBe(1);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('tokens of a file', () => {
  it('are added and revoked while a gateway serves', async () => {
    const path = join(folder, 'tokens.json');
    const token = (...args: string[]) => run('token', ...args, '--tokens', path).ended;
    const url = urlIn(await run('serve', '--port=0', '--tokens', path).firstLine);
    const { out, code } = await token('add', 'ci', '--scope=SENSITIVE');
    expect([code, out]).toEqual([0, expect.stringMatching(/^[\w-]{43}\n$/)]);
    const ask = () =>
      fetch(url, { method: 'POST', headers: { ...JSON_BODY, authorization: `Bearer ${out.trim()}` }, body: TYPENAME });
    await vi.waitFor(async () => expect((await ask()).status).toBe(200), { timeout: 30_000, interval: 100 });
    expect((await token('revoke', 'ci')).out).toBe('ci is revoked.\n');
    await vi.waitFor(async () => expect((await ask()).status).toBe(401), { timeout: 30_000, interval: 100 });
    const wrong = await token('add');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/^sysgraph: add takes one name[^\n]*\n$/)]);
  });
});

describe('a gateway that is watched', () => {
  it('says that it goes, and ends by itself', async () => {
    const { child, firstLine, ended } = run('serve', '--port', '0');
    const url = urlIn(await firstLine);
    const query = 'subscription { cpu(everyMs: 100) { percent } }';
    const peers = await Promise.all([1, 2, 3].map(() => Peer.greeted(url.replace('http', 'ws'))));
    for (const peer of peers) peer.subscribe('1', query);
    for (const peer of peers) await peer.has(3);
    const { data, next } = await events(new URL(url), query);
    await data();
    child.kill('SIGTERM');
    expect(await Promise.all(peers.map(({ closed }) => closed))).toEqual([1001, 1001, 1001]);
    while ((await next()) !== null);
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });
});

describe('a second signal', () => {
  it('ends a gateway at once that still waits for a request', async () => {
    const path = join(folder, 'hurried');
    const { child, firstLine, ended } = run('serve', '--port', '0', '--token-file', path);
    const { port } = new URL(urlIn(await firstLine));
    const sender = connect(Number(port), '127.0.0.1');
    sender.on('error', () => {});
    const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 9'];
    sender.write(`${head.join('\r\n')}\r\nExpect: 100-continue\r\n\r\n`);
    expect(String(await new Promise((resolve) => sender.once('data', resolve)))).toMatch(/^HTTP\/1\.1 100/);
    // Two signals of one kind may arrive as one.
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect((await ended).code).toBe(1);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    sender.destroy();
  });
});

describe('a Unix socket', () => {
  it('is served on, and is gone afterwards', async () => {
    const path = join(folder, 'plain.sock');
    const { child, firstLine, ended } = run('serve', '--socket', path);
    expect(await firstLine).toContain(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const answer = await send({ ...typename, socketPath: path }, TYPENAME);
    expect(JSON.parse(answer.text)).toEqual({ data: { __typename: 'Query' } });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('may be used by a group, if it is named', async () => {
    const path = join(folder, 'group.sock');
    const gid = process.getgid!();
    await run('serve', '--socket', path, '--socket-group', `${gid}`).firstLine;
    expect([statSync(path).mode & 0o777, statSync(path).gid]).toEqual([0o660, gid]);
    const { code, err } = await run('serve', '--socket', join(folder, 'x'), '--socket-group', 'nobodys').ended;
    expect([code, err]).toEqual([1, 'sysgraph: There is no group nobodys. See --socket-group.\n']);
  });

  it('that a killed gateway left behind is taken over', async () => {
    const path = join(folder, 'stale.sock');
    const killed = run('serve', '--socket', path);
    await killed.firstLine;
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(statSync(path).isSocket()).toBe(true);
    await run('serve', '--socket', path).firstLine;
    expect((await send({ ...typename, socketPath: path }, TYPENAME)).status).toBe(200);
  });

  it('on which somebody listens is left alone', async () => {
    const path = join(folder, 'live.sock');
    const other = createNetServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    const { code, err } = await run('serve', '--socket', path).ended;
    expect(code).toBe(1);
    expect(err).toBe(`sysgraph: ${path} exists: another gateway listens there, or it is no socket.\n`);
    expect(statSync(path).isSocket()).toBe(true);
    other.close();
  });

  it('is not made of a file that was there', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'precious');
    const { code, err } = await run('serve', '--socket', path).ended;
    expect([code, err.split('\n').length]).toEqual([1, 2]);
    expect(statSync(path).size).toBe(8);
  });
});

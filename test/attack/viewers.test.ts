import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openKeyring } from '../../server/keyring.ts';
import { logTo } from '../../server/log.ts';
import { addToken, revokeToken } from '../../server/tokens.ts';
import { atRest, backTo, expectWell, leavingNothing, post } from '../support/attack.ts';
import { required, wholeHost } from '../support/host.ts';
import { events, Peer, startLive } from '../support/live.ts';
import { needs, runs } from '../support/needs.ts';
import { somewhere } from '../support/operation.ts';
import { credential, errorsOf } from '../support/serving.ts';

// What somebody who may ask can find out about what they may not see.

let before: number;
beforeAll(async () => {
  const first = await startLive();
  await post(first, '{"query":"{ __typename }"}');
  await first.gateway.close();
  before = await atRest();
});

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-attack-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ids = (uid: number) => ({ uidsReal: uid, uidsEffective: uid, uidsSaved: uid, username: `u${uid}` });
const process = (key: number, uid: number, more: object = {}) => ({
  ...required,
  key,
  ppid: 1,
  comm: `p${key}`,
  startTicks: 10 + key,
  status: 'SLEEPING',
  isKernelThread: false,
  isCommCut: false,
  ...ids(uid),
  ...more,
});
const rows = () => ({
  ...wholeHost(),
  process: [
    process(1, 0, { ppid: 0, exe: '/sbin/init', cwd: '/root' }),
    process(2, 65534, { cmdline: ['app', '--password=hunter2'], exe: '/bin/app', cwd: '/srv', memoryRss: 5 }),
    process(3, 0, { cmdline: ['secret-tool'], exe: '/bin/tool', cwd: '/tmp', memoryRss: 9 }),
  ],
});
const POOR = {};
const RICH = { authorization: 'Bearer rich' };
const OWN = { authorization: 'Bearer own' };

const start = () =>
  startLive({
    rows: rows(),
    identity: { ...somewhere, isPrivileged: true },
    credentials: [
      credential('rich'),
      { ...credential('own'), viewer: { name: 'own', scopes: ['READ', 'SENSITIVE'], onlyUser: '65534' } },
    ],
    patience: { slow: 1 },
  });

describe('a filter, an order or a group tells nothing', () => {
  const answer = async (live: Awaited<ReturnType<typeof start>>, query: string, headers: object) =>
    JSON.parse((await post(live, JSON.stringify({ query }), headers)).text);

  it('of what the scope does not have', async () => {
    const live = await start();
    for (const query of [
      '{ processes(filter: { cwd: { startsWith: "/root" } }) { totalCount } }',
      '{ processes(filter: { exe: { eq: "/bin/tool" } }) { totalCount } }',
    ]) {
      const { data, errors } = await answer(live, query, POOR);
      expect([data?.processes ?? null, errors?.length ?? 0, query]).not.toEqual([{ totalCount: 1 }, 0, query]);
    }
    await live.gateway.close();
  });
  it('of a secret that is hidden: not by trying what it is', async () => {
    const live = await start();
    for (const guess of ['hunter2', 'h', '=hunter']) {
      const query = `{ processes(filter: { cmdline: { contains: ${JSON.stringify(guess)} } }) { totalCount } }`;
      const { data, errors } = await answer(live, query, RICH);
      expect([guess, errors, data?.processes.totalCount]).toEqual([guess, undefined, 0]);
    }
    const shown = '{ processes(filter: { cmdline: { contains: "[redacted]" } }) { nodes { pid } } }';
    expect((await answer(live, shown, RICH)).data.processes.nodes).toEqual([{ pid: 2 }]);
    await live.gateway.close();
  });
  it('of processes of others: not in counts, orders, groups, cursors, or what it cost', async () => {
    const live = await start();
    const query = `{
      all: processes(orderBy: [{ by: RSS, direction: DESC }], first: 1) {
        totalCount nodes { pid ppid } pageInfo { hasNextPage }
      }
      root: processes(filter: { username: { eq: "u0" } }) { totalCount }
      processGroups(by: USERNAME) { totalCount nodes { key count } }
      process(pid: 3) { pid }
      connections(kind: TCP4) { nodes { pid owners { pid } process { pid } } }
    }`;
    const { data, errors, extensions } = await answer(live, query, { ...OWN, 'x-sysgraph-cost': '1' });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      all: { totalCount: 1, nodes: [{ pid: 2, ppid: null }], pageInfo: { hasNextPage: false } },
      root: { totalCount: 0 },
      processGroups: { totalCount: 1, nodes: [{ key: 'u65534', count: 1 }] },
      process: null,
      connections: { nodes: [{ pid: null, owners: [], process: null }] },
    });
    expect(JSON.stringify(extensions?.cost?.reads ?? {})).toBe('{}');
    await live.gateway.close();
  });
});

describe('one stream', () => {
  it('of three viewers shows each what is theirs', async () => {
    const live = await start();
    const query = 'subscription { process(pid: 3, everyMs: 100) { process { pid cwd gaps { reason } } } }';
    const peers = await Promise.all([POOR, RICH, OWN].map((payload) => Peer.greeted(live.ws, {}, payload)));
    for (const peer of peers) peer.subscribe('1', query);
    const [poor, rich, own] = await Promise.all(
      peers.map(async (peer) => (await peer.has(1))[0].payload.data.process.process),
    );
    expect(poor).toEqual({ pid: 3, cwd: null, gaps: [{ reason: 'NOT_AUTHORIZED' }] });
    expect(rich).toEqual({ pid: 3, cwd: '/tmp', gaps: [] });
    expect(own).toBeNull();
    for (const peer of peers) peer.socket.terminate();
    await live.gateway.close();
  });
});

describe('a name with line breaks, marks of HTML and escapes', () => {
  const EVIL = 'a\r\nSet-Cookie: x\n<script>alert(1)</script>\u001b[2J\u2028';
  it('is data, in JSON that no browser takes for a page', async () => {
    const live = await startLive({ rows: { process: [process(1, 0, { comm: EVIL })] } });
    const answer = await post(live, '{"query":"{ process(pid: 1) { name } }"}');
    expect(JSON.parse(answer.text)).toEqual({ data: { process: { name: EVIL } } });
    expect(answer.text).toMatch(/^[^\p{Cc}]*$/u);
    expect(answer.headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
    expect([answer.headers['set-cookie'], answer.headers['x-content-type-options']]).toEqual([undefined, 'nosniff']);
    await live.gateway.close();
  });
  it('is one line of ASCII in the log', () => {
    const lines: string[] = [];
    logTo((line) => lines.push(line))('warn', EVIL, { name: EVIL, [EVIL]: 1 });
    const [line = '', ...more] = lines;
    expect(more).toEqual([]);
    expect(line).toMatch(/^[ -~]*$/);
    expect(JSON.parse(line)).toMatchObject({ event: EVIL, name: EVIL, [EVIL]: 1 });
  });
});

describe('a token', () => {
  it('that is revoked closes what it opened, at once, and nothing else', async () => {
    const path = join(folder, 'tokens.json');
    const terms = { scopes: [], expires: null, onlyUser: null, showSecrets: false };
    const good = addToken(path, { ...terms, name: 'good' });
    const bad = addToken(path, { ...terms, name: 'bad' });
    const keyring = openKeyring({ own: [], path, everyMs: 20, log: () => undefined });
    const live = await startLive({ rows: rows(), keyring, patience: { slow: 1 } });
    const query = 'subscription { process(pid: 1) { process { pid } } }';
    await leavingNothing(live, async () => {
      const leaving = new AbortController();
      const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
      const [doomed, spared] = await Promise.all([bad, good].map((token) => Peer.greeted(live.ws, {}, bearer(token))));
      const streams = await Promise.all(
        [bad, good].map((token) => events(live.url, query, leaving.signal, bearer(token))),
      );
      for (const { data } of streams) expect((await data()).data.process.process.pid).toBe(1);
      revokeToken(path, 'bad');
      expect(await doomed!.closed).toBe(4403);
      expect(await streams[0]!.next()).toBeNull();
      expect((await post(live, '{"query":"{ __typename }"}', bearer(bad))).status).toBe(401);
      expect((await post(live, '{"query":"{ __typename }"}', bearer(good))).status).toBe(200);
      spared!.subscribe('1', '{ __typename }');
      expect((await spared!.has(1))[0].type).toBe('next');
      spared!.socket.terminate();
      leaving.abort();
    });
    keyring.close();
    await live.gateway.close();
  });
  it('that is wrong is slowed down, and written down without what it was', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const live = await startLive({ rows: rows(), patience: { slow: 150 } });
    const times: number[] = [];
    for (let tries = 0; tries < 5; tries++) {
      const begun = performance.now();
      const answer = await post(live, '{"query":"{ __typename }"}', { authorization: 'Bearer hunter2\u00e9' });
      times.push(performance.now() - begun);
      expect([answer.status, errorsOf(answer)[0]!.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(times[4]).toBeGreaterThan(140);
    expect(told.mock.calls).toHaveLength(5);
    expect(JSON.parse(String(told.mock.calls[0]))).toMatchObject({
      level: 'warn',
      event: 'not let in',
      client: '127.0.0.1',
    });
    expect(told.mock.calls.join()).not.toContain('hunter2');
    told.mockRestore();
    await expectWell(live);
    await live.gateway.close();
  });
});

describe.runIf(needs('openssl', () => runs('openssl', 'version')))('a certificate', () => {
  const make = (name: string) => {
    const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '1',
        ...subject,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    return { cert, key };
  };
  const servedBy = (port: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.once('error', reject);
    });
  const status = (port: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(
        { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, rejectUnauthorized: false, agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.once('error', reject);
      sent.end('{"query":"{ __typename }"}');
    });

  it('is swapped while it serves; half of one changes nothing', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [first, second] = [make('first'), make('second')];
    const [tlsCert, tlsKey] = [join(folder, 'live.crt'), join(folder, 'live.key')];
    renameSync(first.cert, tlsCert);
    renameSync(first.key, tlsKey);
    const live = await startLive({ rows: rows(), options: { tlsCert, tlsKey }, patience: { look: 20 } });
    expect(live.url.protocol).toBe('https:');
    expect([await servedBy(live.url.port), await status(live.url.port)]).toEqual(['first', 200]);
    renameSync(second.cert, tlsCert);
    await vi.waitFor(() => expect(console.error).toHaveBeenCalled(), 10_000);
    expect(await servedBy(live.url.port)).toBe('first');
    renameSync(second.key, tlsKey);
    await vi.waitFor(async () => expect(await servedBy(live.url.port)).toBe('second'), 10_000);
    expect(await status(live.url.port)).toBe(200);
    writeFileSync(tlsCert, 'rubbish');
    expect([await servedBy(live.url.port), await status(live.url.port)]).toEqual(['second', 200]);
    vi.restoreAllMocks();
    await live.gateway.close();
  });
  it('that is none stops the gateway that starts, and says which file', async () => {
    const { cert } = make('third');
    const { key } = make('fourth');
    const start = (tlsCert: string, tlsKey: string) => startLive({ options: { tlsCert, tlsKey } });
    await expect(start(key, key)).rejects.toThrow(/fourth\.key cannot be used as --tls-cert/);
    await expect(start(cert, key)).rejects.toThrow(/is not the key of the certificate/);
    await expect(start(cert, join(folder, 'none'))).rejects.toThrow(/--tls-key \(ENOENT\)/);
  });
});

it('all of this together leaves no descriptor open', () => backTo(before));

import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { wholeHost } from '../support/host.ts';
import { events, Peer, PROTOCOL, startLive } from '../support/live.ts';
import { type Answer, gapLines, somewhere } from '../support/operation.ts';
import { credential, errorsOf, JSON_BODY, type Answer as Sent, send, WITH_CSRF } from '../support/serving.ts';

// Who may see what, of a gateway that sees more than an ordinary user: by every way there is to ask.

const QUERY = `{
  gateway { viewer { name scopes } }
  process(pid: 1) { pid cwd environment { name value } gaps { field reason } }
}`;
const WATCH =
  'subscription { process(pid: 1, everyMs: 100) { process { pid environment { value } gaps { field reason } } } }';
const TOKEN = { authorization: 'Bearer secret' };
const WRONG = { authorization: 'Bearer secre' };
const PROXIED = { 'x-forwarded-for': '203.0.113.7' };

let live: Awaited<ReturnType<typeof startLive>>;

beforeAll(async () => {
  live = await startLive({
    rows: wholeHost(),
    identity: { ...somewhere, isPrivileged: true },
    credentials: [credential('secret')],
    patience: { slow: 1 },
  });
});
afterAll(() => live.gateway.close());

const post = (headers: object = {}, path = '/graphql', query = QUERY): Promise<Sent> => {
  const where = { host: '127.0.0.1', port: live.url.port, path, method: 'POST', headers: { ...JSON_BODY, ...headers } };
  return send(where, JSON.stringify({ query }));
};

/** What was read for this, by the names of sources. */
async function readFor<T>(work: () => Promise<T>): Promise<{ result: T; read: string }> {
  live.calls.length = 0;
  return { result: await work(), read: live.calls.join('; ') };
}

const GAPS = ['cwd NOT_AUTHORIZED', 'environment NOT_AUTHORIZED'];
const SECRET = [{ name: 'EDITOR', value: 'hunter2' }];

function expectLittle({ gateway, process }: Answer): void {
  expect(gateway.viewer).toEqual({ name: 'anyone', scopes: ['READ'] });
  expect([process.cwd, process.environment, gapLines(process.gaps)]).toEqual([null, null, GAPS]);
}

function expectAll({ gateway, process }: Answer): void {
  expect(gateway.viewer).toEqual({ name: 'secret', scopes: ['READ', 'SENSITIVE'] });
  expect([process.environment, process.gaps]).toEqual([SECRET, []]);
}

describe('over HTTP', () => {
  it('who has no token is shown what everyone may see, and nothing else is read', async () => {
    const { result, read } = await readFor(() => post());
    expectLittle(JSON.parse(result.text).data);
    expect(read).toBe('process stat 1');
  });
  it('who has the token is shown all, and by GET too', async () => {
    expectAll(JSON.parse((await post(TOKEN)).text).data);
    const path = `/graphql?query=${encodeURIComponent(QUERY)}`;
    const headers = { ...TOKEN, ...WITH_CSRF };
    const got = await send({ host: '127.0.0.1', port: live.url.port, path, headers });
    expectAll(JSON.parse(got.text).data);
  });
  it.each([['Bearer secre'], ['Bearer secrets'], ['secret'], ['Basic c2VjcmV0'], ['']])(
    '%j is refused, and nothing is read',
    async (authorization) => {
      const { result, read } = await readFor(() => post({ authorization }));
      expect([result.status, result.headers['www-authenticate'], read]).toEqual([
        401,
        'Bearer realm="sysgraph", error="invalid_token"',
        '',
      ]);
      expect(result.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(errorsOf(result)[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
      expect(result.text).not.toContain('secre"');
    },
  );
  it.each(['token', 'access_token', 'Authorization'])('a token in the URL as %s is refused', async (name) => {
    const answer = await post(TOKEN, `/graphql?${name}=secret`);
    expect([answer.status, errorsOf(answer)[0]!.extensions.code]).toEqual([400, 'TOKEN_IN_URL']);
    const page = await send({
      host: '127.0.0.1',
      port: live.url.port,
      path: `/graphql?${name}=secret`,
      headers: { accept: 'text/html' },
    });
    expect([page.status, page.text.includes('secret')]).toEqual([400, false]);
  });
});

describe('through a proxy', () => {
  it.each([
    { forwarded: 'for=203.0.113.7' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-host': 'localhost' },
    { via: '1.1 squid' },
    { 'x-real-ip': '' },
  ])('%j is not local: without a token it is told so', async (headers) => {
    const { result, read } = await readFor(() => post(headers));
    expect([result.status, result.headers['www-authenticate'], read]).toEqual([401, 'Bearer realm="sysgraph"', '']);
    expect(errorsOf(result)[0]!.message).toMatch(/proxy.*needs a token/);
  });
  it('a token is as good', async () => expectAll(JSON.parse((await post({ ...TOKEN, ...PROXIED })).text).data));
  it('a browser may ask whether it may ask, which runs nothing', async () => {
    const where = { host: '127.0.0.1', port: live.url.port, path: '/graphql', method: 'OPTIONS', headers: PROXIED };
    const { result, read } = await readFor(() => send(where));
    expect([result.status < 400 || result.status === 405, read]).toEqual([true, '']);
  });
  it('a WebSocket may still say who it is when it greets', async () => {
    const peer = await Peer.greeted(live.ws, { headers: PROXIED }, TOKEN);
    peer.socket.terminate();
    const silent = await Peer.open(live.ws, { headers: PROXIED });
    silent.send({ type: 'connection_init' });
    expect([await silent.closed, silent.reason]).toEqual([4403, expect.stringContaining('proxy')]);
  });
});

describe('over a WebSocket', () => {
  const asked = async (peer: Peer): Promise<Answer> => {
    peer.subscribe('1', QUERY);
    const [next] = await peer.has(1);
    peer.socket.close();
    return next.payload.data;
  };

  it('who has no token is shown what everyone may see', async () =>
    expectLittle(await asked(await Peer.greeted(live.ws))));
  it.each(['authorization', 'Authorization'])('the token is told by the greeting, as %s', async (name) =>
    expectAll(await asked(await Peer.greeted(live.ws, {}, { [name]: 'Bearer secret' }))),
  );
  it('or by the header of the request', async () =>
    expectAll(await asked(await Peer.greeted(live.ws, { headers: TOKEN }))));
  it('or by a client of graphql-ws', async () => {
    const client = createClient({ url: live.ws, webSocketImpl: WebSocket, connectionParams: TOKEN, retryAttempts: 0 });
    const { value } = await client.iterate({ query: QUERY }).next();
    expectAll(value?.data);
    await client.dispose();
  });
  it.each([
    WRONG,
    { authorization: '' },
    { authorization: 'secret' },
    { authorization: null },
    { authorization: 7 },
    { authorization: 'Bearer secret', Authorization: 'Bearer secret' },
  ])('the greeting %j is refused with 4403 and a reason', async (payload) => {
    for (const headers of [{}, TOKEN]) {
      const peer = await Peer.open(live.ws, { headers });
      peer.send({ type: 'connection_init', payload });
      peer.subscribe('1', QUERY);
      expect([await peer.closed, peer.messages]).toEqual([4403, []]);
      expect(peer.reason).toMatch(/^(This gateway does not know the token|Authorization must be text)/);
    }
  });
  it('a wrong header is refused before there is a WebSocket', async () => {
    const peer = new Peer(live.ws, PROTOCOL, { headers: WRONG });
    const [status, header] = await new Promise<(string | number | undefined)[]>((resolve) => {
      peer.socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve([response.statusCode, response.headers['www-authenticate']]);
      });
    });
    expect([status, header]).toEqual([401, 'Bearer realm="sysgraph", error="invalid_token"']);
  });
  it('a token in the URL is refused', async () => {
    const peer = new Peer(`${live.ws}?token=secret`);
    const status = await new Promise((resolve) => {
      peer.socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(400);
  });
});

describe('what is watched', () => {
  it('is read for each as far as it may be, and none is sent what another was', async () => {
    live.calls.length = 0;
    const poor = await Peer.greeted(live.ws);
    const rich = await Peer.greeted(live.ws, {}, TOKEN);
    for (const peer of [poor, rich]) peer.subscribe('1', WATCH);
    const shown = async (peer: Peer, count: number): Promise<Answer> =>
      (await peer.has(count))[count - 1].payload.data.process.process;
    for (const count of [1, 2, 3]) {
      expect(await shown(rich, count)).toEqual({ pid: 1, environment: [{ value: 'hunter2' }], gaps: [] });
      expect(await shown(poor, count)).toEqual({
        pid: 1,
        environment: null,
        gaps: [{ field: 'environment', reason: 'NOT_AUTHORIZED' }],
      });
      await live.clock.pass(100);
    }
    for (const peer of [poor, rich]) peer.socket.terminate();
  });
  it('is read for nobody more than they may have', async () => {
    const { read } = await readFor(async () => {
      const peer = await Peer.greeted(live.ws);
      peer.subscribe('1', WATCH);
      await peer.has(1);
      peer.socket.terminate();
    });
    expect(read).toBe('process stat 1');
  });
  it('comes as events to who has the token, and is refused to who has a wrong one', async () => {
    const leaving = new AbortController();
    const { data } = await events(live.url, WATCH, leaving.signal, TOKEN);
    expect((await data()).data.process.process.environment).toEqual([{ value: 'hunter2' }]);
    leaving.abort();
    const { response, next } = await events(live.url, WATCH, undefined, WRONG);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="sysgraph", error="invalid_token"',
    ]);
    expect(await next()).toBeNull();
  });
});

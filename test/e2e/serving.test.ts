import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import { fixedKeyring } from '../../server/keyring.ts';
import type { Options } from '../../server/options.ts';
import { credential, errorsOf, JSON_BODY, optionsWith, send, WITH_CSRF } from '../support/serving.ts';
import { toySchema } from '../support/toy.ts';

const started: Gateway[] = [];

async function start(some: Partial<Options> = {}) {
  const gateway = await startGateway({
    schema: toySchema(),
    context: ({ viewer }) => ({ viewer }),
    keyring: fixedKeyring(['a', 'b'].map(credential)),
    options: optionsWith(some),
  });
  started.push(gateway);
  const { port } = new URL(gateway.url);
  const ask = (path: string, headers: object = {}, method = 'GET', body = '') =>
    send({ host: '127.0.0.1', port, path, method, headers: { ...headers } }, body);
  const post = (body: string | object, headers: object = JSON_BODY) =>
    ask('/graphql', headers, 'POST', typeof body === 'string' ? body : JSON.stringify(body));
  return { gateway, ask, post, query: (query: string) => post({ query }) };
}

let toy: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  toy = await start();
});

afterEach(() => vi.restoreAllMocks());

afterAll(async () => {
  for (const gateway of started) await gateway.close();
});

const HELLO = { query: '{ node { name } }' };
const HELLO_DATA = { data: { node: { name: 'node' } } };
const KILL = 'query=mutation%7Bkill%7D';
const ASK_HELLO = `/graphql?query=${encodeURIComponent(HELLO.query)}`;

describe('an operation', () => {
  it('is answered when it is a JSON POST, with no header beyond its type', async () => {
    const answer = await toy.post(HELLO);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual(HELLO_DATA);
  });

  it('is answered when it comes through fetch', async () => {
    const response = await fetch(toy.gateway.url, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(HELLO) });
    expect(await response.json()).toEqual(HELLO_DATA);
  });

  it('is run with a context made of its own request', async () => {
    const answers = await Promise.all(
      ['Bearer a', 'Bearer b'].map((authorization) =>
        toy.post({ query: '{ whoami }' }, { ...JSON_BODY, authorization }),
      ),
    );
    expect(answers.map(({ text }) => JSON.parse(text).data.whoami)).toEqual(['a', 'b']);
    expect(JSON.parse((await toy.query('{ whoami }')).text)).toEqual({ data: { whoami: 'anyone' } });
  });
});

describe('the paths', () => {
  it('/healthz tells that the gateway is up', async () => {
    const answer = await toy.ask('/healthz');
    expect([answer.status, answer.text]).toEqual([200, '{"status":"ok"}']);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect((await toy.ask('/healthz', JSON_BODY, 'POST', '{}')).status).toBe(405);
  });

  it.each([
    '/',
    '/graphq',
    '/graphql/',
    '/graphql/x',
    '/healthz/',
    '/GRAPHQL',
    '//graphql',
    'http://localhost/graphql',
  ])('%s is nothing, and the answer says what there is', async (path) => {
    const answer = await toy.ask(path, { accept: 'text/html', ...WITH_CSRF });
    expect(answer.status).toBe(404);
    expect(errorsOf(answer)[0]?.message).toMatch(/\/graphql.*\/healthz/);
  });
});

describe('a Host that is not ours', () => {
  it.each(['evil.example', 'localhost:99999', 'evil@localhost'])('%s gets 421, whatever it asks', async (host) => {
    const answers = [
      await toy.post(HELLO, { ...JSON_BODY, host }),
      await toy.ask('/healthz', { host }),
      await toy.ask('/nothing', { host }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(421);
      expect(errorsOf(answer)[0]?.extensions.code).toBe('HOST_NOT_ALLOWED');
    }
  });

  it('is answered once it is allowed', async () => {
    const { post } = await start({ allowHost: ['box.lan'] });
    expect((await post(HELLO, { ...JSON_BODY, host: 'box.lan:4000' })).status).toBe(200);
  });
});

describe('a web page', () => {
  const origin = 'https://ops.example';
  const PREFLIGHT = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };

  it('of another origin gets 403 and no leave to read', async () => {
    for (const method of ['POST', 'OPTIONS', 'GET']) {
      const body = method === 'POST' ? JSON.stringify(HELLO) : '';
      const answer = await toy.ask('/graphql', { ...JSON_BODY, ...PREFLIGHT, origin }, method, body);
      expect(answer.status).toBe(403);
      expect(errorsOf(answer)[0]?.extensions.code).toBe('ORIGIN_NOT_ALLOWED');
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('of the gateway itself is answered', async () => {
    const { host } = new URL(toy.gateway.url);
    const answer = await toy.post(HELLO, { ...JSON_BODY, origin: `http://${host}` });
    expect(JSON.parse(answer.text)).toEqual(HELLO_DATA);
  });

  it('gets no leave beforehand where no origin is allowed', async () => {
    const answer = await toy.ask('/graphql', PREFLIGHT, 'OPTIONS');
    expect(answer.status).toBe(405);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('of an allowed origin may ask and read, without credentials', async () => {
    const { ask, post } = await start({ allowOrigin: [origin, 'https://other.example'] });
    const leave = await ask('/graphql', { ...PREFLIGHT, origin }, 'OPTIONS');
    expect(leave.status).toBe(204);
    expect(leave.headers['access-control-allow-headers']).toContain('x-sysgraph-csrf');
    const answer = await post(HELLO, { ...JSON_BODY, origin });
    expect(answer.status).toBe(200);
    for (const { headers } of [leave, answer]) {
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
    expect((await post(HELLO, { ...JSON_BODY, origin: 'https://evil.example' })).status).toBe(403);
  });

  it('of an allowed origin may read why it is refused, and how long it has to wait', async () => {
    const { ask, post } = await start({ allowOrigin: [origin], maxRate: 1, maxBody: 1000 });
    const headers = { ...JSON_BODY, origin };
    const refused = [
      await post(HELLO, { ...headers, authorization: 'Bearer wrong' }),
      await post({ query: ' '.repeat(2000) }, headers),
      await post(HELLO, headers),
      await ask('/nowhere', headers),
      await ask('/graphql?token=x', headers),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 413, 429, 404, 400]);
    for (const answer of refused) {
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'retry-after, www-authenticate, x-request-id',
        vary: expect.stringContaining('Origin'),
      });
      expect(errorsOf(answer)[0]!.extensions.code).toEqual(expect.any(String));
    }
    const stranger = await post(HELLO, { ...headers, origin: 'https://evil.example', authorization: 'Bearer wrong' });
    expect([stranger.status, stranger.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});

describe('a request any page could send', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const PARTS = { 'content-type': 'multipart/form-data; boundary=x' };
  const multipart = [
    '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{kill}"}',
    '--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}',
    '--x--\r\n',
  ].join('\r\n');

  it('is refused with the header to send', async () => {
    const text = JSON.stringify(HELLO);
    for (const answer of [
      await toy.ask(ASK_HELLO),
      await toy.post(KILL, FORM),
      await toy.post(multipart, PARTS),
      await toy.post(text, { 'content-type': 'text/plain' }),
      await toy.post(text, {}),
    ]) {
      expect(answer.status).toBe(403);
      expect(errorsOf(answer)[0]?.message).toContain('x-sysgraph-csrf');
    }
  });

  it('passes with the header, if it is a GET or a form', async () => {
    expect(JSON.parse((await toy.ask(ASK_HELLO, WITH_CSRF)).text)).toEqual(HELLO_DATA);
    expect(JSON.parse((await toy.post(KILL, { ...FORM, ...WITH_CSRF })).text)).toEqual({ data: { kill: true } });
  });

  it('is no way to upload, even with the header', async () => {
    const answer = await toy.post(multipart, { ...PARTS, ...WITH_CSRF });
    expect(answer.status).toBe(415);
    expect(answer.text).not.toContain('kill');
  });

  it('is no way to mutate by GET, even with the header', async () => {
    const answer = await toy.ask(`/graphql?${KILL}`, WITH_CSRF);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
    expect(JSON.parse(answer.text).data).toBeUndefined();
  });
});

describe('a request that is wrong', () => {
  const STRICT = { ...JSON_BODY, accept: 'application/graphql-response+json' };

  it.each([
    ['JSON that is none', '{ "query": ', 400, /invalid JSON/],
    ['no query', '{}', 400, /query/],
    ['a batch', `[${JSON.stringify(HELLO)}]`, 400, /[Bb]atch/],
    ['a syntax error', { query: '{ node { ' }, 400, /^Syntax Error/],
    ['an unknown field', { query: '{ node { nam } }' }, 400, /"nam".*Did you mean "name"/],
    ['a bad variable', { query: 'query($b: By) { sorted(by: $b) }', variables: { b: 'NAM' } }, 400, /"NAME"/],
  ])('with %s is told so', async (_what, body, status, why) => {
    const answer = await toy.post(body, STRICT);
    expect(answer.status).toBe(status);
    expect(errorsOf(answer)[0]?.message).toMatch(why);
    expect(JSON.parse(answer.text).data).toBeUndefined();
  });

  it('in its type is told the right one', async () => {
    const answer = await toy.post(HELLO, { 'content-type': 'application/xml' });
    expect(answer.status).toBe(415);
    expect(errorsOf(answer)[0]?.message).toContain('application/json');
  });

  it('in its method is told the right ones', async () => {
    const answer = await toy.ask('/graphql', JSON_BODY, 'PUT', JSON.stringify(HELLO));
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, POST']);
  });

  it('in its query string is not the fault of the gateway', async () => {
    const answer = await toy.ask(`${ASK_HELLO}&variables=%7Bbad`, WITH_CSRF);
    expect(answer.status).toBe(400);
    expect(errorsOf(answer)[0]?.message).toMatch(/not JSON/);
  });
});

describe('a limit', () => {
  it.each([
    ['maxDepth', { maxDepth: 2 }, '{ node { child { name } } }', '{ node { name } }'],
    ['maxAliases', { maxAliases: 1 }, '{ a: node { b: name } }', '{ a: node { name } }'],
    ['maxFields', { maxFields: 2 }, '{ node { name } gate }', '{ node { name } }'],
    ['maxDirectives', { maxDirectives: 0 }, '{ gate @skip(if: false) }', '{ gate }'],
    ['maxTokens', { maxTokens: 3 }, '{ gate whoami }', '{ gate }'],
  ])('%s holds, and the error names it', async (limit, some, over, under) => {
    const { query } = await start(some);
    const [error] = errorsOf(await query(over));
    expect(error?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit, maximum: Object.values(some)[0] });
    expect(error?.message).toMatch(/--max-\w+ raises it/);
    expect(JSON.parse((await query(under)).text).errors).toBeUndefined();
  });

  const large = JSON.stringify({ ...HELLO, variables: { x: 'x'.repeat(200_000) } });

  it.each([
    ['a length', { 'content-length': large.length }],
    ['no length', { 'transfer-encoding': 'chunked' }],
  ])('on the body holds for 200 KB sent with %s', async (_how, headers) => {
    const answer = await toy.post(large, { ...JSON_BODY, ...headers });
    expect(answer.status).toBe(413);
    const [error] = errorsOf(answer);
    expect(error?.message).toMatch(/the limit is 100000, .*--max-body raises it/);
    expect(error?.extensions).toMatchObject({ limit: 'maxBody', maximum: 100_000 });
    expect(JSON.parse((await toy.post(HELLO)).text)).toEqual(HELLO_DATA);
  });

  it('on the body can be raised', async () => {
    const { post } = await start({ maxBody: 300_000 });
    expect(JSON.parse((await post(large)).text)).toEqual(HELLO_DATA);
    const unmeasured = await post(large, { ...JSON_BODY, 'transfer-encoding': 'chunked' });
    expect(JSON.parse(unmeasured.text)).toEqual(HELLO_DATA);
  });
});

describe('without introspection', () => {
  it('nothing describes the schema or guesses at its names', async () => {
    const { query, post } = await start({ noIntrospection: true });
    expect(errorsOf(await query('{ __schema { types { name } } }'))[0]?.message).toMatch(/introspection/);
    const bad = { query: 'query($b: By) { sorted(by: $b) }', variables: { b: 'NAM' } };
    for (const answer of [await query('{ node { nam } }'), await query('{ sorted(by: NAM) }'), await post(bad)]) {
      expect(errorsOf(answer)[0]?.message).toMatch(/nam/i);
      expect(answer.text).not.toContain('Did you mean');
    }
    expect(JSON.parse((await post(HELLO)).text)).toEqual(HELLO_DATA);
  });
});

describe('an error', () => {
  it('of ours is masked, and logged in one plain line under the id the client got', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await toy.query('{ secret }');
    const [error] = errorsOf(answer);
    expect(answer.text).not.toMatch(/hunter2|shadow|toy\.ts|stack/);
    expect(error).toMatchObject({ path: ['secret'], extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(Object.keys(error?.extensions ?? {}).sort()).toEqual(['code', 'id']);
    expect(logged).toHaveBeenCalledTimes(1);
    const line = String(logged.mock.calls[0]?.[0]);
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toMatchObject({ id: error?.extensions.id, path: 'secret', level: 'error' });
    expect(JSON.parse(line).error).toMatch(/hunter2\n at \/etc\/shadow\n.*toy\.ts/s);
  });

  it('said on purpose is told, and not logged', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const [error] = errorsOf(await toy.query('{ refused }'));
    expect(error).toMatchObject({ message: 'said on purpose', extensions: { code: 'ON_PURPOSE' } });
    expect(logged).not.toHaveBeenCalled();
  });

  it('in making the context is masked as well', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const gateway = await startGateway({
      schema: toySchema(),
      context: () => {
        throw new TypeError('hunter2');
      },
      options: optionsWith({}),
    });
    const response = await fetch(gateway.url, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(HELLO) });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(logged).toHaveBeenCalledTimes(1);
    expect(JSON.parse(String(logged.mock.calls[0]?.[0])).id).toBe(JSON.parse(text).errors[0].extensions.id);
  });
});

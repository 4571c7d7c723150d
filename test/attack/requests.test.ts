import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atRest, backTo, descriptors, expectWell, type Live, leavingNothing, post, raw } from '../support/attack.ts';
import { wholeHost } from '../support/host.ts';
import { Peer, PROTOCOL, startLive } from '../support/live.ts';
import { errorsOf, JSON_BODY, send } from '../support/serving.ts';

// What anybody can send. Each is given its answer, and whoever asks next is answered too.

let live: Live;
let before: number;

beforeAll(async () => {
  const options = { maxHeadersMs: 300, maxRequestMs: 300, maxSockets: 100 };
  live = await startLive({ rows: wholeHost(), options, patience: { slow: 1 } });
  await expectWell(live);
  before = await atRest();
});
afterAll(() => live.gateway.close());

const ask = (headers: object, method = 'POST', path = '/graphql') =>
  send(
    { host: '127.0.0.1', port: live.url.port, path, method, agent: false, headers: { ...JSON_BODY, ...headers } },
    method === 'POST' ? '{"query":"{ __typename }"}' : '',
  );

async function upgradeStatus(headers: Record<string, string>, path = ''): Promise<number> {
  const peer = new Peer(live.ws + path, PROTOCOL, { headers });
  return new Promise((resolve) => {
    peer.socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}

describe('a page of another site', () => {
  const EVENTS = { accept: 'text/event-stream' };

  it('that gave its own name this address is told that the name is none of ours, by every way', () =>
    leavingNothing(live, async () => {
      const host = { host: 'evil.example' };
      const statuses = [
        await ask(host),
        await ask({ ...host, ...EVENTS }),
        await ask({ ...host, accept: 'text/html' }, 'GET'),
      ];
      expect(statuses.map(({ status }) => status)).toEqual([421, 421, 421]);
      expect(await upgradeStatus(host)).toBe(421);
    }));
  it('may not ask, by any way', () =>
    leavingNothing(live, async () => {
      for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
        const statuses = [await ask({ origin }), await ask({ origin, ...EVENTS }), await ask({ origin }, 'OPTIONS')];
        expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403]);
        expect(statuses.flatMap(({ headers }) => Object.keys(headers)).join()).not.toContain('access-control');
        expect(await upgradeStatus({ origin })).toBe(403);
      }
    }));
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot send a form of %s, or follow a link',
    async (type) => {
      expect((await ask({ 'content-type': type })).status).toBe(403);
      expect((await ask({ 'content-type': '' }, 'GET', '/graphql?query={__typename}')).status).toBe(403);
    },
  );
  it('has no token to put into a URL', async () => {
    expect((await ask({}, 'POST', '/graphql?token=x')).status).toBe(400);
    expect(await upgradeStatus({}, '?access_token=x')).toBe(400);
  });
});

describe('an operation', () => {
  const bomb = Array.from({ length: 30 }, (_, n) => `fragment f${n} on Process { ...f${n + 1} ...f${n + 1} }`).join(
    ' ',
  );
  const deep = (levels: number): string => (levels === 0 ? 'pid' : `parent { ${deep(levels - 1)} }`);
  const OPERATIONS: Record<string, [string, string]> = {
    'of a thousand aliases': [
      `{ ${Array.from({ length: 1000 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
      'maxAliases',
    ],
    'that nests deep': [`{ process(pid: 1) { ${deep(100)} } }`, 'maxDepth'],
    'of fragments that double': [`{ process(pid: 1) { ...f0 } } ${bomb} fragment f30 on Process { pid }`, 'maxFields'],
    'of ten thousand tokens': [`{ ${'pid '.repeat(10_000)} }`, 'maxTokens'],
    'of a hundred directives': [`{ __typename ${'@skip(if: false) '.repeat(100)} }`, 'maxDirectives'],
    'of a megabyte': [`{ node(id: "${'x'.repeat(1_000_000)}") { id } }`, 'maxBody'],
  };

  it.each(Object.entries(OPERATIONS))('%s is refused by its limit, which is named with its flag', (_, [query, limit]) =>
    leavingNothing(live, async () => {
      const start = performance.now();
      const [error] = errorsOf(await post(live, JSON.stringify({ query })));
      expect(error).toMatchObject({ extensions: { limit }, message: expect.stringContaining('--max-') });
      expect(performance.now() - start).toBeLessThan(5000);
    }),
  );
  it.each([50, 2000, 9000])('a filter of %i levels in a variable is refused by its limit, by every way', (levels) =>
    leavingNothing(live, async () => {
      const variables = `{"filter":${'{"and":['.repeat(levels)}{}${']}'.repeat(levels)}}`;
      const asked = (type: string, fields: string) => `${type} ($filter: ProcessFilter) { ${fields} }`;
      const query = asked('query', 'processes(filter: $filter) { totalCount }');
      const watch = asked('subscription', 'processes(filter: $filter) { changed { pid } }');
      const refused = {
        extensions: { limit: 'maxFilterDepth' },
        message: expect.stringContaining('--max-filter-depth'),
      };
      for (const [text, accept] of [
        [query, '*/*'],
        [watch, 'text/event-stream'],
      ]) {
        const answer = await post(live, `{"query":${JSON.stringify(text)},"variables":${variables}}`, { accept });
        expect(JSON.parse(answer.text.replace(/^event: next\ndata: |\n\n.*$/gs, '')).errors).toMatchObject([refused]);
      }
      const peer = await Peer.greeted(live.ws);
      for (const [id, text] of [query, watch].entries())
        peer.socket.send(
          `{"id":"${id}","type":"subscribe","payload":{"query":${JSON.stringify(text)},"variables":${variables}}}`,
        );
      // The query is answered and then complete; of the subscription there is nothing but the refusal.
      const told = (await peer.has(3)).flatMap(({ payload }) => payload?.errors ?? payload ?? []);
      expect(told).toMatchObject([refused, refused]);
      peer.socket.terminate();
    }),
  );
  it('of fragments in a circle is no operation', async () => {
    const query = '{ process(pid: 1) { ...a } } fragment a on Process { ...b } fragment b on Process { ...a }';
    expect(errorsOf(await post(live, JSON.stringify({ query })))[0]!.message).toMatch(/itself/);
    await expectWell(live);
  });
  it('is one: many at once are none', async () => {
    const answer = await post(live, JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]));
    expect([answer.status, answer.text.includes('Query')]).toEqual([400, false]);
  });
  it('a variable of a megabyte is refused too, over a WebSocket by closing it', () =>
    leavingNothing(live, async () => {
      const variables = { id: 'x'.repeat(1_000_000) };
      const body = JSON.stringify({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables });
      expect((await post(live, body)).status).toBe(413);
      const peer = await Peer.greeted(live.ws);
      peer.send({ id: '1', type: 'subscribe', payload: JSON.parse(body) });
      expect(await peer.closed).toBe(1009);
    }));
  it('that takes too long is answered, and is read for no longer', async () => {
    const hold = async () => new Promise<void>((resolve) => setTimeout(resolve, 400));
    const slow = await startLive({ rows: wholeHost(), options: { maxMs: 50 }, hold });
    const answer = await post(slow, '{"query":"{ processes { nodes { pid parent { name } } } }"}');
    expect(errorsOf(answer)[0]).toMatchObject({
      extensions: { limit: 'maxMs' },
      message: expect.stringMatching(/--max-ms/),
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(slow.calls).toEqual([]);
    await slow.gateway.close();
  });
});

describe('introspection', () => {
  it('that is off tells nothing, not even by mistakes', async () => {
    const closed = await startLive({ rows: wholeHost(), options: { noIntrospection: true } });
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Process") { name } }',
      '{ proces(pid: 1) { pid } }',
    ]) {
      const { text } = await post(closed, JSON.stringify({ query }));
      expect(text).not.toMatch(/Did you mean|"Process"|"types"/);
      expect(text).toContain('errors');
    }
    await expectWell(closed);
    await closed.gateway.close();
  });
  it('is off, and GraphiQL too, for a gateway that other machines reach', async () => {
    const open = await startLive({ rows: wholeHost(), options: { host: '0.0.0.0', insecure: true } });
    const reached = { ...open, url: new URL(open.url.href.replace('0.0.0.0', '127.0.0.1')) };
    expect((await post(reached, '{"query":"{ __schema { types { name } } }"}')).text).not.toContain('"types"');
    const where = { host: '127.0.0.1', port: open.url.port, path: '/graphql', headers: { accept: 'text/html' } };
    const page = await send(where);
    expect([page.status, errorsOf(page)[0]!.message]).toEqual([404, expect.stringContaining('--explore')]);
    await expectWell(reached);
    await open.gateway.close();
  });
});

describe('a connection', () => {
  it('whose head comes too slowly is told which limits there are, and closed', () =>
    leavingNothing(live, async () => {
      const { socket, all } = raw(live.url.port);
      socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-A: ');
      expect(await all).toMatch(/^HTTP\/1\.1 408 .*--max-headers-ms/s);
    }));
  it('whose body comes too slowly too', () =>
    leavingNothing(live, async () => {
      const { socket, all } = raw(live.url.port);
      socket.write(
        'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
      );
      expect(await all).toMatch(/^(HTTP\/1\.1 (408|400) .*)?$/s);
    }));
  it('that sends nothing is closed', () =>
    leavingNothing(live, async () => {
      const { all } = raw(live.url.port);
      expect(await all).toMatch(/^(HTTP\/1\.1 408 .*)?$/s);
    }));
  it('that ends in the middle of a request is closed', () =>
    leavingNothing(live, async () => {
      const { socket, all } = raw(live.url.port);
      socket.end('GET / HT');
      expect(await all).toMatch(/^(HTTP\/1\.1 400 .*)?$/s);
    }));
  it('one of three thousand leaves room for the next, once they are gone', () =>
    leavingNothing(live, async () => {
      // As many at a time as the kernel lets wait: what it drops itself, nobody is told of.
      for (let wave = 0; wave < 10; wave++) {
        const all = Array.from({ length: 300 }, () => raw(live.url.port));
        await Promise.all(all.map(({ all: ended }) => ended));
      }
      expect(descriptors()).toBeLessThan(500);
    }));
  it.each(['\r\nX-Evil: 1', '\0', '\u001b[31m'])('a head with %j in it is no head', async (text) => {
    const { socket, all } = raw(live.url.port);
    socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost${text}\r\nX-A: b${text}\r\nConnection: close\r\n\r\n`);
    expect(await all).not.toContain('X-Evil');
    await expectWell(live);
  });
  it('that offers HTTP/2 goes on without it', () =>
    leavingNothing(live, async () => {
      const { socket, all } = raw(live.url.port);
      const body = '{"query":"{ __typename }"}';
      const head = (more: string): string =>
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}` +
        `Content-Length: ${body.length}\r\n\r\n`;
      const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
      socket.write(head(offer) + body.slice(0, 5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.write(body.slice(5));
      await once(socket, 'data');
      socket.write(head(offer) + body);
      await once(socket, 'data');
      socket.write(head('Connection: close\r\n') + body);
      const answers = await all;
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(3).fill('HTTP/1.1 200'));
      expect(answers.match(/"__typename":"Query"/g)).toHaveLength(3);
    }));
  it('that offers it while another answer is due is closed at the latest when nothing more comes', () =>
    leavingNothing(live, async () => {
      const { socket, all } = raw(live.url.port);
      const asked = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
      socket.write(`${asked}\r\n${asked}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`.repeat(20));
      expect(await all).toMatch(/^HTTP\/1\.1 200 /);
    }));
  it('that names two hosts is refused, whichever is ours', async () => {
    const { socket, all } = raw(live.url.port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(await all).toMatch(/^HTTP\/1\.1 400 .*one Host/s);
  });
  it('that offers HTTP/2 is refused what it would be refused without', async () => {
    const { socket, all } = raw(live.url.port);
    socket.write('GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n');
    expect(await all).toMatch(/^HTTP\/1\.1 421 .*HOST_NOT_ALLOWED/s);
  });
  it('that asks for no WebSocket there is is told so like everything else', async () => {
    const { socket, all } = raw(live.url.port);
    socket.write('GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(await all).toMatch(
      /^HTTP\/1\.1 400 .*"message":"Missing or invalid Sec-WebSocket-Key header\.".*"BAD_REQUEST"/s,
    );
  });
  it('every answer has the headers that browsers obey', async () => {
    const answers = [
      await ask({}),
      await ask({ host: 'evil.example' }),
      await ask({}, 'GET', '/healthz'),
      await ask({}, 'GET', '/x'),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
      });
    }
  });
});

it('all of this together leaves no descriptor open', () => backTo(before));

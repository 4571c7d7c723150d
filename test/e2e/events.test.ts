import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { events, type LiveHost, startLive } from '../support/live.ts';
import { errorsOf, JSON_BODY, send, WITH_CSRF } from '../support/serving.ts';

const started: Awaited<ReturnType<typeof startLive>>[] = [];

async function start(host?: LiveHost) {
  const live = await startLive(host);
  started.push(live);
  return live;
}

afterEach(async () => {
  for (const { gateway } of started.splice(0)) await gateway.close();
});

const CPU = 'subscription { cpu { elapsed folded } }';
const cpu = (elapsed: number, folded = 0) => ({ data: { cpu: { elapsed, folded } } });

it('a subscription is answered with events, and ends when the reader goes', async () => {
  const { url, clock, watch } = await start();
  const leaving = new AbortController();
  const { response, data } = await events(url, CPU, leaving.signal);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect(await data()).toEqual(cpu(0));
  const second = data();
  await clock.pass(1000);
  expect(await second).toEqual(cpu(1));
  leaving.abort();
  await vi.waitFor(() => expect([watch.size, clock.waiting]).toEqual([0, 0]), 20_000);
});

it('a stream that ends says so', async () => {
  const { url } = await start({ rows: {} });
  const { next } = await events(url, 'subscription { process(pid: 7) { process { pid } } }');
  expect(await next()).toBe('event: next\ndata: {"data":{"process":{"process":null}}}');
  expect(await next()).toBe('event: complete\ndata:');
  expect(await next()).toBeNull();
});

it('a query is answered as an event where nothing else is taken', async () => {
  const { url } = await start();
  const { next } = await events(url, '{ __typename }');
  expect(await next()).toBe('event: next\ndata: {"data":{"__typename":"Query"}}');
  expect(await next()).toBe('event: complete\ndata:');
  expect(await next()).toBeNull();
});

it('a GET with the header no page can send is answered too, and one without is not', async () => {
  const { url, clock } = await start();
  const where = { host: url.hostname, port: url.port, path: `/graphql?query=${encodeURIComponent(CPU)}` };
  const accept = { accept: 'text/event-stream' };
  expect((await send({ ...where, headers: accept })).status).toBe(403);
  const response = await new Promise<IncomingMessage>((resolve) => {
    request({ ...where, headers: { ...accept, ...WITH_CSRF } }, resolve).end();
  });
  expect(response.statusCode).toBe(200);
  response.destroy();
  await vi.waitFor(() => expect(clock.waiting).toBe(0), 20_000);
});

it.each([
  ['subscription { cpu(everyMs: 99) { at } }', 'BAD_USER_INPUT'],
  ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
])('%s is refused with an event', async (query, code) => {
  const { url, watch } = await start();
  const { data, next } = await events(url, query);
  expect((await data()).errors[0].extensions.code).toBe(code);
  expect(await next()).toBe('event: complete\ndata:');
  expect(watch.size).toBe(0);
});

const ask = (url: URL, accept: string) =>
  send(
    { host: url.hostname, port: url.port, path: '/graphql', method: 'POST', headers: { ...JSON_BODY, accept } },
    JSON.stringify({ query: CPU }),
  );

it('a subscription that cannot be answered so says how it can', async () => {
  const { url, watch } = await start();
  const answer = await ask(url, 'application/json');
  expect(answer.status).toBe(406);
  expect(errorsOf(answer)[0]?.message).toMatch(/WebSocket.*text\/event-stream/);
  expect(watch.size).toBe(0);
});

it('there are only so many streams', async () => {
  const { url } = await start({ options: { maxConnections: 1 } });
  const leaving = new AbortController();
  const first = await events(url, CPU, leaving.signal);
  await first.data();
  const second = await events(url, CPU);
  expect((await second.data()).errors[0].message).toMatch(/the limit is 1, .*--max-connections/);
  leaving.abort();
  await vi.waitFor(async () => {
    const third = await events(url, CPU, AbortSignal.timeout(20_000));
    expect((await third.data()).data).toEqual(cpu(0).data);
  }, 20_000);
});

it('there are no more of them if all are opened at once', async () => {
  // Whether it may be opened is found out while the others come.
  const { url, watch } = await start({ options: { maxConnections: 2 }, hold: () => sleep(200) });
  const dear = 'subscription { processes { added { memoryFootprint { uss } } } }';
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => events(url, dear)));
  const answers = await Promise.all(all.map(({ data }) => data()));
  const limits = answers.flatMap(({ errors }) => errors?.[0].extensions.limit ?? []);
  expect(limits).toEqual(['maxConnections', 'maxConnections', 'maxConnections']);
  expect(watch.size).toBe(1);
});

it('a reader that stops reading is sent the newest when it goes on', async () => {
  const text = 'x'.repeat(60_000);
  const row = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: [text] };
  const { url, clock, calls } = await start({ rows: { process: [row] } });
  const query = 'subscription { process(pid: 7, everyMs: 100) { folded process { cmdline } } }';
  const fast = await events(url, query);
  const slow = await events(url, query);
  const first = [await fast.data(), await slow.data()];
  expect(first.map(({ data }) => data.process.folded)).toEqual([0, 0]);
  // More than any buffer on the way holds.
  const ticks = 400;
  for (let tick = 0; tick < ticks; tick++) {
    const awaited = fast.data();
    await clock.pass(100);
    expect((await awaited).data.process.folded).toBe(0);
  }
  expect(calls.length).toBe(ticks + 1);
  let covered = 0;
  let received = 0;
  while (covered < ticks) {
    covered += 1 + (await slow.data()).data.process.folded;
    received++;
  }
  expect(covered).toBe(ticks);
  expect(received).toBeLessThan(ticks);
});

const BIG = { key: 7, startTicks: 1, comm: 'a', memoryRss: 1, memoryVms: 1, cmdline: ['x'.repeat(60_000)] };
const BIG_EVENTS = 'subscription { process(pid: 7, everyMs: 100) { process { cmdline } } }';

it('a reader that never goes on is given up', async () => {
  const { url, clock, watch, gateway } = await start({ rows: { process: [BIG] }, patience: { pause: 100 } });
  await events(url, BIG_EVENTS);
  const moving = setInterval(() => void clock.pass(100), 5);
  await vi.waitFor(() => expect([watch.size, clock.waiting]).toEqual([0, 0]), 50_000);
  clearInterval(moving);
  // Nothing of it is left to wait for.
  await gateway.close();
});

it('a reader that stalls is told why this was all', async () => {
  const { url, clock, watch } = await start({ rows: { process: [BIG] }, patience: { pause: 2000 } });
  const { next } = await events(url, BIG_EVENTS);
  await next();
  const moving = setInterval(() => void clock.pass(100), 2);
  await vi.waitFor(() => expect([watch.size, clock.waiting]).toEqual([0, 0]), { timeout: 50_000, interval: 10 });
  clearInterval(moving);
  const texts: string[] = [];
  for (let text = await next(); text !== null; text = await next()) texts.push(text);
  expect(texts.at(-2)).toMatch(
    /^event: next\ndata: {"errors":\[{"message":"[^"]*","extensions":{"code":"TOO_SLOW"}}\]}$/,
  );
  expect(texts.at(-1)).toBe('event: complete\ndata:');
});

it('there are only so many subscriptions', async () => {
  const { url } = await start({ options: { maxStreams: 1 } });
  const leaving = new AbortController();
  const first = await events(url, CPU, leaving.signal);
  await first.data();
  const { extensions } = (await (await events(url, CPU)).data()).errors[0];
  expect(extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: 'maxStreams', maximum: 1 });
  leaving.abort();
  await vi.waitFor(async () => {
    const third = await events(url, CPU, AbortSignal.timeout(20_000));
    expect((await third.data()).data).toEqual(cpu(0).data);
  }, 20_000);
});

it('a quiet connection is kept by comments', async () => {
  const { url } = await start({ patience: { pause: 50 } });
  const body = JSON.stringify({ query: CPU });
  const where = { host: url.hostname, port: url.port, path: '/graphql', method: 'POST' };
  const response = await new Promise<IncomingMessage>((resolve) => {
    request({ ...where, headers: { ...JSON_BODY, accept: 'text/event-stream' } }, resolve).end(body);
  });
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (text.split(':\n\n').length > 5) break;
  }
  expect(text).toMatch(/^:\n\nevent: next\ndata: .*\n\n(:\n\n)+$/);
});

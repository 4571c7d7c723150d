// Answers that are sent shorter to who asks for that, and what they stay for everybody else.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { encodingFor, LEAST } from '../../server/encoding.ts';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import { needs, runs } from '../support/needs.ts';
import { contextOf } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';
import { JSON_BODY, optionsWith, send } from '../support/serving.ts';

const host = scripted({
  process: Array.from({ length: 500 }, (_, index) => ({ key: index + 1, startTicks: index, comm: `größe ${index}` })),
});
const LONG = JSON.stringify({ query: '{ processes { nodes { pid name } } }' });
const SHORT = JSON.stringify({ query: '{ processes { totalCount } }' });
const OPENED = JSON.stringify({ query: 'subscription { processes(everyMs: 100) { added { pid name } } }' });

let gateway: Gateway;
let plain: Gateway;

beforeAll(async () => {
  const parts = { schema, context: () => contextOf(host) };
  gateway = await startGateway({ ...parts, options: optionsWith({}) });
  plain = await startGateway({ ...parts, options: optionsWith({ noCompression: true }) });
});

afterAll(() => Promise.all([gateway.close(), plain.close()]));

const where = ({ url }: Gateway, headers: object) => ({
  ...{ host: '127.0.0.1', port: new URL(url).port, path: '/graphql', method: 'POST' },
  headers: { ...JSON_BODY, ...headers },
});
const post = (body: string, headers: object = {}, to = gateway) => send(where(to, headers), body);

test.each([
  [undefined, null],
  ['', null],
  ['gzip', 'gzip'],
  ['gzip, deflate', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0.5, gzip', 'gzip'],
  ['GZIP;Q=0.3 , BR; q=0.2', 'gzip'],
  ['deflate', null],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['gzip;q=0, br;q=0.000', null],
  ['identity, gzip;q=0.5', null],
  ['identity;q=0.5, gzip', 'gzip'],
  ['identity;q=0', null],
  ['gzip;q=2, br;q=x', null],
  [',;,q=1', null],
])('who accepts %j is sent %j', (accepted, encoding) => expect(encodingFor(accepted)).toBe(encoding));

describe('a long answer', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('is the same by %s, and less than a third', async (encoding, decode) => {
    const as = await post(LONG);
    const answer = await post(LONG, { 'accept-encoding': encoding });
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(decode(answer.bytes).toString()).toBe(as.text);
    expect(answer.bytes.length).toBeLessThan(as.bytes.length / 3);
  });
  test('goes as it is to who did not ask, and says that it might have gone otherwise', async () => {
    const { headers, bytes } = await post(LONG);
    expect(headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(bytes.length) });
    expect([headers['content-encoding'], headers['transfer-encoding']]).toEqual([undefined, undefined]);
    expect(bytes.length).toBeGreaterThan(LEAST);
  });
  test('goes as it is to everybody where that was said', async () => {
    const { headers, text } = await post(LONG, { 'accept-encoding': 'gzip, br' }, plain);
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, undefined]);
    expect(JSON.parse(text).data.processes.nodes).toHaveLength(500);
  });
  test('is read by fetch, which asks by itself', async () => {
    const response = await fetch(gateway.url, { method: 'POST', headers: JSON_BODY, body: LONG });
    expect(response.headers.get('content-encoding')).toMatch(/br|gzip/);
    expect(await response.text()).toBe((await post(LONG)).text);
  });
  test.runIf(needs('curl', () => runs('curl', '--version')))('is read by curl, asked or not', async () => {
    const curl = async (...flags: string[]): Promise<Buffer> => {
      const args = ['-sS', ...flags, '-H', 'content-type: application/json', '-d', LONG, gateway.url];
      return (await promisify(execFile)('curl', args, { encoding: 'buffer' })).stdout;
    };
    const { text } = await post(LONG);
    expect((await curl('--compressed')).toString()).toBe(text);
    expect((await curl()).toString()).toBe(text);
    expect(gunzipSync(await curl('-H', 'accept-encoding: gzip')).toString()).toBe(text);
  });
});

test('a short answer goes as it is', async () => {
  const { headers, bytes } = await post(SHORT, { 'accept-encoding': 'gzip, br' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers.vary).toBe('Accept-Encoding');
  expect(bytes.length).toBeLessThan(LEAST);
});

test('events go as they are, each when it is there', async () => {
  const sent = request(where(gateway, { accept: 'text/event-stream', 'accept-encoding': 'gzip, br' })).end(OPENED);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(response.headers['content-encoding']).toBeUndefined();
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (text.includes('größe 499')) break;
  }
  expect(text).toMatch(/^:\n\nevent: next\n/);
});

test('who leaves before it is there, or in its middle, leaves nothing behind', async () => {
  const headers = { 'accept-encoding': 'br' };
  await Promise.all(
    Array.from({ length: 40 }, async (_, turn) => {
      const sent = request(where(gateway, headers)).end(LONG);
      sent.on('error', () => undefined);
      if (turn % 2 === 0) await once(sent, 'response');
      else await new Promise((resolve) => setTimeout(resolve, turn));
      sent.destroy();
    }),
  );
  expect(brotliDecompressSync((await post(LONG, headers)).bytes).toString()).toBe((await post(LONG)).text);
});

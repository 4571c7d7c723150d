// A list over HTTP: first as graphql-js answers it, then as it is written where it is read. It must be the same.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { Tally } from '../../loaders/tally.ts';
import { openLocal, type Source } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { COST_HEADER } from '../../server/cost.ts';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import type { Options } from '../../server/options.ts';
import { type Answer, contextOf } from '../support/operation.ts';
import { JSON_BODY, optionsWith, send } from '../support/serving.ts';

const ARGUMENTS = ['a "quoted" one', 'line\nbreak\ttab\u007f', 'é 日本 😀', '\\', ''];
const gateways: Gateway[] = [];
const children: ChildProcess[] = [];
let host: Source;
beforeAll(async () => {
  host = await openLocal();
  for (const argv0 of ['sh', 'a title of several words', '😀"\n'])
    children.push(spawn('/bin/sh', ['-c', 'read x', ...ARGUMENTS], { argv0, stdio: ['pipe', 'ignore', 'ignore'] }));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const gateway of gateways) await gateway.close();
});

/** A gateway, and how often it wrote a list. */
async function start(some: Partial<Options> = {}) {
  const options = optionsWith(some);
  const written = { lists: 0, texts: [] as Uint8Array[] };
  const source: Source = {
    ...host,
    async tell(...asked) {
      written.lists++;
      const telling = await host.tell!(...asked);
      written.texts.push(telling.text);
      return telling;
    },
  };
  const context = () => {
    const tally = new Tally();
    const made = contextOf(source, undefined, undefined, undefined, options);
    return { ...made, loaders: createLoaders(tally.watch(source)), tally };
  };
  const gateway = await startGateway({ schema, context, options });
  gateways.push(gateway);
  const { port } = new URL(gateway.url);
  const ask = (query: string, headers: object = {}) =>
    send(
      { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers: { ...JSON_BODY, ...headers } },
      JSON.stringify({ query }),
    );
  return { ask, written, port: Number(port) };
}

const QUERY = `{ processes { totalCount at __typename
  rows: nodes { class: __typename id pid name cmdline createTime username status numThreads
    memory { rss } uids { real } } } }`;

/** What is at rest of processes that the test started. */
const ours = ({ data }: Answer): Answer[] =>
  data.processes.rows
    .filter(({ pid }: Answer) => children.some((child) => child.pid === pid))
    .map(({ memory: _, ...row }: Answer) => row);

const plain = (bytes: Buffer): string => bytes.toString();
const event = (bytes: Buffer): string => /^data: (.*)$/m.exec(plain(bytes).replace(/data: ?\n/g, ''))![1]!;

describe('is answered alike, however it is sent', () => {
  test.each<[what: string, headers: object, read: (bytes: Buffer) => string]>([
    ['as it is', {}, plain],
    ['as a response of GraphQL', { accept: 'application/graphql-response+json' }, plain],
    ['packed by gzip', { 'accept-encoding': 'gzip' }, (bytes) => gunzipSync(bytes).toString()],
    ['packed by br', { 'accept-encoding': 'br' }, (bytes) => brotliDecompressSync(bytes).toString()],
    ['as an event', { accept: 'text/event-stream' }, event],
  ])('%s', async (_what, headers, read) => {
    const { ask, written } = await start();
    const answers: Answer[] = [];
    for (let time = 0; time < 3; time++) answers.push(JSON.parse(read((await ask(QUERY, headers)).bytes)));
    expect(written.lists).toBe(2);
    const [first, ...others] = answers.map(ours);
    expect(first).toHaveLength(children.length);
    expect(first![0].cmdline).toEqual(['sh', '-c', 'read x', ...ARGUMENTS]);
    for (const other of others) expect(other).toEqual(first);
    for (const { data } of answers) {
      expect(data.processes).toMatchObject({ totalCount: data.processes.rows.length, __typename: 'ProcessPage' });
      expect(Object.keys(data.processes)).toEqual(['totalCount', 'at', '__typename', 'rows']);
    }
  });
});

test('costs as many reads of a process', async () => {
  const { ask, written } = await start();
  const reads: string[][] = [];
  for (let time = 0; time < 3; time++) {
    const { data, extensions } = JSON.parse((await ask(QUERY, { [COST_HEADER]: '1' })).text);
    const { stat, cmdline } = extensions.cost.reads.process;
    expect(Math.abs(stat - data.processes.totalCount)).toBeLessThan(20);
    expect(Math.abs(cmdline - data.processes.totalCount)).toBeLessThan(20);
    reads.push(Object.keys(extensions.cost.reads.process));
  }
  expect(written.lists).toBe(2);
  expect(reads[1]).toEqual(reads[0]);
  expect(reads[2]).toEqual(reads[0]);
});

test.each([
  ['as it is', {}],
  ['packed', { 'accept-encoding': 'gzip' }],
])('gives its memory back once it is sent %s', async (_, headers) => {
  const { ask, written } = await start();
  for (let time = 0; time < 3; time++) await ask(QUERY, headers);
  await vi.waitFor(() => expect(written.texts.map(({ length }) => length)).toEqual([0, 0]));
});

test('is given up where its client leaves in the middle of it, and that harms nobody', async () => {
  const { ask, written, port } = await start({ maxAliases: 200 });
  // So much that no socket takes it at once.
  const again = Array.from({ length: 150 }, (_, index) => `c${index}: cmdline`).join(' ');
  const long = `{ processes { rows: nodes { id pid name cmdline ${again} } } }`;
  const child = spawn('/bin/sh', ['-c', 'read x', 'x'.repeat(100_000)], { stdio: ['pipe', 'ignore', 'ignore'] });
  children.push(child);
  const body = JSON.stringify({ query: long });
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  const [first] = [ours(JSON.parse((await ask(long)).text))];
  for (let time = 0; time < 20; time++) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
    const [start] = await once(socket, 'data');
    expect(String(start)).toMatch(/^HTTP\/1.1 200/);
    socket.destroy();
  }
  expect(written.lists).toBe(20);
  expect(ours(JSON.parse((await ask(long)).text))).toEqual(first);
  children.pop();
  child.kill('SIGKILL');
});

test('is refused where it has too much text', async () => {
  const { ask, written } = await start({ maxBytes: 100 });
  for (let time = 0; time < 3; time++) {
    const { errors } = JSON.parse((await ask(QUERY)).text);
    expect(errors[0].extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'maxBytes' });
  }
  expect(written.lists).toBe(2);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ManifestError, openManifest } from '../../server/persisted.ts';
import { post } from '../support/attack.ts';
import { Peer, startLive } from '../support/live.ts';

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-persisted-'));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (text: string): string => {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, text);
  return path;
};
const TEXT = '{ __typename }';
const manifest = (onlyPersisted: boolean, text = JSON.stringify({ one: TEXT })) =>
  openManifest({ persisted: put(text), onlyPersisted });
const codeOf = (text: unknown) =>
  text instanceof Error ? (text as { extensions?: { code?: string } }).extensions?.code : text;

describe('a manifest', () => {
  test.each([
    [{ id: 'one' }, TEXT],
    [{ documentId: 'one' }, TEXT],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash: 'one' } } }, TEXT],
    [{ query: '', id: 'one' }, TEXT],
    [{ id: 'two' }, 'PERSISTED_QUERY_NOT_FOUND'],
    [{ id: '__proto__' }, 'PERSISTED_QUERY_NOT_FOUND'],
    [{ id: 5 }, null],
    [{}, null],
    [{ query: '{ other }' }, '{ other }'],
  ])('answers %j with %j', (params, expected) => expect(codeOf(manifest(false).textOf(params))).toEqual(expected));
  test.each([
    [{ query: TEXT }, TEXT],
    [{ id: 'one' }, TEXT],
    [{ query: '{ other }' }, 'PERSISTED_QUERY_ONLY'],
    [{ query: '{ other }', id: 'one' }, 'PERSISTED_QUERY_ONLY'],
    [{}, 'PERSISTED_QUERY_ONLY'],
  ])('that is all there is answers %j with %j', (params, expected) =>
    expect(codeOf(manifest(true).textOf(params))).toEqual(expected),
  );
  test('may be a list of operations', () => {
    const text = JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      operations: [{ id: 'one', body: TEXT, name: 'x' }],
    });
    expect(manifest(true, text).textOf({ id: 'one' })).toBe(TEXT);
  });
  test.each(['', '[1]', '{"a": 1}', '{"operations": [{"id": 1}]}', '{"operations": [null]}'])('%j is none', (text) =>
    expect(() => manifest(true, text)).toThrow(ManifestError),
  );
});

test('what is asked by its id is answered, over HTTP and over a WebSocket, and nothing else is run', async () => {
  const live = await startLive({ options: { persisted: put(JSON.stringify({ one: TEXT })), onlyPersisted: true } });
  const answers = ['{"documentId":"one"}', '{"query":"{ system { platform } }"}', '{"id":"two"}'];
  const texts = await Promise.all(answers.map(async (body) => (await post(live, body)).text));
  expect(texts[0]).toBe('{"data":{"__typename":"Query"}}');
  expect(texts.slice(1).map((text) => JSON.parse(text).errors[0].extensions.code)).toEqual([
    'PERSISTED_QUERY_ONLY',
    'PERSISTED_QUERY_NOT_FOUND',
  ]);
  const peer = await Peer.greeted(live.ws);
  peer.send({
    id: '1',
    type: 'subscribe',
    payload: { query: '', extensions: { persistedQuery: { sha256Hash: 'one' } } },
  });
  peer.send({ id: '2', type: 'subscribe', payload: { query: '{ system { platform } }' } });
  await peer.has(3);
  const messages = Object.fromEntries(peer.messages.map(({ id, type, payload }) => [`${id} ${type}`, payload]));
  expect(messages['1 next']).toEqual({ data: { __typename: 'Query' } });
  expect(messages['2 error'][0].extensions.code).toBe('PERSISTED_QUERY_ONLY');
  expect(live.calls).toEqual([]);
  peer.socket.terminate();
  await live.gateway.close();
});

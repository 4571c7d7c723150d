import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openIssuer } from '../../server/jwt.ts';
import { type Keyring, openKeyring } from '../../server/keyring.ts';
import { expectWell, type Live, leavingNothing, post } from '../support/attack.ts';
import { wholeHost } from '../support/host.ts';
import { AUDIENCE, claimsOf, ISSUER, jwks, jwt, makeRsa } from '../support/jwt.ts';
import { events, Peer, startLive } from '../support/live.ts';
import { credential, errorsOf, optionsWith } from '../support/serving.ts';

// Tokens that were good once, or never were, by every way there is to show one.

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'keys.json');
const [ours, theirs] = [makeRsa(), makeRsa()];
const RS256 = { alg: 'RS256' };
const QUERY = 'subscription { process(pid: 1) { process { pid } } }';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const inSeconds = (more: number): number => Math.floor(Date.now() / 1000) + more;

let keyring: Keyring;
let live: Live;
const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);

beforeEach(async () => {
  told.mockClear();
  writeFileSync(path, jwks({ a: ours.publicKey }));
  const options = optionsWith({ jwtKeys: path, jwtIssuer: ISSUER, jwtAudience: [AUDIENCE] });
  const issuer = await openIssuer(options, () => undefined, 20);
  keyring = openKeyring({ own: [credential('own')], path: '', issuer, log: () => undefined });
  live = await startLive({ rows: wholeHost(), keyring, patience: { slow: 150 } });
});
afterEach(async () => {
  keyring.close();
  await live.gateway.close();
});

/** A WebSocket and an event stream of this token, which both have had their first answer. */
async function watching(token: string) {
  const leaving = new AbortController();
  const peer = await Peer.greeted(live.ws, {}, bearer(token));
  peer.subscribe('1', QUERY);
  await peer.has(1);
  const stream = await events(live.url, QUERY, leaving.signal, bearer(token));
  expect((await stream.data()).data.process.process.pid).toBe(1);
  const leave = () => {
    peer.socket.terminate();
    leaving.abort();
  };
  return { peer, stream, leave };
}

describe('a JSON Web Token', () => {
  it('is who its issuer says, over HTTP and WebSockets', async () => {
    const token = jwt(RS256, ours.privateKey);
    const query = '{ gateway { viewer { name scopes } } }';
    const viewer = { gateway: { viewer: { name: 'alice', scopes: ['READ', 'SENSITIVE'] } } };
    expect(JSON.parse((await post(live, JSON.stringify({ query }), bearer(token))).text).data).toEqual(viewer);
    const peer = await Peer.greeted(live.ws, { headers: bearer(token) });
    peer.subscribe('1', query);
    expect((await peer.has(1))[0].payload.data).toEqual(viewer);
    peer.socket.terminate();
  });
  it('that expires closes what it opened, at once, and nothing else', () =>
    leavingNothing(live, async () => {
      // Good until ten seconds after its end, for clocks that differ.
      const doomed = await watching(jwt(RS256, ours.privateKey, claimsOf({ exp: inSeconds(-7) })));
      const spared = await watching(jwt(RS256, ours.privateKey));
      expect([await doomed.peer.closed, doomed.peer.reason]).toEqual([4403, 'This token has expired.']);
      expect(await doomed.stream.next()).toBeNull();
      spared.peer.subscribe('2', '{ __typename }');
      expect((await spared.peer.has(2))[1]).toMatchObject({ id: '2', type: 'next' });
      spared.leave();
    }));
  it('whose key is replaced closes what it opened', () =>
    leavingNothing(live, async () => {
      const doomed = await watching(jwt(RS256, ours.privateKey));
      const spared = await watching('own');
      const fresh = join(folder, 'fresh');
      writeFileSync(fresh, jwks({ a: theirs.publicKey }));
      renameSync(fresh, path);
      expect(await doomed.peer.closed).toBe(4403);
      expect(await doomed.stream.next()).toBeNull();
      expect((await post(live, '{"query":"{ __typename }"}', bearer(jwt(RS256, ours.privateKey)))).status).toBe(401);
      spared.peer.subscribe('2', '{ __typename }');
      expect((await spared.peer.has(2))[1]).toMatchObject({ id: '2', type: 'next' });
      spared.leave();
    }));
  it.each([
    ['of another key', () => jwt(RS256, theirs.privateKey)],
    ['that nobody signed', () => jwt({ alg: 'none' }, () => Buffer.alloc(0))],
    ['that has expired', () => jwt(RS256, ours.privateKey, claimsOf({ exp: 1 }))],
    ['of nine thousand characters', () => jwt(RS256, ours.privateKey, claimsOf({ more: 'x'.repeat(7000) }))],
  ])('%s is refused like any other, slowed down, and written down without what it was', (_, forge) =>
    leavingNothing(live, async () => {
      const token = forge();
      const times: number[] = [];
      for (let tries = 0; tries < 5; tries++) {
        const begun = performance.now();
        const answer = await post(live, '{"query":"{ __typename }"}', bearer(token));
        times.push(performance.now() - begun);
        expect([answer.status, errorsOf(answer)[0]!.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      }
      expect(times[4]).toBeGreaterThan(140);
      expect(JSON.parse(String(told.mock.calls[0]))).toMatchObject({ event: 'not let in', client: '127.0.0.1' });
      expect(told.mock.calls.join()).not.toContain(token.split('.')[1]);
      const peer = await Peer.open(live.ws);
      peer.send({ type: 'connection_init', payload: bearer(token) });
      expect(await peer.closed).toBe(4403);
    }),
  );
  it('of a megabyte is more than a head or a greeting may have', () =>
    leavingNothing(live, async () => {
      const token = `a.${'b'.repeat(1_000_000)}.c`;
      expect((await post(live, '{"query":"{ __typename }"}', bearer(token))).status).toBe(431);
      const peer = await Peer.open(live.ws);
      peer.send({ type: 'connection_init', payload: bearer(token) });
      expect(await peer.closed).toBe(1009);
    }));
});

describe('who tries many', () => {
  it('waits over a WebSocket too, whatever else is asked for before the answer', async () => {
    const start = performance.now();
    for (let tries = 0; tries < 5; tries++) {
      const peer = await Peer.open(live.ws);
      peer.send({ type: 'connection_init', payload: bearer('guess') });
      peer.subscribe('1', '{ __typename }');
      expect([await peer.closed, peer.messages]).toEqual([4403, []]);
    }
    expect(performance.now() - start).toBeGreaterThan(240);
    await expectWell(live);
  });
});

describe('who was turned out', () => {
  it('is not heard any more, though it will not go', async () => {
    const token = jwt(RS256, ours.privateKey, claimsOf({ exp: inSeconds(-8) }));
    const peer = await Peer.greeted(live.ws, {}, bearer(token));
    // Reads nothing from now on, so that it never answers to being closed.
    peer.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
    live.calls.length = 0;
    peer.subscribe('1', '{ process(pid: 1) { pid } }');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(live.calls).toEqual([]);
    peer.socket.resume();
    expect(await peer.closed).toBe(4403);
    await expectWell(live);
  });
});

import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openIssuer } from '../../server/jwt.ts';
import { parseKeys, readKeys } from '../../server/jwt-keys.ts';
import { isRefusal } from '../../server/viewer.ts';
import { AUDIENCE, claimsOf, ISSUER, jwks, jwt, makeEc, makeEd, makeRsa, pem } from '../support/jwt.ts';
import { optionsWith } from '../support/serving.ts';

const loaded = vi.hoisted(() => ({ jose: false }));
vi.mock('jose', (original) => {
  loaded.jose = true;
  return original();
});

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-jwt-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
function put(text: string): string {
  const path = join(folder, `keys-${made++}`);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

const [rsa, ec, ed, stranger] = [makeRsa(), makeEc(), makeEd(), makeRsa()];
const KEYS = { rsa: rsa.publicKey, ec: ec.publicKey, ed: ed.publicKey };
const RS256 = { alg: 'RS256', kid: 'rsa' };

const settings = (jwtKeys: string, more: object = {}) =>
  optionsWith({ jwtKeys, jwtIssuer: ISSUER, jwtAudience: ['other', AUDIENCE], ...more });

async function issuer(more: object = {}, text = jwks(KEYS)) {
  const told: unknown[][] = [];
  const path = put(text);
  const opened = (await openIssuer(settings(path, more), (...line) => told.push(line), 20))!;
  const verdict = async (token: string) => {
    const found = await opened.verify(token);
    return isRefusal(found) ? `${found.status} ${found.message}` : found.viewer;
  };
  return { opened, told, path, verdict };
}

test('what verifies is not even loaded where there are no keys', async () => {
  expect(await openIssuer(optionsWith({}), () => undefined)).toBeNull();
  expect(loaded.jose).toBe(false);
});

describe('a token', () => {
  const ALICE = { name: 'alice', issuer: ISSUER, scopes: ['READ', 'SENSITIVE'] };

  test.each([
    ['RS256', 'rsa', rsa],
    ['ES256', 'ec', ec],
    ['EdDSA', 'ed', ed],
    ['Ed25519', 'ed', ed],
  ] as const)(
    'by %s is good, by a set of keys or by PEM, named or not',
    async (alg, kid, { publicKey, privateKey }) => {
      const [set, one] = [await issuer(), await issuer({}, pem(publicKey))];
      for (const header of [{ alg, kid }, { alg }]) expect(await set.verdict(jwt(header, privateKey))).toEqual(ALICE);
      expect(await one.verdict(jwt({ alg }, privateKey))).toEqual(ALICE);
    },
  );
  test('that does not say by which of several keys it is signed is tried with each', async () => {
    const { verdict } = await issuer({}, pem(stranger.publicKey) + pem(rsa.publicKey));
    expect(await verdict(jwt({ alg: 'RS256' }, rsa.privateKey))).toEqual(ALICE);
    const fourth = makeRsa();
    expect(await verdict(jwt({ alg: 'RS256' }, fourth.privateKey))).toMatch(/^401 .*--jwt-keys/);
    const old = claimsOf({ exp: 1 });
    expect(await verdict(jwt({ alg: 'RS256' }, rsa.privateKey, old))).toMatch(/^401 .*expired/);
  });

  const now = Math.floor(Date.now() / 1000);
  const none = (name: string) => claimsOf({ [name]: undefined });
  test.each([
    ['expired', claimsOf({ exp: now - 60 }), /^401 .*has expired/],
    ['not good yet', claimsOf({ nbf: now + 60 }), /^401 .*not good yet/],
    ['without an end', none('exp'), /^401 .*when it ends/],
    ['whose end is no number', claimsOf({ exp: '2100' }), /^401 /],
    ['of another issuer', claimsOf({ iss: 'https://evil.example' }), /^401 .*--jwt-issuer/],
    ['of no issuer', none('iss'), /^401 .*--jwt-issuer/],
    ['for somebody else', claimsOf({ aud: 'mail' }), /^401 .*--jwt-audience/],
    ['for nobody', none('aud'), /^401 .*--jwt-audience/],
    ['of nobody', none('sub'), /^401 .*\(sub\)/],
    ['whose holder has no name', claimsOf({ sub: '' }), /^401 .*\(sub\)/],
    ['without scopes', none('scope'), /^403 .*READ, SENSITIVE, CONTROL.*scope/],
    ['of other scopes', claimsOf({ scope: 'openid profile read:mail' }), /^403 /],
  ])('that is %s is refused, and told why', async (_, claims, why) => {
    const { verdict } = await issuer();
    expect(await verdict(jwt(RS256, rsa.privateKey, claims))).toMatch(why);
  });
  test('may have a clock that is a little off', async () => {
    const { verdict } = await issuer();
    const claims = claimsOf({ nbf: now + 5, exp: now - 2 });
    expect(await verdict(jwt(RS256, rsa.privateKey, claims))).toEqual(ALICE);
  });

  test.each([
    ['openid sysgraph:read', ['READ']],
    ['CONTROL', ['READ', 'CONTROL']],
    [
      ['sysgraph.control', 'Sensitive', 7, null],
      ['READ', 'SENSITIVE', 'CONTROL'],
    ],
  ])('of the scopes %j has %j', async (scope, scopes) => {
    const { verdict } = await issuer();
    expect(await verdict(jwt(RS256, rsa.privateKey, claimsOf({ scope })))).toEqual({
      name: 'alice',
      issuer: ISSUER,
      scopes,
    });
  });
  test('may have its scopes and its user in other claims', async () => {
    const { verdict } = await issuer({ jwtScopeClaim: 'resource_access.sysgraph.roles', jwtUserClaim: 'login' });
    const roles = { resource_access: { sysgraph: { roles: ['read'] } } };
    const claims = (login?: unknown) => claimsOf({ ...roles, login });
    expect(await verdict(jwt(RS256, rsa.privateKey, claims('bob')))).toEqual({
      ...{ name: 'alice', issuer: ISSUER, scopes: ['READ'], onlyUser: 'bob' },
    });
    for (const login of [undefined, '', 'a b', 7])
      expect(await verdict(jwt(RS256, rsa.privateKey, claims(login)))).toMatch(/^401 .*claim login/);
    const { verdict: dotted } = await issuer({ jwtScopeClaim: 'https://sysgraph.example/scopes' });
    const named = claimsOf({ 'https://sysgraph.example/scopes': ['READ'] });
    expect(await dotted(jwt(RS256, rsa.privateKey, named))).toEqual({
      name: 'alice',
      issuer: ISSUER,
      scopes: ['READ'],
    });
  });

  const hmac = (secret: string | Buffer) => (text: Buffer) => createHmac('sha256', secret).update(text).digest();
  const own = { jwk: stranger.publicKey.export({ format: 'jwk' }) };
  const forged: [string, () => string][] = [
    ['none', () => jwt({ alg: 'none' }, () => Buffer.alloc(0))],
    ['None, with a signature', () => jwt({ alg: 'None' }, rsa.privateKey)],
    ['a secret that is the public key as PEM', () => jwt({ alg: 'HS256' }, hmac(pem(rsa.publicKey)))],
    [
      'a secret that is the modulus of the public key',
      () => jwt({ alg: 'HS256', kid: 'rsa' }, hmac(String(rsa.publicKey.export({ format: 'jwk' }).n))),
    ],
    ['an empty secret', () => jwt({ alg: 'HS256' }, hmac(''))],
    ['a key of its own', () => jwt({ alg: 'RS256', ...own }, stranger.privateKey)],
    ['a key it says where to find', () => jwt({ ...RS256, jku: 'https://evil.example' }, stranger.privateKey)],
    ['a key of another kind', () => jwt({ alg: 'RS256', kid: 'ec' }, ec.privateKey)],
    ['another way than it says', () => jwt({ alg: 'PS256', kid: 'rsa' }, rsa.privateKey)],
    ['something that it says is critical', () => jwt({ ...RS256, crit: ['x'], x: 1 }, rsa.privateKey)],
    ['an unencoded text', () => jwt({ ...RS256, crit: ['b64'], b64: false }, rsa.privateKey)],
    ['nothing', () => jwt(RS256, () => Buffer.alloc(0))],
    ['half a signature', () => jwt(RS256, rsa.privateKey).slice(0, -100)],
    [
      'a signature of something else',
      () => jwt(RS256, rsa.privateKey).replace(/\.[\w-]+\./, `.${btoa('{"sub":"root"}')}.`),
    ],
    ['a list of claims', () => jwt(RS256, rsa.privateKey, [claimsOf()])],
    ['rubbish', () => 'a.b.c'],
  ];
  test.each(forged)('signed by %s is refused', async (_, forge) => {
    const { verdict } = await issuer();
    const verdicts = [await verdict(forge()), await verdict(forge())];
    for (const each of verdicts) expect(each).toMatch(/^401 This token /);
    expect(await verdict(jwt(RS256, rsa.privateKey))).toEqual(ALICE);
  });
  test('that is good for a moment is not remembered for longer', async () => {
    const { verdict } = await issuer();
    const token = jwt(RS256, rsa.privateKey, claimsOf({ exp: Math.floor(Date.now() / 1000) - 9 }));
    expect(await verdict(token)).toEqual(ALICE);
    await vi.waitFor(async () => expect(await verdict(token)).toMatch(/has expired/), { timeout: 10_000 });
  });
});

describe('the keys', () => {
  const secret = JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] });
  const priv = { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'a' };
  test.each([
    ['nothing', '', /neither JSON nor PEM/],
    ['no list', '{"keys": {}}', /no list of keys/],
    ['an empty list', '{"keys": []}', /no key/],
    ['no key', '{"keys": [null]}', /key 1 is of no kind/],
    ['a secret, which whoever verifies could sign with', secret, /key 1 is of no kind/],
    ['a private key', JSON.stringify({ keys: [priv] }), /key 1 is a private key/],
    ['half a key', '{"keys": [{"kty": "RSA", "e": "AQAB"}]}', /key 1 is not understood/],
    ['a private key as PEM', String(ed.privateKey.export({ type: 'pkcs8', format: 'pem' })), /private key/],
    ['half a PEM', pem(rsa.publicKey).slice(0, 100), /no key/],
    ['rubbish as PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /key 1 is not understood/],
  ])('that are %s are refused in one line', (_, text, why) => {
    expect(() => parseKeys(text, 'f')).toThrow(why);
    expect(() => parseKeys(text, 'f')).toThrow(/^f cannot be used [^\n]* --jwt-keys takes [^\n]*$/);
  });
  test('are a file that nobody else may write', () => {
    const path = put(jwks(KEYS));
    expect(readKeys(path)).toHaveLength(3);
    chmodSync(path, 0o664);
    expect(() => readKeys(path)).toThrow(/written by others/);
    expect(() => readKeys(join(folder, 'none'))).toThrow(/ENOENT.*--jwt-keys/);
  });
  test('may be replaced; then only the new ones are good, and what cannot be used changes nothing', async () => {
    const { opened, told, path, verdict } = await issuer();
    let changes = 0;
    opened.onChange(() => changes++);
    const token = jwt(RS256, rsa.privateKey);
    expect(await verdict(token)).toMatchObject({ name: 'alice' });
    renameSync(put('{'), path);
    await vi.waitFor(() => expect(told).toHaveLength(1), 10_000);
    expect(told[0]).toEqual(['warn', expect.stringMatching(/--jwt-keys stand/), { why: expect.any(String) }]);
    expect([await verdict(token), changes]).toEqual([expect.objectContaining({ name: 'alice' }), 0]);
    renameSync(put(jwks({ rsa: stranger.publicKey })), path);
    await vi.waitFor(() => expect(changes).toBe(1), 10_000);
    expect(told[1]).toEqual(['info', 'keys read', { count: 1 }]);
    expect(await verdict(token)).toMatch(/^401 .*--jwt-keys/);
    expect(await verdict(jwt(RS256, stranger.privateKey))).toMatchObject({ name: 'alice' });
    opened.close();
  });
});

import { describe, expect, it } from 'vitest';
import { accessOf, type Scope } from '../../resolvers/viewer.ts';
import { isForwarded, refuseTokenInUrl } from '../../server/guard.ts';
import { fixedKeyring } from '../../server/keyring.ts';
import { defaultOptions } from '../../server/options.ts';
import { audienceOf, clientOf, createAdmission, isRefusal } from '../../server/viewer.ts';
import { credential } from '../support/serving.ts';

describe('what may be read', () => {
  const ORDINARY = { isPrivileged: false, hidesProcesses: false };
  const PRIVILEGED = { isPrivileged: true, hidesProcesses: false };

  it.each([
    [['READ'], ORDINARY, ['READ', 'SHOWN', 'OWNER']],
    [['READ'], { ...ORDINARY, hidesProcesses: true }, ['READ', 'SHOWN', 'OWNER']],
    [['READ'], PRIVILEGED, ['READ', 'SHOWN']],
    [['READ'], { ...PRIVILEGED, hidesProcesses: true }, ['READ']],
    [['READ', 'SENSITIVE'], PRIVILEGED, ['READ', 'SHOWN', 'OWNER', 'SENSITIVE']],
    [['READ', 'SENSITIVE'], ORDINARY, ['READ', 'SHOWN', 'OWNER', 'SENSITIVE']],
    [['CONTROL'], ORDINARY, []],
    [[], ORDINARY, []],
  ] as [Scope[], typeof ORDINARY, string[]][])('with %j where the gateway is %j', (scopes, rights, access) =>
    expect([...accessOf(scopes, rights)]).toEqual(access),
  );
});

describe('who asks', () => {
  const admit = createAdmission(fixedKeyring(['alpha', 'beta'].map(credential)), defaultOptions);
  const claim = async (authorization?: unknown, isForwarded = false) => {
    const found = await admit(authorization === undefined ? { isForwarded } : { authorization, isForwarded });
    return isRefusal(found) ? `${found.status} ${found.headers?.['www-authenticate']}` : found.viewer.name;
  };

  it.each(['alpha', 'beta'])('%s is known by the token, through a proxy too', async (name) => {
    const told = [claim(`Bearer ${name}`), claim(`bearer  ${name}`), claim(`Bearer ${name}`, true)];
    expect(await Promise.all(told)).toEqual(Array(3).fill(name));
  });

  it('is one client by each token and each issuer, or by the address', () => {
    const from = { socket: { remoteAddress: '10.0.0.1' } } as Parameters<typeof clientOf>[1];
    const named = (name: string, issuer?: string) => ({ name, scopes: [], ...(issuer ? { issuer } : {}) });
    const viewers = [named('10.0.0.1'), named('a'), named('a', 'b'), named('a', 'c'), named('a","b'), named('anyone')];
    expect(new Set(viewers.map((viewer) => clientOf(viewer, from))).size).toBe(viewers.length);
    expect(clientOf(named('a', 'b'), from)).toBe(clientOf(named('a', 'b'), { socket: {} } as typeof from));
  });

  it('is anyone without a token, who may only READ', async () => {
    expect(await admit({ isForwarded: false })).toEqual({ viewer: { name: 'anyone', scopes: ['READ'] } });
  });

  it.each([
    '',
    'alpha',
    'Bearer',
    'Bearer ',
    'Bearer alph',
    'Bearer alphaa',
    'Bearer ALPHA',
    'Bearer alpha beta',
    'Bearer alpha, Bearer beta',
    'Basic YTpi',
    `Bearer ${'x'.repeat(100_000)}`,
    'Bearer \u0000',
    null,
    false,
    7,
    ['Bearer alpha'],
    { token: 'alpha' },
  ])('is refused, and not taken for anyone, who says %j', async (authorization) => {
    expect(await claim(authorization)).toBe('401 Bearer realm="sysgraph", error="invalid_token"');
  });

  it('is not local through a proxy, unless everyone is let in', async () => {
    expect(await claim(undefined, true)).toBe('401 Bearer realm="sysgraph"');
    const open = createAdmission(fixedKeyring([]), { ...defaultOptions, insecure: true });
    expect(await open({ isForwarded: true })).toMatchObject({ viewer: { scopes: ['READ'] } });
    expect(await open({ authorization: 'Bearer alpha', isForwarded: false })).toMatchObject({ status: 401 });
  });

  it('is anyone only where nobody else can reach it, unless everyone is let in', async () => {
    const beyond = { ...defaultOptions, host: '192.0.2.1' };
    const admission = createAdmission(fixedKeyring([credential('alpha')]), beyond);
    expect(await admission({ isForwarded: false })).toMatchObject({
      status: 401,
      message: expect.stringMatching(/--tokens/),
    });
    expect(await admission({ authorization: 'Bearer alpha', isForwarded: false })).toMatchObject({
      viewer: { name: 'alpha' },
    });
    const open = createAdmission(fixedKeyring([]), { ...beyond, insecure: true });
    expect(await open({ isForwarded: false })).toMatchObject({ viewer: { name: 'anyone' } });
  });

  it('is of the audience of those who have the same scopes', () => {
    const audience = (...scopes: Scope[]) => audienceOf({ name: 'any', scopes });
    expect(audience('SENSITIVE', 'READ')).toBe(audience('READ', 'SENSITIVE'));
    expect(new Set([audience(), audience('READ'), audience('READ', 'SENSITIVE'), audience('CONTROL')]).size).toBe(4);
  });
});

describe('a request', () => {
  it.each(['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-anything'])(
    'with %s was passed on',
    (name) => expect(isForwarded({ headers: { host: 'localhost', [name]: '' } })).toBe(true),
  );
  it('with other headers was not', () =>
    expect(isForwarded({ headers: { host: 'localhost', 'x-forward': '1', viaduct: '1' } })).toBe(false));

  it.each(['?token=x', '?a=1&token', '?TOKEN=x', '?access_token=x', '?%74oken=x', '?authorization=Bearer%20x'])(
    'with %s in its URL is refused',
    (query) => {
      const refusal = refuseTokenInUrl({ method: 'GET', url: `/graphql${query}`, headers: {} });
      expect(refusal).toMatchObject({ status: 400, code: 'TOKEN_IN_URL' });
      expect(refusal?.message).toMatch(/Authorization: Bearer TOKEN.*#token=/);
    },
  );
  it.each(['', '?', '?query={token}', '?query=token%3D1&variables={"token":1}', '#token=x'])(
    'with %s is not',
    (query) => expect(refuseTokenInUrl({ method: 'GET', url: `/graphql${query}`, headers: {} })).toBeUndefined(),
  );
});

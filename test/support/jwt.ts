// JSON Web Tokens by nothing but node:crypto, right ones and wrong ones.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export const ISSUER = 'https://id.example';
export const AUDIENCE = 'sysgraph';

export const makeRsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
export const makeEc = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const makeEd = () => generateKeyPairSync('ed25519');

const coded = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

type Signer = (text: Buffer) => Buffer;

const by = (key: KeyObject): Signer =>
  key.asymmetricKeyType === 'ed25519'
    ? (text) => sign(null, text, key)
    : (text) => sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' });

const seconds = (): number => Math.floor(Date.now() / 1000);

/** What a token of this issuer says, good for a minute. */
export const claimsOf = (some: object = {}): object => ({
  ...{ iss: ISSUER, aud: AUDIENCE, sub: 'alice', scope: 'sysgraph:sensitive', exp: seconds() + 60 },
  ...some,
});

/** Such a token, signed by a key or by what makes a signature of a text. */
export function jwt(header: object, signer: KeyObject | Signer, claims: object = claimsOf()): string {
  const text = `${coded(header)}.${coded(claims)}`;
  const signature = (typeof signer === 'function' ? signer : by(signer))(Buffer.from(text));
  return `${text}.${coded(signature)}`;
}

/** A set of public keys, each with its name. */
export const jwks = (keys: Readonly<Record<string, KeyObject>>): string =>
  JSON.stringify({ keys: Object.entries(keys).map(([kid, key]) => ({ ...key.export({ format: 'jwk' }), kid })) });

export const pem = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }));

// JSON Web Tokens: who holds one is who its issuer says, if the signature is by a key of the issuer's.
import type { JWTPayload } from 'jose';
import type { Scope, Viewer } from '../resolvers/viewer.ts';
import type { Refusal } from './guard.ts';
import { type PublicKey, readKeys } from './jwt-keys.ts';
import type { Log } from './log.ts';
import { flagOf, type Options } from './options.ts';
import { NAME, SCOPES, withRead } from './tokens.ts';
import { type Admitted, digestOf, unauthenticated } from './viewer.ts';
import { watchFiles } from './watched.ts';

export interface Issuer {
  /** Who holds this token, or why it is not good. */
  readonly verify: (token: string) => Promise<Admitted | Refusal>;
  /** Calls whenever a token that was good may not be any more. */
  readonly onChange: (changed: () => void) => void;
  close(): void;
}

type Settings = Pick<Options, 'jwtKeys' | 'jwtIssuer' | 'jwtAudience' | 'jwtScopeClaim' | 'jwtUserClaim'>;

/** By which it may be signed: each is of a key of its own, whose other half nobody here has. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Seconds that the clock of the issuer may be off. */
const LEEWAY = 10;

/** Tokens whose signature need not be looked at again. */
const MOST = 1000;

/** Loads what verifies only now: who has no such tokens need not wait for it. */
export async function openIssuer(settings: Settings, log: Log, everyMs = 1000): Promise<Issuer | null> {
  if (settings.jwtKeys === '') return null;
  const verifyWith = await createVerifier(settings);
  const listeners = new Set<() => void>();
  const watched = watchFiles({
    paths: [settings.jwtKeys],
    everyMs,
    read: () => readKeys(settings.jwtKeys),
    taken(keys) {
      current = remembering(verifyWith(keys));
      log('info', 'keys read', { count: keys.length });
      for (const changed of listeners) changed();
    },
    failed: (why) => log('warn', `keys not read: the last good ones of ${flagOf('jwtKeys')} stand`, { why }),
  });
  let current = remembering(verifyWith(watched.first));
  /** Keys that were replaced meanwhile vouch for nobody. */
  async function verify(token: string): Promise<Admitted | Refusal> {
    const by = current;
    const found = await by(token);
    return by === current ? found : verify(token);
  }
  return {
    verify,
    onChange: (changed) => listeners.add(changed),
    close: watched.stop,
  };
}

type Verify = Issuer['verify'];

/** A signature takes longer to verify than what most ask for. What is remembered goes with the keys. */
function remembering(verify: Verify): Verify {
  const good = new Map<string, Admitted>();
  return async (token) => {
    const key = digestOf(token).toString('base64');
    const known = good.get(key);
    if (known && known.expires! > Date.now()) return known;
    good.delete(key);
    const found = await verify(token);
    if ('status' in found) return found;
    if (good.size >= MOST) good.delete(good.keys().next().value!);
    good.set(key, found);
    return found;
  };
}

/** What makes of the keys of an issuer what judges its tokens. */
async function createVerifier(settings: Settings): Promise<(keys: readonly PublicKey[]) => Verify> {
  const { jwtVerify, createLocalJWKSet, errors } = await import('jose');
  const { jwtIssuer: issuer, jwtAudience } = settings;
  const rules = {
    issuer,
    audience: [...jwtAudience],
    algorithms: ALGORITHMS,
    clockTolerance: LEEWAY,
    requiredClaims: ['exp', 'sub'],
  };
  const isUnsigned = (error: unknown) => error instanceof errors.JWSSignatureVerificationFailed;

  return (keys) => {
    const set = createLocalJWKSet({ keys: [...keys] });
    /** Where a token does not say which of several keys it is by, each is tried. */
    async function claimsOf(token: string): Promise<JWTPayload> {
      try {
        return (await jwtVerify(token, set, rules)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
        for await (const key of error) {
          const found = await jwtVerify(token, key, rules).catch((why) =>
            isUnsigned(why) ? null : Promise.reject(why),
          );
          if (found) return found.payload;
        }
        throw new errors.JWSSignatureVerificationFailed();
      }
    }
    return async (token) => {
      try {
        return holderOf(await claimsOf(token), settings);
      } catch (error) {
        return refusalOf(error as JoseError);
      }
    };
  };
}

function holderOf(claims: JWTPayload, { jwtIssuer, jwtScopeClaim, jwtUserClaim }: Settings): Admitted | Refusal {
  const { sub, exp } = claims;
  if (typeof sub !== 'string' || sub === '') return refused('does not say who holds it (sub)');
  const scopes = scopesIn(claimAt(claims, jwtScopeClaim));
  if (scopes.length === 0) return noScope(jwtScopeClaim);
  const viewer: Viewer = { name: sub, issuer: jwtIssuer, scopes: withRead(scopes) };
  const expires = (exp! + LEEWAY) * 1000;
  if (jwtUserClaim === '') return { viewer, expires };
  const onlyUser = claimAt(claims, jwtUserClaim);
  if (typeof onlyUser !== 'string' || !NAME.test(onlyUser))
    return refused(`names no user in its claim ${jwtUserClaim}`);
  return { viewer: { ...viewer, onlyUser }, expires };
}

/** A claim by its name, or by a way such as resource_access.sysgraph.roles. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  const step = (at: unknown, key: string): unknown =>
    typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  return name.split('.').reduce(step, claims);
}

/** Of a text of words or a list of them, those that are scopes here: SENSITIVE, sensitive, sysgraph:sensitive. */
function scopesIn(claim: unknown): Scope[] {
  const words: unknown[] = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim : [];
  const named = words.map((word) =>
    String(word)
      .replace(/^sysgraph[:./]/i, '')
      .toUpperCase(),
  );
  return SCOPES.filter((scope) => named.includes(scope));
}

const refused = (why: string): Refusal => unauthenticated(`This token ${why}.`, 'invalid_token');

const noScope = (claim: string): Refusal => ({
  status: 403,
  code: 'INSUFFICIENT_SCOPE',
  message:
    `This token has none of the scopes ${SCOPES.join(', ')} in its claim ${claim}. ` +
    `See ${flagOf('jwtScopeClaim')}.`,
  headers: { 'www-authenticate': 'Bearer realm="sysgraph", error="insufficient_scope"' },
});

type JoseError = Error & { readonly code?: string; readonly claim?: string };

const CLAIMS: Readonly<Record<string, string>> = {
  iss: `is not of the issuer that ${flagOf('jwtIssuer')} names`,
  aud: `is not for the audience that ${flagOf('jwtAudience')} names`,
  nbf: 'is not good yet',
  exp: 'does not say when it ends (exp)',
  sub: 'does not say who holds it (sub)',
};

const UNSIGNED = `is signed by none of the keys of ${flagOf('jwtKeys')}`;
const OTHERWISE = `is signed in a way that is not allowed here. Those that are: ${ALGORITHMS.join(', ')}`;

const CODES: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: UNSIGNED,
  ERR_JWKS_NO_MATCHING_KEY: UNSIGNED,
  ERR_JOSE_ALG_NOT_ALLOWED: OTHERWISE,
  ERR_JOSE_NOT_SUPPORTED: OTHERWISE,
};

const refusalOf = ({ code = '', claim = '' }: JoseError): Refusal =>
  refused(CODES[code] ?? (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? CLAIMS[claim] : undefined) ?? 'cannot be read');

// Who asks, as far as a request tells.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../resolvers/viewer.ts';
import type { Refusal } from './guard.ts';
import type { Keyring } from './keyring.ts';
import { findUser } from './names.ts';
import { flagOf, isExposed, type Options } from './options.ts';

/** Who was let in. */
export interface Admitted {
  readonly viewer: Viewer;
  /** When what let them in ends to be good, in milliseconds since the epoch. */
  readonly expires?: number;
}

/** Whoever knows a token is this viewer. The token itself is not kept. */
export interface Credential extends Admitted {
  readonly digest: Buffer;
}

/** What is told of who asks. */
export interface Claim {
  /** Left out by those who claim nothing; anything but `Bearer TOKEN` is a mistake. */
  readonly authorization?: unknown;
  /** True if something in between passed it on. */
  readonly isForwarded: boolean;
}

export type Admit = (claim: Claim) => Promise<Admitted | Refusal>;

export const isRefusal = (of: Admitted | Refusal): of is Refusal => 'status' in of;

/** Who comes without a token, from this machine. */
const ANYONE: Viewer = { name: 'anyone', scopes: ['READ'] };

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Who needs no token: whoever comes from this machine, unless others can reach it too, or everyone. */
type Rules = Pick<Options, 'insecure' | 'host' | 'socket'>;

/** Decides who a caller is. Nobody whose token is wrong is to take what anyone gets for all there is. */
export function createAdmission(keyring: Keyring, rules: Rules): Admit {
  const refusal = isExposed(rules) ? NOT_KNOWN : NOT_LOCAL;
  return async ({ authorization, isForwarded }) => {
    if (authorization !== undefined) {
      const found = await holderOf(authorization, keyring);
      // What is seen of one user's is decided where nobody can wait.
      if (!isRefusal(found) && found.viewer.onlyUser !== undefined) await findUser(found.viewer.onlyUser);
      return found;
    }
    return (isForwarded || isExposed(rules)) && !rules.insecure ? refusal : { viewer: ANYONE };
  };
}

/** Where a request came from, and whom it says it was passed on for, which nobody vouches for. */
export function placeOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
  const place = socket.remoteAddress ?? 'a Unix socket';
  const { forwarded = headers['x-forwarded-for'] ?? headers['x-real-ip'] } = headers;
  return forwarded === undefined ? place : `${place}, for ${forwarded}`;
}

/** Whose requests are counted together: those of a token, or of an address. */
export const clientOf = (viewer: Viewer, { socket }: Pick<IncomingMessage, 'socket'>): string =>
  viewer === ANYONE ? (socket.remoteAddress ?? 'a Unix socket') : nameOf(viewer);

/** Text that nobody else has: an issuer may give a name that a token here has too. */
export const nameOf = ({ name, issuer }: Viewer): string => JSON.stringify([name, issuer]);

/** Callers who may see the same share what is run for them. */
export const audienceOf = ({ scopes, onlyUser, showSecrets }: Viewer): string =>
  JSON.stringify([[...scopes].sort(), onlyUser ?? null, showSecrets ?? false]);

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;
/** Three parts, of which the last is the signature. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const LONGEST = 8192;

async function holderOf(authorization: unknown, { holders, verify }: Keyring): Promise<Admitted | Refusal> {
  if (typeof authorization === 'string' && authorization.length > LONGEST) return TOO_LONG;
  const [, token] = (typeof authorization === 'string' && BEARER.exec(authorization)) || [];
  if (token === undefined) return MALFORMED;
  const digest = digestOf(token);
  // All of them, each in the same time, and by what nobody can choose: how long it takes tells nothing.
  const [known] = holders().filter((one) => timingSafeEqual(one.digest, digest));
  return known ?? (verify && JWT.test(token) ? verify(token) : UNKNOWN);
}

export const unauthenticated = (message: string, error?: string): Refusal => ({
  status: 401,
  code: 'UNAUTHENTICATED',
  message,
  headers: { 'www-authenticate': ['Bearer realm="sysgraph"', error && `error="${error}"`].filter(Boolean).join(', ') },
});

const UNKNOWN = unauthenticated(
  `This gateway does not know the token, or knows it no longer. See ${flagOf('tokenFile')} and ${flagOf('tokens')}.`,
  'invalid_token',
);

const TOO_LONG = unauthenticated(`A token has ${LONGEST} characters at most.`, 'invalid_token');

const MALFORMED = unauthenticated('Authorization must be text of the form "Bearer TOKEN".', 'invalid_token');

const NOT_LOCAL = unauthenticated(
  'This request was passed on by a proxy, so it is not taken for a local one, and it needs a token. ' +
    'Send the header "Authorization: Bearer TOKEN", or ask the gateway directly.',
);

const NOT_KNOWN = unauthenticated(
  `This gateway answers to other machines, and so to nobody without a token: send the header ` +
    `"Authorization: Bearer TOKEN". See ${flagOf('tokens')}.`,
);

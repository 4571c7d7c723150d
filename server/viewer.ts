// Who asks, as far as a request tells.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Viewer } from '../resolvers/viewer.ts';
import type { Refusal } from './guard.ts';
import { flagOf } from './options.ts';

/** Whoever knows a token is this viewer. The token itself is not kept. */
export interface Credential {
  readonly digest: Buffer;
  readonly viewer: Viewer;
}

/** What is told of who asks. */
export interface Claim {
  /** Left out by those who claim nothing; anything but `Bearer TOKEN` is a mistake. */
  readonly authorization?: unknown;
  /** True if something in between passed it on. */
  readonly isForwarded: boolean;
}

export type Admit = (claim: Claim) => Viewer | Refusal;

export const isRefusal = (of: Viewer | Refusal): of is Refusal => 'status' in of;

/** Who comes without a token, from this machine. */
const ANYONE: Viewer = { name: 'anyone', scopes: ['READ'] };

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface Rules {
  /** Let in without a token whoever asks, from wherever. */
  readonly insecureNoAuth: boolean;
}

/** Decides who a caller is. Nobody whose token is wrong is to take what anyone gets for all there is. */
export function createAdmission(credentials: readonly Credential[], { insecureNoAuth }: Rules): Admit {
  return ({ authorization, isForwarded }) => {
    if (authorization !== undefined) return holderOf(authorization, credentials);
    return isForwarded && !insecureNoAuth ? NOT_LOCAL : ANYONE;
  };
}

/** Callers who may see the same share what is run for them. */
export const audienceOf = ({ scopes }: Viewer): string => [...scopes].sort().join();

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

function holderOf(authorization: unknown, credentials: readonly Credential[]): Viewer | Refusal {
  const [, token] = (typeof authorization === 'string' && BEARER.exec(authorization)) || [];
  if (token === undefined) return MALFORMED;
  const digest = digestOf(token);
  // All of them, each in the same time, and by what nobody can choose: how long it takes tells nothing.
  const [known] = credentials.filter((one) => timingSafeEqual(one.digest, digest));
  return known?.viewer ?? UNKNOWN;
}

const unauthenticated = (message: string, error?: string): Refusal => ({
  status: 401,
  code: 'UNAUTHENTICATED',
  message,
  headers: { 'www-authenticate': ['Bearer realm="sysgraph"', error && `error="${error}"`].filter(Boolean).join(', ') },
});

const UNKNOWN = unauthenticated(
  `This gateway does not know the token. It tells the right one when it starts: see ${flagOf('tokenFile')}.`,
  'invalid_token',
);

const MALFORMED = unauthenticated('Authorization must be text of the form "Bearer TOKEN".', 'invalid_token');

const NOT_LOCAL = unauthenticated(
  'This request was passed on by a proxy, so it is not taken for a local one, and it needs a token. ' +
    'Send the header "Authorization: Bearer TOKEN", or ask the gateway directly.',
);

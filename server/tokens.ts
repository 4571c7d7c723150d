// The tokens of those who may ask: a file of their digests, which is replaced as a whole and never written in place.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import type { Scope } from '../resolvers/viewer.ts';
import { flagOf } from './options.ts';
import { attempt, readPrivate, TokenError } from './private-file.ts';
import { digestOf } from './viewer.ts';

/** What the file says of a token. The token itself nobody keeps but who was given it. */
export interface Issued {
  readonly name: string;
  /**
   * SHA-256, and nothing slower: a slow digest makes guessing dear where people choose what is guessed. These are 256
   * bits of chance, which nobody guesses however fast, and each request pays for the digest.
   */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since the epoch; null if it is good until it is revoked. */
  readonly expires: number | null;
  /** Whose processes alone it shows; null for everyone's. */
  readonly onlyUser: string | null;
  /** True if command lines and environments are shown it as they are. */
  readonly showSecrets: boolean;
}

export const SCOPES: readonly Scope[] = ['READ', 'SENSITIVE', 'CONTROL'];
export const NAME = /^[\w.@-]{1,64}$/;
/** What the gateway calls the holder of its own token, and who has none: records are not to take others for them. */
const TAKEN = ['local', 'anyone'];

const REMEDY = `mend it, or name another with ${flagOf('tokens')}`;
const PURPOSE = { what: 'a file of tokens', remedy: REMEDY, most: 10_000_000 };

/** What the file holds; nothing if there is none. */
export function readTokens(path: string): readonly Issued[] {
  const text = readPrivate(path, PURPOSE);
  return text === null ? [] : parseTokens(text, path);
}

/** Refused as a whole if a part of it is not as it was written: half of who may ask is the wrong answer. */
export function parseTokens(text: string, path: string): readonly Issued[] {
  const refuse = (why: string): never => {
    throw new TokenError(`${path} is damaged (${why}); ${REMEDY}.`);
  };
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const tokens = (read as { tokens?: unknown } | null)?.tokens;
  if (!Array.isArray(tokens)) return refuse('it has no list of tokens');
  const issued = tokens.map((token, index) => issuedOf(token) ?? refuse(`token ${index + 1} is not understood`));
  const names = new Set(issued.map(({ name }) => name));
  return names.size === issued.length ? issued : refuse('two tokens have one name');
}

interface Written {
  readonly name?: unknown;
  readonly sha256?: unknown;
  readonly scopes?: unknown;
  readonly expires?: unknown;
  readonly onlyUser?: unknown;
  readonly showSecrets?: unknown;
}

function issuedOf(token: unknown): Issued | null {
  const { name, sha256, scopes, expires = null, onlyUser = null, showSecrets = false } = (token ?? {}) as Written;
  if (typeof name !== 'string' || !NAME.test(name) || TAKEN.includes(name)) return null;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return null;
  if (!Array.isArray(scopes) || !scopes.every((scope) => SCOPES.includes(scope))) return null;
  const until = expires === null ? null : typeof expires === 'string' ? Date.parse(expires) : Number.NaN;
  if (Number.isNaN(until)) return null;
  if (onlyUser !== null && (typeof onlyUser !== 'string' || !NAME.test(onlyUser))) return null;
  if (typeof showSecrets !== 'boolean') return null;
  return { name, sha256, scopes: withRead(scopes), expires: until, onlyUser, showSecrets };
}

/** Whoever may see more may see what everyone may. */
export const withRead = (scopes: readonly Scope[]): readonly Scope[] =>
  SCOPES.filter((scope) => scope === 'READ' || scopes.includes(scope));

const writtenOf = ({ expires, onlyUser, showSecrets, ...token }: Issued): Written => ({
  ...token,
  expires: expires === null ? null : new Date(expires).toISOString(),
  ...(onlyUser === null ? {} : { onlyUser }),
  ...(showSecrets ? { showSecrets } : {}),
});

export type Terms = Omit<Issued, 'sha256'>;

/** Makes a token, and tells it this once. */
export function addToken(path: string, terms: Terms): string {
  if (TAKEN.includes(terms.name))
    throw new TokenError(`${terms.name} is a name that the gateway itself gives: choose another.`);
  const text = randomBytes(32).toString('base64url');
  const sha256 = digestOf(text).toString('hex');
  changeTokens(path, (tokens) => {
    if (tokens.some(({ name }) => name === terms.name))
      throw new TokenError(`There is a token ${terms.name} already: revoke it first, or choose another name.`);
    return [...tokens, { ...terms, sha256, scopes: withRead(terms.scopes) }];
  });
  return text;
}

export function revokeToken(path: string, name: string): void {
  changeTokens(path, (tokens) => {
    const left = tokens.filter((token) => token.name !== name);
    if (left.length === tokens.length) throw new TokenError(`There is no token ${name} in ${path}.`);
    return left;
  });
}

/** One at a time: the new file is what keeps a second one out. Whoever reads sees the old one or the new one. */
function changeTokens(path: string, change: (tokens: readonly Issued[]) => readonly Issued[]): void {
  const fresh = `${path}.new`;
  const tried = <T>(work: () => T): T | null => attempt(path, PURPOSE.what, REMEDY, 'EEXIST', work);
  const file = tried(() => openSync(fresh, 'wx', 0o600));
  if (file === null)
    throw new TokenError(
      `${fresh} is there: another \`sysgraph token\` is at work, or was killed, and then remove it.`,
    );
  let isDone = false;
  try {
    writeSync(file, `${JSON.stringify({ tokens: change(readTokens(path)).map(writtenOf) }, null, 2)}\n`);
    fsyncSync(file);
    tried(() => renameSync(fresh, path));
    isDone = true;
  } finally {
    closeSync(file);
    if (!isDone) unlinkSync(fresh);
  }
}

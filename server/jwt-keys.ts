// The keys of who issues tokens, from a file: a JSON Web Key Set, or PEM. Public ones alone: what only verifies cannot
// be used to make a token, and no token can have its signature taken for another kind of one.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { flagOf } from './options.ts';

/** The file of keys cannot be used. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** A public key as JSON, of which only what is looked at here is named. */
export interface PublicKey {
  readonly kty: string;
  readonly [name: string]: unknown;
}

const MOST = 1_000_000;
const KINDS = ['RSA', 'EC', 'OKP'];
/** What only a key that signs has; of one that is shared by both sides, all there is. */
const SECRET = ['d', 'p', 'q', 'k'];

const REMEDY = `${flagOf('jwtKeys')} takes a JSON Web Key Set, or public keys or certificates as PEM`;

export function readKeys(path: string): readonly PublicKey[] {
  return parseKeys(textOf(path), path);
}

function textOf(path: string): string {
  let found: { mode: number; size: number };
  let text = '';
  try {
    found = statSync(path);
    if (found.size <= MOST) text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new KeysError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); ${REMEDY}.`);
  }
  // Where users have no numbers, as on Windows, the mode of a file says nothing.
  if ((found.mode & 0o022) !== 0 && process.geteuid)
    throw new KeysError(`${path} may be written by others, who could put their own keys there; \`chmod go-w\` it.`);
  return text;
}

/** Refused as a whole if one of them cannot be used: who is let in is not to depend on what was overlooked. */
export function parseKeys(text: string, path: string): readonly PublicKey[] {
  const refuse = (why: string): never => {
    throw new KeysError(`${path} cannot be used (${why}); ${REMEDY}.`);
  };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return refuse('it holds a private key');
  const keys = text.includes('-----BEGIN ') ? keysInPem(text, refuse) : keysInSet(text, refuse);
  if (keys.length === 0) return refuse('it holds no key');
  keys.forEach((key, index) => {
    const why = complaint(key);
    if (why !== undefined) refuse(`key ${index + 1} ${why}`);
  });
  return keys;
}

type Refuse = (why: string) => never;

function keysInPem(text: string, refuse: Refuse): readonly PublicKey[] {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----/g) ?? [];
  return blocks.map((block, index) => {
    try {
      return createPublicKey(block).export({ format: 'jwk' }) as PublicKey;
    } catch {
      return refuse(`key ${index + 1} is not understood`);
    }
  });
}

function keysInSet(text: string, refuse: Refuse): readonly PublicKey[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return refuse('it is neither JSON nor PEM');
  }
  const keys = (read as { keys?: unknown } | null)?.keys;
  return Array.isArray(keys) ? keys : refuse('it has no list of keys');
}

function complaint(key: PublicKey | null): string | undefined {
  if (key === null || !KINDS.includes(key.kty)) return `is of no kind that is known here: ${KINDS.join(', ')}`;
  if (SECRET.some((name) => Object.hasOwn(key, name))) return 'is a private key';
  try {
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    return undefined;
  } catch {
    return 'is not understood';
  }
}

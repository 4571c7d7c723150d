// The token of this gateway, in a file that nobody else can read: whoever can is its user.
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runtimeFolder } from './folders.ts';
import { flagOf } from './options.ts';
import { attempt, checkOwner, type Purpose, readPrivate, TokenError } from './private-file.ts';

export interface Token {
  readonly text: string;
  /** Where it is to be read; null if it could not be written. */
  readonly path: string | null;
  /** Why it could not. */
  readonly trouble: string | null;
  /** Removes the file, if this gateway made it. */
  remove(): void;
}

/** What 256 bits are in base64url, or more. */
const FORM = /^[\w-]{43,}$/;

/** Takes the token that a file holds, or makes one and puts it there. Nobody is asked for the file of each user. */
export function openToken(path: string): Token {
  if (path !== '') return tokenAt(path);
  const usual = join(runtimeFolder(), 'token');
  try {
    prepareFolder(dirname(usual));
    return tokenAt(usual);
  } catch (error) {
    return { text: generated(), path: null, trouble: (error as Error).message, remove: () => undefined };
  }
}

/** What a person who starts the gateway is told. */
export function tellOf({ text, path, trouble }: Token, url: string): string {
  const kept = path === null ? `It is kept nowhere else (${trouble})` : `It stands in ${path}`;
  return url.startsWith('http')
    ? `Its token is for what not everybody may see: ${url}#token=${text} opens GraphiQL with it. ${kept}.`
    : `Its token is for what not everybody may see${path === null ? `: ${text}` : ''}. ${kept}.`;
}

const generated = (): string => randomBytes(32).toString('base64url');

/** Two that start together agree: the first to write wins, and a file is whole or not there. */
function tokenAt(path: string): Token {
  for (;;) {
    const known = readToken(path);
    if (known !== null) return { text: known, path, trouble: null, remove: () => undefined };
    const text = generated();
    if (writeToken(path, text)) return { text, path, trouble: null, remove: () => removeToken(path, text) };
  }
}

const REMEDY = `remove it, or name another with ${flagOf('tokenFile')}`;

const PURPOSE: Purpose = {
  what: 'the token file',
  remedy: REMEDY,
  // More than a token is none.
  most: 4096,
};

/** Null if there is no file. */
function readToken(path: string): string | null {
  const text = readPrivate(path, PURPOSE)?.trim() ?? null;
  if (text === null || FORM.test(text)) return text;
  throw new TokenError(`${path} holds no token (43 or more letters, digits, - and _); ${REMEDY}.`);
}

const tried = <T>(path: string, code: string | null, work: () => T): T | null =>
  attempt(path, 'the token file', `name another with ${flagOf('tokenFile')}`, code, work);

/** False if there is a file already. A link is made of a whole file or not at all, and takes no file's place. */
function writeToken(path: string, text: string): boolean {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  tried(path, null, () => writeFileSync(fresh, `${text}\n`, { flag: 'wx', mode: 0o600 }));
  try {
    return tried(path, 'EEXIST', () => linkSync(fresh, path)) !== null;
  } finally {
    unlinkSync(fresh);
  }
}

/** Another gateway may have put its own there since. */
function removeToken(path: string, text: string): void {
  try {
    if (readToken(path) === text) unlinkSync(path);
  } catch {
    // Whatever is there now is not ours.
  }
}

function prepareFolder(path: string): void {
  tried(path, null, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw new TokenError(`${path} is no folder; ${REMEDY}.`);
  checkOwner(path, stats, REMEDY);
  if ((stats.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

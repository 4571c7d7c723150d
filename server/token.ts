// The token of this gateway, in a file that nobody else can read: whoever can is its user.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runtimeFolder } from './folders.ts';
import { flagOf } from './options.ts';

export interface Token {
  readonly text: string;
  /** Where it is to be read; null if it could not be written. */
  readonly path: string | null;
  /** Why it could not. */
  readonly trouble: string | null;
  /** Removes the file, if this gateway made it. */
  remove(): void;
}

/** The token file cannot be used. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
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

/** Null if there is no file. */
function readToken(path: string): string | null {
  const file = attempt(path, 'ENOENT', () =>
    openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)),
  );
  if (file === null) return null;
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new TokenError(`${path} is no file; ${REMEDY}.`);
    checkOwner(path, stats);
    if ((stats.mode & 0o077) !== 0 && process.geteuid)
      throw new TokenError(`${path} may be read or written by others; \`chmod 600\` it, and put a new token there.`);
    const text = stats.size > 4096 ? '' : readFileSync(file, 'utf8').trim();
    if (FORM.test(text)) return text;
    throw new TokenError(`${path} holds no token (43 or more letters, digits, - and _); ${REMEDY}.`);
  } finally {
    closeSync(file);
  }
}

const REMEDY = `remove it, or name another with ${flagOf('tokenFile')}`;

function checkOwner(path: string, { uid }: Stats): void {
  if (process.geteuid && uid !== process.geteuid()) throw new TokenError(`${path} belongs to another user; ${REMEDY}.`);
}

/** False if there is a file already. A link is made of a whole file or not at all, and takes no file's place. */
function writeToken(path: string, text: string): boolean {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  attempt(path, null, () => writeFileSync(fresh, `${text}\n`, { flag: 'wx', mode: 0o600 }));
  try {
    return attempt(path, 'EEXIST', () => linkSync(fresh, path)) !== null;
  } finally {
    unlinkSync(fresh);
  }
}

/** Null if it fails with this code. */
function attempt<T>(path: string, code: string | null, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    if (why === code) return null;
    throw new TokenError(`${path} cannot be the token file (${why}); name another with ${flagOf('tokenFile')}.`);
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
  attempt(path, null, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw new TokenError(`${path} is no folder; ${REMEDY}.`);
  checkOwner(path, stats);
  if ((stats.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

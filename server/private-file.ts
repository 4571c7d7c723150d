// Files that hold secrets: whoever can read one is its user, so nobody else may.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** A file of tokens cannot be used. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** What the file is for, and what to do where it cannot be used. */
export interface Purpose {
  readonly what: string;
  readonly remedy: string;
  readonly most: number;
}

/** The text of a file that is its user's alone; null if there is none, and of one that is too large nothing. */
export function readPrivate(path: string, { what, remedy, most }: Purpose): string | null {
  const file = attempt(path, what, remedy, 'ENOENT', () =>
    openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)),
  );
  if (file === null) return null;
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new TokenError(`${path} is no file; ${remedy}.`);
    checkOwner(path, stats, remedy);
    if ((stats.mode & 0o077) !== 0 && process.geteuid)
      throw new TokenError(`${path} may be read or written by others; \`chmod 600\` it, and put a new token there.`);
    return stats.size > most ? '' : readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

export function checkOwner(path: string, { uid }: Stats, remedy: string): void {
  if (process.geteuid && uid !== process.geteuid()) throw new TokenError(`${path} belongs to another user; ${remedy}.`);
}

/** Null if it fails with this code. */
export function attempt<T>(path: string, what: string, remedy: string, code: string | null, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    if (why === code) return null;
    throw new TokenError(`${path} cannot be ${what} (${why}); ${remedy}.`);
  }
}

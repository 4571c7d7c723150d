// Whose tokens are good now, which changes: tokens are added and revoked while the gateway serves, and expire.
import type { Log } from './log.ts';
import { flagOf } from './options.ts';
import { readTokens } from './tokens.ts';
import type { Credential } from './viewer.ts';
import { watchFiles } from './watched.ts';

export interface Keyring {
  readonly holders: () => readonly Credential[];
  /** Calls whenever somebody may no longer be known. */
  readonly onChange: (changed: () => void) => void;
  close(): void;
}

export interface KeyringParts {
  /** Who is known whatever the file says. */
  readonly own: readonly Credential[];
  /** The file of the others; empty for none. */
  readonly path: string;
  readonly everyMs?: number;
  readonly log: Log;
}

/** A timer waits no longer than this. */
const LONGEST_MS = 2 ** 31 - 1;

/** A file that cannot be read stops a gateway that starts; one that serves goes on with what it last read. */
export function openKeyring({ own, path, everyMs = 1000, log }: KeyringParts): Keyring {
  const listeners = new Set<() => void>();
  let issued = path === '' ? [] : credentialsIn(path);
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    schedule();
    for (const changed of listeners) changed();
  };

  /** The next moment that a token expires. */
  function schedule(): void {
    clearTimeout(timer);
    const now = Date.now();
    const next = Math.min(...issued.map(({ expires }) => expires ?? Infinity).filter((moment) => moment > now));
    if (next !== Infinity) timer = setTimeout(tell, Math.min(next - now + 1, LONGEST_MS)).unref();
  }

  function reload(): void {
    try {
      issued = credentialsIn(path);
      log('info', 'tokens read', { count: issued.length });
      tell();
    } catch (error) {
      log('warn', `tokens not read: the last good ones of ${flagOf('tokens')} stand`, {
        why: (error as Error).message,
      });
    }
  }

  schedule();
  const unwatch = path === '' ? () => undefined : watchFiles([path], everyMs, reload);
  return {
    holders: () => [...own, ...issued.filter(isGood)],
    onChange: (changed) => listeners.add(changed),
    close() {
      unwatch();
      clearTimeout(timer);
    },
  };
}

const isGood = ({ expires }: Credential): boolean => expires === undefined || expires > Date.now();

const credentialsIn = (path: string): Credential[] =>
  readTokens(path).map(({ name, sha256, scopes, expires, onlyUser, showSecrets }) => ({
    digest: Buffer.from(sha256, 'hex'),
    ...(expires === null ? {} : { expires }),
    viewer: { name, scopes, ...(onlyUser === null ? {} : { onlyUser }), ...(showSecrets ? { showSecrets } : {}) },
  }));

/** Those who are known, and always will be. */
export const fixedKeyring = (own: readonly Credential[]): Keyring => ({
  holders: () => own,
  onChange: () => undefined,
  close: () => undefined,
});

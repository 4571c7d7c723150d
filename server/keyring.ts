// Whose tokens are good now, which changes: tokens are added and revoked while the gateway serves, and expire.
import type { Issuer } from './jwt.ts';
import type { Log } from './log.ts';
import { flagOf } from './options.ts';
import { readTokens } from './tokens.ts';
import type { Credential } from './viewer.ts';
import { watchFiles } from './watched.ts';

export interface Keyring {
  readonly holders: () => readonly Credential[];
  /** Judges the tokens of an issuer, where there is one. */
  readonly verify?: Issuer['verify'];
  /** Calls whenever somebody may no longer be known. Whose time is up knew of it. */
  readonly onChange: (changed: () => void) => void;
  close(): void;
}

export interface KeyringParts {
  /** Who is known whatever the file says. */
  readonly own: readonly Credential[];
  /** The file of the others; empty for none. */
  readonly path: string;
  readonly issuer?: Issuer | null;
  readonly everyMs?: number;
  readonly log: Log;
}

/** A file that cannot be read stops a gateway that starts; one that serves goes on with what it last read. */
export function openKeyring({ own, path, issuer, everyMs = 1000, log }: KeyringParts): Keyring {
  const listeners = new Set<() => void>();
  const watched = watchFiles({
    paths: path === '' ? [] : [path],
    everyMs,
    read: () => (path === '' ? [] : credentialsIn(path)),
    taken(credentials) {
      issued = credentials;
      log('info', 'tokens read', { count: issued.length });
      for (const changed of listeners) changed();
    },
    failed: (why) => log('warn', `tokens not read: the last good ones of ${flagOf('tokens')} stand`, { why }),
  });
  let issued = watched.first;
  return {
    holders: () => [...own, ...issued.filter(isGood)],
    ...(issuer ? { verify: issuer.verify } : {}),
    onChange(changed) {
      listeners.add(changed);
      issuer?.onChange(changed);
    },
    close() {
      watched.stop();
      issuer?.close();
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

// The certificate, from files that may be replaced while the gateway serves.
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Log } from './log.ts';
import { flagOf, type Options } from './options.ts';
import { watchFiles } from './watched.ts';

type Files = Pick<Options, 'tlsCert' | 'tlsKey'>;

/** The certificate or its key cannot be used. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

export interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate and the key that belongs to it. */
export function readPair({ tlsCert, tlsKey }: Files): Pair {
  const cert = readPart('tlsCert', tlsCert, (bytes) => createSecureContext({ cert: bytes }));
  const key = readPart('tlsKey', tlsKey, (bytes) => createSecureContext({ key: bytes }));
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new TlsError(`${tlsKey} is not the key of the certificate in ${tlsCert} (${reasonOf(error)}).`);
  }
  return { cert, key };
}

function readPart(flag: keyof Files, path: string, check: (bytes: Buffer) => void): Buffer {
  try {
    const bytes = readFileSync(path);
    check(bytes);
    return bytes;
  } catch (error) {
    throw new TlsError(`${path} cannot be used as ${flagOf(flag)} (${reasonOf(error)}); it must be PEM.`);
  }
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

/** A pair, and the next one for connections to come. Half of one, as when one file was replaced, changes nothing. */
export const watchPair = (files: Files, everyMs: number, log: Log, taken: (pair: Pair) => void) =>
  watchFiles({
    paths: [files.tlsCert, files.tlsKey],
    everyMs,
    read: () => readPair(files),
    taken(pair) {
      taken(pair);
      log('info', 'certificate replaced');
    },
    failed: (why) => log('warn', 'certificate not replaced: the last good one serves', { why }),
  });

// Operations that are known beforehand, from a manifest: a client names one by its id and sends no text.
import { readFileSync } from 'node:fs';
import { GraphQLError } from 'graphql';
import { flagOf, type Options } from './options.ts';

/** The manifest cannot be used. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** What a client may send of an operation. */
export interface Params {
  readonly query?: unknown;
  readonly id?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export interface Persisted {
  /** The text of what is asked, or why there is none. */
  readonly textOf: (params: Params) => string | null | GraphQLError;
}

export function openManifest({ persisted, onlyPersisted }: Pick<Options, 'persisted' | 'onlyPersisted'>): Persisted {
  const byId = persisted === '' ? new Map<string, string>() : readManifest(persisted);
  const texts = new Set(byId.values());
  return {
    textOf(params) {
      const id = idOf(params);
      const text = typeof params.query === 'string' && params.query !== '' ? params.query : null;
      if (text !== null) return !onlyPersisted || texts.has(text) ? text : ONLY;
      if (id === undefined) return onlyPersisted ? ONLY : null;
      return byId.get(id) ?? UNKNOWN;
    },
  };
}

const refusal = (code: string, message: string) =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } });

const UNKNOWN = refusal(
  'PERSISTED_QUERY_NOT_FOUND',
  `No operation of this id is in the manifest of ${flagOf('persisted')}.`,
);
const ONLY = refusal(
  'PERSISTED_QUERY_ONLY',
  `This gateway runs the operations of its manifest alone (${flagOf('onlyPersisted')}): send the id of one.`,
);

/** As an id, or as clients of Apollo's protocol name one. */
function idOf({ id, documentId, extensions }: Params): string | undefined {
  const named = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)?.persistedQuery;
  const found = documentId ?? id ?? named?.sha256Hash;
  return typeof found === 'string' ? found : undefined;
}

/** Ids and texts as one object, or as the list `operations` of objects with `id` and `body`. */
function readManifest(path: string): Map<string, string> {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ManifestError(
      `${path} cannot be the manifest (${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}).`,
    );
  }
  const { operations } = (read ?? {}) as { operations?: { id?: unknown; body?: unknown }[] };
  const pairs: [unknown, unknown][] = Array.isArray(operations)
    ? operations.map((one) => [one?.id, one?.body])
    : Object.entries((read ?? {}) as object);
  if (pairs.every((pair): pair is [string, string] => pair.every((part) => typeof part === 'string')))
    return new Map(pairs);
  throw new ManifestError(
    `${path} is no manifest: it must be {"ID": "TEXT", …}, or have a list of operations with id and body.`,
  );
}

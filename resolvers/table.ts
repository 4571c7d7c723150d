// A table that is watched: what became of it between two events, for a client that keeps its rows.
import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import type { Loaders } from '../loaders/index.ts';
import { Notes } from '../native/notes.ts';
import { rankIn } from '../native/ranks.ts';
import type { Context } from './context.ts';
import { responseKey, selectedFields } from './selection.ts';

/** Rows of one moment in the order that was asked for, and what tells each from any other. */
export interface Listing<R> {
  readonly rows: readonly R[];
  readonly ids: readonly string[];
  /** How many there are, on this page and off it. */
  readonly totalCount: number;
}

/** What was told of a row under `changed`, by its id. */
export type Texts = Pick<ReadonlyMap<string, string>, 'get'>;

/** What those who were answered alike know of one moment. */
interface Known {
  readonly ids: readonly string[];
  readonly rows: readonly unknown[];
  /** Of each row whether it was as it had been before, and told so: what it does a second too. */
  readonly same: readonly boolean[];
  /** By the name that `changed` has in the answer. */
  readonly texts: Readonly<Record<string, Texts>>;
}

export interface TableDelta<R> {
  readonly reset: boolean;
  readonly totalCount: number;
  readonly added: readonly R[];
  /** Rows that may have changed: those that did not are left out once it is known what is told of them. */
  readonly changed: readonly R[];
  readonly removed: readonly string[];
  readonly order: readonly string[] | null;
}

const isEqual = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each, index) => each === others[index]);

/** What became of the ids that a client knows; null where it knows nothing yet. */
export function tableDelta<R>(
  { rows, ids, totalCount }: Listing<R>,
  known: readonly string[] | null,
  changed: readonly R[] = rows,
): TableDelta<R> {
  if (known && isEqual(ids, known)) return { reset: false, totalCount, added: [], changed, removed: [], order: null };
  const before = new Set(known);
  const now = new Set(ids);
  return {
    reset: known === null,
    totalCount,
    added: rows.filter((_, index) => !before.has(ids[index]!)),
    changed,
    removed: known?.filter((id) => !now.has(id)) ?? [],
    order: ids,
  };
}

/** Of what is told of rows, that which was told otherwise before; and all of it, to compare the next with. */
export function changes<T>(
  told: readonly T[],
  ids: readonly string[],
  before: Texts,
): { news: T[]; texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  const news = told.filter((row, index) => {
    const id = ids[index]!;
    const text = JSON.stringify(row);
    const last = before.get(id);
    texts.set(id, text === last ? last : text);
    return last !== undefined && text !== last;
  });
  return { news, texts };
}

const listings = new Notes<Loaders, Promise<Listing<never>>>();
const known = new Notes<Loaders, Known>();
const NOTHING: Texts = new Map();

/** How the rows of a table are told. */
interface Telling<R> {
  /** Whether nothing differs of it from what the event before was made of. */
  readonly isSame: (row: R) => boolean;
  /** With the rates that this event tells; what is quiet, by its place, is not told. */
  readonly rated: (rows: readonly R[], quiet: readonly boolean[]) => readonly R[];
}

// biome-ignore lint/suspicious/noExplicitAny: it looks at no row
const AS_THEY_ARE: Telling<any> = { isSame: () => false, rated: (rows) => rows };

/** What became of a table since the event before. `list` gives it as it is now, once for all who are answered alike. */
export async function watchedTable<R>(
  context: Context,
  info: GraphQLResolveInfo,
  list: () => Promise<Listing<R>>,
  { isSame, rated }: Telling<R> = AS_THEY_ARE,
): Promise<TableDelta<R>> {
  const { loaders, before, settle } = context;
  const listing = (listings.get(loaders) as Promise<Listing<R>> | undefined) ?? list();
  listings.set(loaders, listing as Promise<Listing<never>>);
  const last = (before && known.get(before)) ?? null;
  const { rows, ids, totalCount } = await listing;
  const same = rows.map(isSame);
  // What was the same before too was told as it is now.
  const stood = rankIn(last?.rows.length ?? 0, (place) => last!.rows[place]);
  const quiet = rows.map((row, index) => (last?.same[stood(row)] ?? false) && same[index]!);
  const loud = ids.filter((_, index) => !quiet[index]);
  const told = rated(rows, quiet);
  // Where code made of the operation fails, it is run once more: the later one is what is told.
  settle?.set(info.path.key, (data) => {
    const answer = (data as Record<string, Record<string, unknown[]>> | null)?.[info.path.key];
    if (!answer) return;
    const texts: Record<string, Texts> = {};
    for (const key of keysOf('changed', info)) {
      const before = last?.texts[key] ?? NOTHING;
      const found = changes(answer[key]!, loud, before);
      texts[key] = loud.length === ids.length ? found.texts : Layers.of(before, found.texts, ids, last?.ids);
      answer[key] = found.news;
    }
    known.set(loaders, { ids, rows, same, texts });
  });
  const changed = told.filter((_, index) => !quiet[index]);
  return tableDelta({ rows: told, ids, totalCount }, last?.ids ?? null, changed);
}

/** Few texts over those of all: to put thousands together anew for each event costs more than the rest of it. */
class Layers implements Texts {
  readonly #all: Texts;
  readonly #newer: ReadonlyMap<string, string>;

  private constructor(all: Texts, newer: ReadonlyMap<string, string>) {
    this.#all = all;
    this.#newer = newer;
  }

  /** What is told of `ids` now, over what was told before of those there were then. */
  static of(
    before: Texts,
    now: ReadonlyMap<string, string>,
    ids: readonly string[],
    then: readonly string[] = [],
  ): Texts {
    const [all, newer] = before instanceof Layers ? [before.#all, new Map([...before.#newer, ...now])] : [before, now];
    if (newer.size <= ids.length / MANY && isEqual(ids, then)) return new Layers(all, newer);
    return new Map(ids.map((id) => [id, newer.get(id) ?? all.get(id)!]));
  }

  get(id: string): string | undefined {
    return this.#newer.get(id) ?? this.#all.get(id);
  }
}

/** Where more than one in so many is told anew, all are put together. */
const MANY = 8;

/** The names that a field of the one being resolved has in the answer. */
function keysOf(name: string, info: GraphQLResolveInfo): Set<string> {
  const type = getNamedType(info.returnType);
  const selected = info.fieldNodes.flatMap((node) => [...selectedFields(node.selectionSet!, type, info)]);
  return new Set(selected.filter((field) => field.name === name).map(responseKey));
}

// Pages by cursors. A cursor carries where the last row of its page stood, a mark of what was asked, so that it is good
// for that question alone, and a seal of both, so that none that was cut or written by hand is taken for one. It is no
// promise of ours and needs no secret: what is in it is only compared.
import { createHash } from 'node:crypto';
import type { Told } from '../loaders/told.ts';
import type { Row } from '../native/index.ts';
import type { Context } from './context.ts';
import { badInput } from './error.ts';
import { compareKeys, type Key, type Order } from './order.ts';

export interface Paging {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface Page<R, Nodes = readonly R[]> {
  readonly totalCount: number;
  readonly nodes: Nodes;
  readonly pageInfo: PageInfo;
  readonly at: number;
}

/** A page as a query lists it. */
export type Listed<R> = Page<R, readonly R[] | Told<R>>;

/** Where a page of all there is stands, of whose rows none was looked at: nobody asks how it goes on. */
export const EVERYTHING: PageInfo = { hasNextPage: false, endCursor: null };

/** What a list may be asked for besides. */
interface Asked extends Paging {
  readonly filter?: object | null | undefined;
  readonly orderBy?: readonly unknown[] | null | undefined;
}

/** Whether all there is is asked for, as it comes. */
export const isEverything = ({ first, after, filter, orderBy }: Asked): boolean =>
  first == null && after == null && !filter && !orderBy?.length;

/** What of a list stands on its page. */
export interface Cut<R> {
  readonly rows: readonly R[];
  readonly pageInfo: PageInfo;
}

const digest = (of: unknown): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 12);

/** The same for a question however it was written, on this boot of this host alone. */
export function markOf(field: string, args: object, { host }: Context): string {
  const { first: _, after: __, ...asked } = args as Paging;
  return digest([field, host.boot, plain(asked) ?? []]);
}

/** Without what is left out or says what would hold anyway, and in one order of names; null if nothing is left. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const said = Object.entries(value)
    .filter(([, of]) => of != null)
    .map(([name, of]) => [name, EVERY.has(name) ? everyOf(of) : plain(of)] as const)
    .filter(([name, of]) => (of !== null || name === 'not') && of !== ANYHOW[name])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // How something is compared says nothing where nothing is.
  return said.every(([name]) => name === 'ignoreCase') ? null : said;
}

/** What is taken for granted. */
const ANYHOW: Readonly<Record<string, unknown>> = { ignoreCase: false, direction: 'ASC' };
/** Lists all of which hold: one of nothing asks for nothing, whereas an `or` of nothing lets nothing pass. */
const EVERY: ReadonlySet<string> = new Set(['and', 'orderBy']);

function everyOf(items: readonly unknown[]): unknown {
  const said = items.map(plain).filter((item) => item !== null);
  return said.length === 0 ? null : said;
}

/** The rows of a page, in their order. */
export function cut<R extends Row>(
  rows: readonly R[],
  by: Order<R>,
  { first, after }: Paging,
  mark: string,
  context: Context,
): Cut<R> {
  const sorted = after == null && by.isGiven ? rows : sortedAfter(rows, by, after, mark, context);
  const page = sorted.slice(0, first ?? undefined);
  const last = page.at(-1);
  const endCursor = last ? cursorOf(mark, by.keysOf(last, context)) : (after ?? null);
  return { rows: page, pageInfo: { hasNextPage: page.length < sorted.length, endCursor } };
}

function sortedAfter<R extends Row>(
  rows: readonly R[],
  { signs, keysOf }: Order<R>,
  after: string | null | undefined,
  mark: string,
  context: Context,
): R[] {
  const start = after == null ? null : parseCursor(after, mark);
  const placed = rows.map((row) => ({ row, keys: keysOf(row, context) }));
  const left = start === null ? placed : placed.filter(({ keys }) => compareKeys(keys, start, signs) > 0);
  return left.sort((a, b) => compareKeys(a.keys, b.keys, signs)).map(({ row }) => row);
}

function cursorOf(mark: string, keys: readonly Key[]): string {
  const items = [mark, ...keys];
  return Buffer.from(JSON.stringify([digest(items), ...items])).toString('base64url');
}

function parseCursor(text: string, mark: string): readonly Key[] {
  const [made, ...keys] = itemsOf(text);
  if (typeof made !== 'string' || !keys.every(isKey))
    throw badInput('after is not a cursor: give what endCursor gave, as it was');
  if (made !== mark)
    throw badInput(
      'after is a cursor of another question: ask the same, with the same filter and order, for its next page',
    );
  return keys;
}

function itemsOf(text: string): unknown[] {
  try {
    const [seal, ...items] = JSON.parse(Buffer.from(text, 'base64url').toString());
    return seal === digest(items) ? items : [];
  } catch {
    return [];
  }
}

const isKey = (value: unknown): value is Key =>
  value === null || typeof value === 'number' || typeof value === 'string';

// How an answer is written in which lists stand that are written already.
import { randomUUID } from 'node:crypto';
import { Written } from '../loaders/told.ts';
import { Notes } from '../native/notes.ts';

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether such a list stands in objects of this one, which lists of others are not looked through for. */
export const hasWritten = (value: unknown): boolean =>
  value instanceof Written || (isObject(value) && Object.values(value).some(hasWritten));

interface Rest {
  readonly pieces: readonly Uint8Array[];
  readonly lists: readonly Written[];
}

const rests = new Notes<Uint8Array, Rest>();

/** A body in pieces: of an answer in which lists are written it is only where it begins. */
export const piecesOf = (body: Uint8Array): readonly Uint8Array[] => [body, ...(rests.get(body)?.pieces ?? [])];

/** To be called once all of it is on its way: the pieces are empty from then on. */
export function release(body: Uint8Array): void {
  for (const list of rests.get(body)?.lists ?? []) list.release();
}

/** To send one more piece is as much work as to copy so many bytes. */
const SMALL = 16_384;

/** Pieces as they are, but for small ones that follow each other. */
function joined(pieces: readonly Uint8Array[]): Uint8Array[] {
  const groups: { size: number; readonly pieces: Uint8Array[] }[] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last && last.size + piece.length <= SMALL) {
      last.size += piece.length;
      last.pieces.push(piece);
    } else {
      groups.push({ size: piece.length, pieces: [piece] });
    }
  }
  return groups.map(({ pieces: all }) => (all.length === 1 ? all[0]! : Buffer.concat(all)));
}

/**
 * The text of an answer, lists that are written in it as they are: where it begins, since copies of all that follows
 * would cost as much as to write it. See `piecesOf` for the rest.
 */
export function write(answer: unknown): Buffer {
  const lists: Written[] = [];
  // Nobody can have put it into a text that was read before it was made.
  const mark = randomUUID();
  const text = JSON.stringify(marked(answer, mark, lists));
  const between = text.split(`"${mark}"`);
  const [start, ...rest] = between.flatMap((part, index) => [Buffer.from(part), ...(lists[index]?.parts ?? [])]);
  rests.set(start!, { pieces: joined(rest), lists });
  return start as Buffer;
}

/** A copy in which a mark stands for each of the lists. */
function marked(value: unknown, mark: string, lists: Written[]): unknown {
  if (value instanceof Written) {
    lists.push(value);
    return mark;
  }
  if (!isObject(value) || !hasWritten(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, marked(of, mark, lists)]));
}

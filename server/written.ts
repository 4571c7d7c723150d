// How an answer is written in which lists stand that are written already.
import { randomUUID } from 'node:crypto';
import { Written } from '../loaders/told.ts';

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether such a list stands in objects of this one, which lists of others are not looked through for. */
export const hasWritten = (value: unknown): boolean =>
  value instanceof Written || (isObject(value) && Object.values(value).some(hasWritten));

/** The text of an answer, in pieces: lists that are written stand in it as they are. */
export function write(answer: unknown): Buffer {
  const lists: Written[] = [];
  // Nobody can have put it into a text that was read before it was made.
  const mark = randomUUID();
  const text = JSON.stringify(marked(answer, mark, lists));
  const between = text.split(`"${mark}"`);
  return Buffer.concat(between.flatMap((part, index) => [Buffer.from(part), ...(lists[index]?.parts ?? [])]));
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

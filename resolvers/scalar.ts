import { badInput } from './error.ts';

const LARGEST = 2 ** 63 - 1024;

// JSON.stringify writes a number below 1e21 without an exponent, and the clamp keeps it far below.
export const printBigInt = (value: unknown): number => Math.trunc(Math.min(LARGEST, Math.max(-LARGEST, Number(value))));

export function parseBigInt(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST) return value;
  throw badInput(`BigInt takes a whole number of at most 64 signed bits, not ${JSON.stringify(value)}`);
}

const DAY = 86_400_000;

const made = (count: number, text: (number: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, number) => text(number));

const digits = (number: number, width = 2): string => String(number).padStart(width, '0');
// Pieces so short that V8 puts them together at once: of longer ones it keeps a chain.
const MINUTES = made(1440, (minute) => `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}:`);
const SECONDS = made(60, (second) => `${digits(second)}.`);
const MILLISECONDS = made(1000, (ms) => `${digits(ms, 3)}Z`);

/** Days as text up to the T: a list has many times of few days, and Date takes four times as long for all of it. */
const days = new Map<number, string>();
const MOST_DAYS = 1000;

function dayOf(day: number): string {
  const known = days.get(day);
  if (known !== undefined) return known;
  if (days.size >= MOST_DAYS) days.clear();
  const text = new Date(day * DAY).toISOString().slice(0, -13);
  days.set(day, text);
  return text;
}

/** Milliseconds since the epoch as text. */
export function printDateTime(value: unknown): string {
  const time = Math.trunc(Number(value));
  const day = Math.floor(time / DAY);
  const ms = time - day * DAY;
  const seconds = Math.floor(ms / 1000);
  return dayOf(day) + (MINUTES[Math.floor(seconds / 60)]! + (SECONDS[seconds % 60]! + MILLISECONDS[ms % 1000]!));
}

const RFC_3339 = /^(\d{4}-\d\d-(\d\d))T([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** Of a day that its month has not, Date would make one of the next month. */
function timeOf(text: string): number {
  const [, date, day] = RFC_3339.exec(text) ?? [];
  return date !== undefined && new Date(date).getUTCDate() === Number(day) ? Date.parse(text) : Number.NaN;
}

export function parseDateTime(value: unknown): number {
  const time = typeof value === 'string' ? timeOf(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw badInput(`DateTime takes RFC 3339 text like "2026-01-31T09:30:00Z", not ${JSON.stringify(value)}`);
}

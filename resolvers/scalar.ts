import { badInput } from './error.ts';

const LARGEST = 2 ** 63 - 1024;

// JSON.stringify writes a number below 1e21 without an exponent, and the clamp keeps it far below.
export const printBigInt = (value: unknown): number => Math.trunc(Math.min(LARGEST, Math.max(-LARGEST, Number(value))));

export function parseBigInt(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST) return value;
  throw badInput(`BigInt takes a whole number of at most 64 signed bits, not ${JSON.stringify(value)}`);
}

const DAY = 86_400_000;

const digits = (count: number, width: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => String(number).padStart(width, '0'));

const TWO = digits(60, 2);
const THREE = digits(1000, 3);

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
  const minutes = Math.floor(seconds / 60);
  return `${dayOf(day)}${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[ms % 1000]}Z`;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

export function parseDateTime(value: unknown): number {
  const time = typeof value === 'string' && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw badInput(`DateTime takes RFC 3339 text like "2026-01-31T09:30:00Z", not ${JSON.stringify(value)}`);
}

import { badInput } from './error.ts';

const LARGEST = 2 ** 63 - 1024;

// JSON.stringify writes a number below 1e21 without an exponent, and the clamp keeps it far below.
export const printBigInt = (value: unknown): number => Math.trunc(Math.min(LARGEST, Math.max(-LARGEST, Number(value))));

export function parseBigInt(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST) return value;
  throw badInput(`BigInt takes a whole number of at most 64 signed bits, not ${JSON.stringify(value)}`);
}

/** Milliseconds since the epoch as text. */
export const printDateTime = (value: unknown): string => new Date(Number(value)).toISOString();

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

export function parseDateTime(value: unknown): number {
  const time = typeof value === 'string' && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw badInput(`DateTime takes RFC 3339 text like "2026-01-31T09:30:00Z", not ${JSON.stringify(value)}`);
}

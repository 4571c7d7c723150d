// How what the addon read crosses from it.
import type { Batch } from './row.ts';

/** A buffer, and then the text of each batch: see native/src/packed.h, which fills it. */
export type Packed = readonly [ArrayBuffer, ...string[]];

/** What the buffer starts with, for each batch: its rows, and how long its numbers, its reads and its statuses are. */
const LENGTHS = 4;

/** So far from the last array the next one begins. */
const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** The batches in it, which share the buffer. */
export function batchesOf(packed: Packed): Batch[] {
  const [buffer] = packed;
  const lengths = new Float64Array(buffer, 0, (packed.length - 1) * LENGTHS);
  const batches: Batch[] = [];
  let at = lengths.byteLength;
  for (let head = 0, index = 1; index < packed.length; head += LENGTHS, index++) {
    const numbers = new Float64Array(buffer, at, lengths[head + 1]!);
    at += numbers.byteLength;
    const reads = new Uint32Array(buffer, at, lengths[head + 2]!);
    at += aligned(reads.byteLength);
    const statuses = new Uint8Array(buffer, at, lengths[head + 3]!);
    at += aligned(statuses.byteLength);
    batches.push({ count: lengths[head]!, statuses, numbers, text: packed[index] as string, reads });
  }
  return batches;
}

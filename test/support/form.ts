// The real form of the addon, on batches from anywhere: a program of its own writes them.
import { spawnSync } from 'node:child_process';
import { batchesOf } from '../../native/batch.ts';
import { type PackedForm, packedForm } from '../../native/form.ts';
import type { Batch, Layout, Source, Telling } from '../../native/index.ts';
import { program } from './program.ts';

export interface Given {
  readonly widths: Layout['widths'];
  readonly mask: number;
  readonly batch: Pick<Batch, 'numbers' | 'statuses' | 'text'>;
}

/** A form, and what was read. */
export interface Case {
  readonly form: PackedForm;
  readonly batches: readonly Given[];
}

const written = (flags: readonly string[]): string =>
  program(
    flags.length > 0 ? 'form-watched' : 'form',
    ['test/support/form.cc', 'native/src/form.cc', 'native/src/json.cc'],
    ['-Inative/src', ...flags],
  );

/** It watches its own memory and arithmetic. */
export const WATCHED = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** What comes of each: why it is no form, if it is none. */
export function tell(cases: readonly Case[], flags: readonly string[] = []): (Telling | string)[] {
  const input = Buffer.concat(cases.flatMap(blocksOf).flatMap((bytes) => [sized(bytes.length), bytes]));
  const { stdout, stderr, status, signal } = spawnSync(written(flags), { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`writing ended with ${status ?? signal}: ${stderr}`);
  const take = blocksIn(stdout);
  return cases.map((each) => tellingOf(each, take));
}

const sized = (length: number): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return size;
};

const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function blocksOf({ form: { words, texts }, batches }: Case): Buffer[] {
  return [
    Buffer.from([texts.length & 255, texts.length >> 8, batches.length]),
    bytesOf(words),
    ...texts.map((text) => Buffer.from(text)),
    ...batches.flatMap(({ widths, mask, batch: { numbers, statuses, text } }) => [
      ...[Uint32Array.from(widths), Uint32Array.of(mask), numbers, statuses].map(bytesOf),
      Buffer.from(text),
    ]),
  ];
}

/** Each a copy, which begins where numbers may. */
function blocksIn(all: Buffer): () => Uint8Array<ArrayBuffer> {
  let at = 0;
  return () => {
    const start = at + 4;
    at = start + all.readUInt32LE(at);
    return Uint8Array.from(all.subarray(start, at));
  };
}

function tellingOf({ batches: given }: Case, take: () => Uint8Array<ArrayBuffer>): Telling | string {
  const refused = Buffer.from(take()).toString();
  if (refused !== '') return refused;
  const text = take();
  const places = new Uint32Array(take().buffer);
  const [count, objects, units] = new Float64Array(take().buffer);
  const numbers = take().buffer;
  const batches = batchesOf([numbers, ...given.map(() => Buffer.from(take()).toString())]);
  return { text, places, count: count!, objects: objects!, units: units!, batches, rows: 0 };
}

/** What would be written of what is read so. */
export const telling =
  (read: Source['read']): NonNullable<Source['tell']> =>
  async (asked, form) => {
    const batches = await Promise.all(asked.map(({ table, mask, keys }) => read(table, mask, keys)));
    const given = asked.map(({ table: { widths }, mask }, index) => ({ widths, mask, batch: batches[index]! }));
    const [told] = tell([{ form: packedForm(form), batches: given }]);
    if (typeof told !== 'object') throw new Error(told);
    return { ...told, rows: batches.reduce((sum, { count }) => sum + count, 0) };
  };

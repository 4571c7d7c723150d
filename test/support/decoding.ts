// What the NT kernel writes is decoded by pure functions on bytes; here they get some, laid out as 64-bit Windows does,
// whole and damaged. So what Wine cannot answer is decoded too.
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { program } from './program.ts';

const decoders = () =>
  program(
    'windows',
    [
      'test/support/windows.cc',
      ...['connection_text', 'disk_text', 'mount_text', 'peb_text', 'process_text', 'system_text', 'utf16_text'].map(
        (name) => `native/src/windows/${name}.cc`,
      ),
    ],
    ['-Inative/src', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  );

// biome-ignore lint/suspicious/noExplicitAny: each decoder has columns of its own
export type Decoded = any;

/** What a decoder makes of each of these, which were in a buffer that began at 65536. */
export function decode(decoder: string, ...all: Uint8Array[]): Decoded[] {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex') || '-';
  const input = all.map((bytes) => `${decoder} ${BASE} ${hex(bytes)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(decoders(), { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect([status, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  // What is text there stands byte by byte.
  return lines.map((line) => JSON.parse(line, (_, value) => (typeof value === 'string' ? utf8(value) : value)));
}

/** Where the bytes were. */
export const BASE = 65536;
const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();
export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** A value of so many bytes at an offset of a structure. */
export type Field = readonly [at: number, bytes: 1 | 2 | 4 | 8, value: number | bigint];

export function struct(size: number, ...fields: readonly Field[]): Buffer {
  const buffer = Buffer.alloc(size);
  for (const [at, bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(Number(value), at, bytes);
  }
  return buffer;
}

// Records of who is logged in, in the file that login keeps.
export const SIZE = 384;
const USER_PROCESS = 7;

export interface Login {
  readonly type?: number;
  readonly pid?: number;
  readonly line?: string;
  readonly user?: string | Uint8Array;
  readonly host?: string;
  readonly at?: number;
  readonly address?: readonly number[];
}

/** A record as 64-bit glibc writes it, its times in 32 bits. */
export function record({
  type = USER_PROCESS,
  pid = 7,
  line = 'pts/0',
  user = 'ann',
  host = '',
  at = 1_700_000_000,
  address = [],
}: Login) {
  const bytes = Buffer.alloc(SIZE);
  bytes.writeInt16LE(type, 0);
  bytes.writeInt32LE(pid, 4);
  bytes.write(line, 8, 32, 'latin1');
  bytes.set(Buffer.from(user as string).subarray(0, 32), 44);
  bytes.write(host, 76, 256, 'latin1');
  bytes.writeUInt32LE(at, 340);
  bytes.writeInt32LE(250_000, 344);
  bytes.set(address, 348);
  return bytes;
}

// Values as D-Bus writes them, little end first.

const ALIGNMENTS: Record<string, number> = {
  y: 1,
  g: 1,
  v: 1,
  b: 4,
  u: 4,
  i: 4,
  s: 4,
  o: 4,
  a: 4,
  t: 8,
  '(': 8,
  '{': 8,
};

/** The whole type at the front of a signature. */
function front(signature: string): string {
  const first = signature[0]!;
  if (first === 'a') return first + front(signature.slice(1));
  if (first !== '(' && first !== '{') return first;
  let depth = 0;
  for (let at = 0; ; at++) {
    if ('({'.includes(signature[at]!)) depth++;
    if (')}'.includes(signature[at]!) && --depth === 0) return signature.slice(0, at + 1);
  }
}

/** The types that stand one after the other. */
function typesIn(signature: string): string[] {
  const types: string[] = [];
  for (let rest = signature; rest !== ''; rest = rest.slice(types.at(-1)!.length)) types.push(front(rest));
  return types;
}

export class Writer {
  readonly #bytes: number[] = [];

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(to: number): this {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
    return this;
  }

  all(signature: string, values: readonly unknown[]): this {
    typesIn(signature).forEach((type, index) => {
      this.#put(type, values[index]);
    });
    return this;
  }

  #put(type: string, value: unknown): void {
    const kind = type[0]!;
    this.align(ALIGNMENTS[kind]!);
    if (kind === 'y') this.#bytes.push(Number(value));
    else if ('uib'.includes(kind)) this.#number(4, BigInt(Number(value)));
    else if (kind === 't') this.#number(8, BigInt(value as number));
    else if (kind === 'a') this.#array(type.slice(1), value as unknown[]);
    else if (kind === '(' || kind === '{') this.all(type.slice(1, -1), value as unknown[]);
    else if (kind === 'v') this.#variant(value as [string, unknown]);
    else this.#text(kind, String(value));
  }

  #number(size: number, value: bigint): void {
    for (let at = 0; at < size; at++) this.#bytes.push(Number((value >> BigInt(8 * at)) & 255n));
  }

  #text(kind: string, text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.#number(kind === 'g' ? 1 : 4, BigInt(bytes.length));
    this.#bytes.push(...bytes, 0);
  }

  #variant([signature, value]: [string, unknown]): void {
    this.#text('g', signature);
    this.#put(signature, value);
  }

  #array(type: string, items: readonly unknown[]): void {
    const at = this.#bytes.length;
    this.#number(4, 0n);
    this.align(ALIGNMENTS[type[0]!]!);
    const start = this.#bytes.length;
    for (const item of items) this.#put(type, item);
    Buffer.from(Uint32Array.of(this.#bytes.length - start).buffer).forEach((byte, index) => {
      this.#bytes[at + index] = byte;
    });
  }
}

export class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  all(signature: string): unknown[] {
    return typesIn(signature).map((type) => this.take(type));
  }

  take(type: string): unknown {
    const kind = type[0]!;
    const alignment = ALIGNMENTS[kind]!;
    this.#at = Math.ceil(this.#at / alignment) * alignment;
    if (kind === 'y') return this.#bytes[this.#at++];
    if (kind === 'u' || kind === 'b') return this.#number();
    if (kind === 'a') return this.#array(type.slice(1));
    if (kind === '(') return this.all(type.slice(1, -1));
    if (kind === 'v') return this.take(this.#text(this.#bytes[this.#at++]!));
    return this.#text(kind === 'g' ? this.#bytes[this.#at++]! : this.#number());
  }

  #number(): number {
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  #text(size: number): string {
    this.#at += size + 1;
    return this.#bytes.subarray(this.#at - size - 1, this.#at - 1).toString('latin1');
  }

  #array(type: string): unknown[] {
    const size = this.#number();
    const alignment = ALIGNMENTS[type[0]!]!;
    this.#at = Math.ceil(this.#at / alignment) * alignment;
    const end = this.#at + size;
    const items: unknown[] = [];
    while (this.#at < end) items.push(this.take(type));
    return items;
  }
}

/** What was made for a key, as long as there is room for it; what was not used for longest goes first. */
export class Kept<Value> {
  readonly #room: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  constructor(room: number) {
    this.#room = room;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is kept for `key`, made if there is none. */
  get(key: string, weight: number, make: () => Value): Value {
    const entry = this.#entries.get(key) ?? { value: make(), weight };
    if (!this.#entries.delete(key)) this.#weight += weight;
    this.#entries.set(key, entry);
    for (const [oldest, { weight: freed }] of this.#entries) {
      if (this.#weight <= this.#room) break;
      this.#entries.delete(oldest);
      this.#weight -= freed;
    }
    return entry.value;
  }
}

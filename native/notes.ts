/**
 * What is noted of objects that are of use for a moment: it goes when they go, and no copy of them has it. What a
 * WeakMap that has grown old holds outlives what it is of, up to when all of the heap is looked through, and an answer
 * holds all that was read for it.
 */
export class Notes<Of extends object, Note> {
  readonly #mark = Symbol('note');

  get(of: Of): Note | undefined {
    return (of as Record<symbol, Note | undefined>)[this.#mark];
  }

  set(of: Of, note: Note): void {
    Object.defineProperty(of, this.#mark, { value: note, configurable: true });
  }
}

/** Finds the ranks of keys among so many. They are mostly asked in their order: the next one is looked at first. */
export function rankIn<Key>(count: number, keyAt: (rank: number) => Key): (key: Key) => number {
  const all = () => new Map(Array.from({ length: count }, (_, rank) => [keyAt(rank), rank]));
  let ranks: ReadonlyMap<Key, number> | null = null;
  let next = 0;
  return (key) => {
    if (next < count && keyAt(next) === key) return next++;
    ranks ??= all();
    const rank = ranks.get(key) ?? -1;
    if (rank >= 0) next = rank + 1;
    return rank;
  };
}

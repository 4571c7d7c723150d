// Vitest uses what Node 20 does not have yet: to sum up failures, to save snapshots and to watch. Without these a
// failed test has no message. To be deleted with Node 20.
type KeyOf = (item: unknown, index: number) => PropertyKey;

const standIns = [
  [Map, 'groupBy', (items: Iterable<unknown>, keyOf: KeyOf) => new Map(grouped(items, keyOf))],
  [Object, 'groupBy', (items: Iterable<unknown>, keyOf: KeyOf) => Object.fromEntries(grouped(items, keyOf))],
  [Promise, 'withResolvers', withResolvers],
] as const;

for (const [owner, name, value] of standIns) {
  if (!(name in owner)) Object.defineProperty(owner, name, { value, configurable: true, writable: true });
}

function grouped(items: Iterable<unknown>, keyOf: KeyOf): Map<PropertyKey, unknown[]> {
  const groups = new Map<PropertyKey, unknown[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function withResolvers() {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}

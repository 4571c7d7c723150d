// What two answers differ in, however often they are compared, though one of them at least always says the same.
import type { Answer } from './operation.ts';

type Leaves = ReadonlyMap<string, string>;

/** The leaves of an answer by where they stand; what has a name or a number of its own stands under that. */
export function leavesOf(answer: Answer): Leaves {
  const leaves = new Map<string, string>();
  const walk = (value: Answer, path: string): void => {
    if (Array.isArray(value)) {
      const names = value.map((one, index) => nameOf(one) ?? index);
      const isNamed = new Set(names).size === value.length;
      for (const [index, one] of value.entries()) walk(one, `${path}[${isNamed ? names[index] : index}]`);
    } else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`);
    } else leaves.set(path, JSON.stringify(value));
  };
  walk(answer, '');
  return leaves;
}

const nameOf = (of: Answer): string | number | undefined =>
  of?.pid ?? of?.id ?? of?.name ?? of?.key ?? of?.field ?? of?.number;

/** Where these differ, with what each said first: `path: here, there`. What moves by itself may differ each time. */
export function lastingDifferences(here: readonly Answer[], there: readonly Answer[]): string[] {
  const [ours, theirs] = [here.map(leavesOf), there.map(leavesOf)];
  const paths = new Set([...ours, ...theirs].flatMap((leaves) => [...leaves.keys()]));
  return [...paths].flatMap((path) => {
    const [our, their] = [ours, theirs].map((all) => new Set(all.map((leaves) => leaves.get(path))));
    const isShared = [...our!].some((value) => their!.has(value));
    const moves = our!.size > 1 && their!.size > 1;
    return isShared || moves ? [] : [`${path}: ${[...our!][0]}, ${[...their!][0]}`];
  });
}

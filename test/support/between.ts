// Comparing with a value that moves: it was read by us, by somebody else, and by us again.

/** Whether `theirs` lies between two looks of ours, each member of it, give or take `slack` for a number. */
export function isBetween(before: unknown, theirs: unknown, after: unknown, slack = 0): boolean {
  if (typeof theirs === 'number' && typeof before === 'number' && typeof after === 'number') {
    return theirs >= Math.min(before, after) - slack && theirs <= Math.max(before, after) + slack;
  }
  if (isObject(theirs) && isObject(before) && isObject(after)) {
    return Object.keys(before).every((key) => isBetween(before[key], theirs[key], after[key], slack));
  }
  const text = JSON.stringify(theirs);
  return text === JSON.stringify(before) || text === JSON.stringify(after);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// Whoever may only ask could fill a disk by trying to act: of each such caller some attempts are told, and then how
// many there were besides. What somebody does who may is told each time.
import type { Audit } from './audit.ts';

/** So many are told one by one, in so many milliseconds. */
const TOLD = 100;
const WHILE_MS = 3_600_000;
/** Callers that are remembered. */
const MOST = 10_000;

const MAY_NOT = new Set(['NOT_AUTHORIZED', 'ACTIONS_OFF']);

export function sparingly(record: Audit['record']): Audit['record'] {
  const callers = new Map<string, { readonly since: number; count: number }>();
  return (attempt) => {
    if (!MAY_NOT.has(attempt.outcome)) return record(attempt);
    const { at: since, who, issuer } = attempt;
    const caller = JSON.stringify([who, issuer]);
    const known = callers.get(caller);
    if (known && since - known.since < WHILE_MS) return known.count++ < TOLD ? record(attempt) : undefined;
    // The newest stand last, so that the first is the one to forget.
    callers.delete(caller);
    callers.set(caller, { since, count: 1 });
    if (callers.size > MOST) callers.delete(callers.keys().next().value!);
    const untold = (known?.count ?? 0) - TOLD;
    record(untold > 0 ? { ...attempt, more: { ...attempt.more, untold } } : attempt);
  };
}

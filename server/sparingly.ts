// Whoever may only ask could fill a disk by trying to act: of each such caller some attempts are told, and then how
// many there were besides: with their next one, or on the way out. What somebody does who may is told each time.
import type { Attempt } from '../resolvers/context.ts';
import type { Audit } from './audit.ts';

/** So many are told one by one, in so many milliseconds. */
const TOLD = 100;
const WHILE_MS = 3_600_000;
/** Callers that are remembered. */
const MOST = 10_000;

const MAY_NOT = new Set(['NOT_AUTHORIZED', 'ACTIONS_OFF']);

/** How often somebody tried since then, and when they did last, without what they may have chosen to be long. */
interface Caller {
  readonly since: number;
  count: number;
  last: Attempt;
}

export function sparingly(audit: Audit): Audit {
  const callers = new Map<string, Caller>();
  const untoldOf = (caller: Caller | undefined): number => Math.max(0, (caller?.count ?? 0) - TOLD);
  /** Who did not come back to be told of with another attempt. */
  const forget = (key: string, caller: Caller): void => {
    callers.delete(key);
    const untold = untoldOf(caller);
    if (untold > 0) audit.record({ ...caller.last, more: { untold } });
  };
  return {
    ...audit,
    record(attempt) {
      if (!MAY_NOT.has(attempt.outcome)) return audit.record(attempt);
      const { at: since, who, issuer } = attempt;
      const last = { ...attempt, arguments: {}, target: {}, more: {} };
      const key = JSON.stringify([who, issuer]);
      const known = callers.get(key);
      if (known && since - known.since < WHILE_MS) {
        known.last = last;
        return known.count++ < TOLD ? audit.record(attempt) : undefined;
      }
      // The newest stand last, so that the first is the one to forget.
      callers.delete(key);
      callers.set(key, { since, count: 1, last });
      if (callers.size > MOST) forget(...callers.entries().next().value!);
      const untold = untoldOf(known);
      audit.record(untold > 0 ? { ...attempt, more: { ...attempt.more, untold } } : attempt);
    },
    close() {
      for (const [key, caller] of callers) forget(key, caller);
      audit.close();
    },
  };
}

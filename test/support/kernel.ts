// The part of a kernel that tells what happens to processes: it tells what a test has it tell.
import { eventTable, type Source, type Status, type Tell } from '../../native/index.ts';
import { packed, type ScriptedRow } from './scripted.ts';

interface Held {
  readonly tell: Tell;
  open: boolean;
}

/** Where it refuses, it says why. */
export function kernel(date: () => number, refused?: Status) {
  const held: Held[] = [];
  const events: Source['events'] = (tell) => {
    if (refused) return { status: refused };
    const one = { tell, open: true };
    held.push(one);
    return {
      close: () => {
        one.open = false;
      },
    };
  };
  const tell = (rows: readonly ScriptedRow[], lost = false): void => {
    const keyed = rows.map((row) => ({ ticks: 100, at: date(), ...row }));
    for (const one of held) if (one.open) one.tell(packed(eventTable, 1, keyed), lost);
  };
  return { held, events, tell, listening: () => held.filter(({ open }) => open).length };
}

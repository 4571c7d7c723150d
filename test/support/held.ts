import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';

type Held = Readonly<Record<string, number>>;

/** What is held of the system: descriptors, threads, what Node waits for by its kind, listeners of the process. */
export function held(): Held {
  const counts: Record<string, number> = {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What is held more of than before. To hold less is no leak: a timer of somebody else may have ended meanwhile. */
function grown(before: Held): string[] {
  return Object.entries(held())
    .filter(([kind, count]) => count > (before[kind] ?? 0))
    .map(([kind, count]) => `${kind}: ${before[kind] ?? 0}, now ${count}`);
}

/** What goes in its own time is waited for: a socket that fetch keeps, a thread that has just answered. */
export async function comesBackTo(before: Held): Promise<void> {
  for (let tries = 0; tries < 500 && grown(before).length > 0; tries++) await setTimeout(100);
  expect(grown(before)).toEqual([]);
}

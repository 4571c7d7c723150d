import { advances, change } from '../native/difference.ts';
import { type SystemRow, systemGroups, systemTable } from '../native/index.ts';
import { type Event, elapsedOf } from './sampler.ts';

const MEMINFO = 1 << systemTable.sources.indexOf('meminfo');
const SWAP = 1 << systemTable.sources.indexOf('swap');

/** Memory now, and what it gained or lost between two samples. */
export function memoryDelta(event: Event<readonly SystemRow[]>) {
  const row = event.sample.value[0] ?? null;
  const last = event.last?.value[0] ?? null;
  const now = row && memoryOf(row);
  const before = last && memoryOf(last);
  return {
    at: event.sample.at,
    elapsed: elapsedOf(event),
    folded: event.folded,
    memory: now,
    swap: row && swapOf(row),
    change: now && before && { ...changeOf(now, before), ...swapChange(row, last) },
  };
}

type Group = ReturnType<typeof systemGroups.memory>;
type Promised = 'total' | 'available' | 'used' | 'free' | 'percent';
type Memory = Group & { readonly [Name in Promised]: number };

/** Without what every platform has there is no memory to speak of. */
function memoryOf(row: SystemRow): Memory | null {
  if ((row.have & MEMINFO) === 0) return null;
  const memory = systemGroups.memory(row);
  const { total, available, used, free, percent } = memory;
  return [total, available, used, free, percent].includes(null) ? null : (memory as Memory);
}

const changeOf = (now: Memory, before: Memory) => ({
  available: now.available - before.available,
  used: now.used - before.used,
  free: now.free - before.free,
  cached: change(now.cached, before.cached),
  buffers: change(now.buffers, before.buffers),
});

/** A kernel without swap tells of none. */
const swapOf = (row: SystemRow) =>
  (row.have & SWAP) !== 0 && ![row.swapTotal, row.swapUsed, row.swapFree, row.swapPercent].includes(null)
    ? systemGroups.swap(row)
    : null;

/** What is in use may shrink; what went in and out since boot only grows. */
const swapChange = (now: SystemRow, before: SystemRow) => ({
  swapUsed: change(now.swapUsed, before.swapUsed) ?? 0,
  ...advances(
    { swappedIn: now.swapSwappedIn, swappedOut: now.swapSwappedOut },
    { swappedIn: before.swapSwappedIn, swappedOut: before.swapSwappedOut },
  ),
});

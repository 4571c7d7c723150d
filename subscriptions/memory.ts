import { type SystemRow, systemGroups, systemTable } from '../native/index.ts';
import { change } from './difference.ts';
import { type Event, elapsedOf } from './sampler.ts';

const MEMINFO = 1 << systemTable.sources.indexOf('meminfo');

/** Memory now, and what it gained or lost between two samples. */
export function memoryDelta(event: Event<readonly SystemRow[]>) {
  const now = memoryOf(event.sample.value[0]);
  const before = memoryOf(event.last?.value[0]);
  return {
    at: event.sample.at,
    elapsed: elapsedOf(event),
    folded: event.folded,
    memory: now,
    change: now && before && changeOf(now, before),
  };
}

type Group = ReturnType<typeof systemGroups.memory>;
type Promised = 'total' | 'available' | 'used' | 'free' | 'percent';
type Memory = Group & { readonly [Name in Promised]: number };

/** Without what every platform has there is no memory to speak of. */
function memoryOf(row: SystemRow | undefined): Memory | null {
  if (!row || (row.have & MEMINFO) === 0) return null;
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

import { change } from '../native/difference.ts';
import { ProcessRow, processTable } from '../native/index.ts';
import { ratesBetween } from '../native/meter.ts';
import { type Event, elapsedOf } from './sampler.ts';

const STATM = 1 << processTable.sources.indexOf('statm');

type ProcessEvent = Event<readonly ProcessRow[]>;

/** How a process ended, as far as somebody who is not its parent can know. */
interface Exit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What became of one process between two samples; of the one that started at `startTicks`, where that is known. */
export function processDelta(event: ProcessEvent, startTicks: number | null) {
  const before = event.last?.value[0];
  const now = livingRow(event, startTicks);
  const both = now && before && (now.have & before.have & STATM) !== 0;
  const exit: Exit | null = !now && before ? { exitCode: null, signal: null } : null;
  return {
    at: event.sample.at,
    elapsed: elapsedOf(event),
    folded: event.folded,
    row: now ? copyOf(now, before) : before ? remainsOf(before) : null,
    rssChange: both ? change(now.memoryRss, before.memoryRss) : null,
    exit,
  };
}

/** True if there is no more to come. */
export const isOver = (event: ProcessEvent, startTicks: number | null): boolean => !livingRow(event, startTicks);

function livingRow({ sample, last }: ProcessEvent, startTicks: number | null): ProcessRow | null {
  const row = sample.value[0];
  if (!row || row.faults?.some(({ status }) => status === 'GONE')) return null;
  const known = startTicks ?? last?.value[0]?.startTicks ?? null;
  return known === null || row.startTicks === null || row.startTicks === known ? row : null;
}

/** What is read later for one event is not for the next one, which compares with this row. */
function copyOf(row: ProcessRow, before: ProcessRow | null = null): ProcessRow {
  const faults = row.faults && [...row.faults];
  return Object.assign(new ProcessRow(row.key), row, { faults, rates: ratesBetween(processTable, row, before) });
}

/** A process that is gone: what was read stands, and nothing else ever will. */
function remainsOf(row: ProcessRow): ProcessRow {
  const missing = [...processTable.sources.keys()].map((index) => 1 << index).filter((bit) => (row.have & bit) === 0);
  const faults = [0, ...missing].map((bit) => ({ bit, status: 'GONE' as const }));
  return Object.assign(copyOf(row), { asked: ~0, faults });
}

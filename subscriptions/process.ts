import { change } from '../native/difference.ts';
import { copyRow, type Exit, ProcessRow, processTable, type Source, type TableShape } from '../native/index.ts';
import { ratesBetween } from '../native/meter.ts';
import { type Event, momentOf } from './sampler.ts';

const STATM = 1 << processTable.sources.indexOf('statm');

/** A process as it is watched. */
export class WatchedRow extends ProcessRow {
  /** How the one ended that was there before, where this is not it any more. */
  exit: Exit | null = null;
}

export const watchedTable = {
  ...processTable,
  create: (key) => new WatchedRow(key),
} as TableShape<WatchedRow>;

type WatchEvent = Event<readonly WatchedRow[]>;

const UNTOLD: Exit = { exitCode: null, signal: null };
/** Its parent may ask for it late, and only then the kernel tells. */
const ALWAYS = { timeoutMs: Number.MAX_SAFE_INTEGER, graceMs: Number.MAX_SAFE_INTEGER };

/** How whoever has one pid ends: each is waited for beside being read, since afterwards nobody could be asked. */
export class Ending {
  readonly #source: Source;
  #startTicks: number | null = null;
  #exit: Promise<Exit | null> = Promise.resolve(null);
  #waiting = new AbortController();
  #closed = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** How the one before it ended, where this is the row of another or of none. */
  async before(row: WatchedRow): Promise<Exit | null> {
    if (!isGone(row) && (row.startTicks === null || row.startTicks === this.#startTicks)) return null;
    const exit = await this.#exit;
    if (!isGone(row)) this.#follow({ pid: row.pid, startTicks: row.startTicks! });
    return exit;
  }

  close(): void {
    this.#closed = true;
    this.#waiting.abort();
  }

  #follow(target: { readonly pid: number; readonly startTicks: number }): void {
    this.#waiting.abort();
    // A read may end after the last watcher has left.
    if (this.#closed) return;
    this.#waiting = new AbortController();
    this.#startTicks = target.startTicks;
    const waited = this.#source.wait?.([target], ALWAYS, this.#waiting.signal) ?? Promise.resolve([]);
    // Who is not told how it ended is not harmed by that.
    this.#exit = waited.then((all) => all[0]?.exit ?? null).catch(() => null);
  }
}

const isGone = (row: ProcessRow): boolean => row.faults?.some(({ status }) => status === 'GONE') ?? false;

/** What became of one process between two samples; of the one that started at `startTicks`, where that is known. */
export function processDelta(event: WatchEvent, startTicks: number | null) {
  const before = event.last?.value[0];
  const now = livingRow(event, startTicks);
  const both = now && before && (now.have & before.have & STATM) !== 0;
  const exit = !now && before ? (event.sample.value[0]?.exit ?? UNTOLD) : null;
  return {
    ...momentOf(event),
    row: now ? copyOf(now, before) : before ? remainsOf(before) : null,
    rssChange: both ? change(now.memoryRss, before.memoryRss) : null,
    exit,
  };
}

/** True if there is no more to come. */
export const isOver = (event: WatchEvent, startTicks: number | null): boolean => !livingRow(event, startTicks);

function livingRow({ sample, last }: WatchEvent, startTicks: number | null): ProcessRow | null {
  const row = sample.value[0];
  if (!row || isGone(row)) return null;
  const known = startTicks ?? last?.value[0]?.startTicks ?? null;
  return known === null || row.startTicks === null || row.startTicks === known ? row : null;
}

/** What is read later for one event is not for the next one, which compares with this row. */
const copyOf = (row: ProcessRow, before: ProcessRow | null = null): ProcessRow =>
  Object.assign(copyRow(processTable, row), { rates: ratesBetween(processTable, row, before) });

/** A process that is gone: what was read stands, and nothing else ever will. */
function remainsOf(row: ProcessRow): ProcessRow {
  const missing = [...processTable.sources.keys()].map((index) => 1 << index).filter((bit) => (row.have & bit) === 0);
  const faults = [0, ...missing].map((bit) => ({ bit, status: 'GONE' as const }));
  return Object.assign(copyOf(row), { asked: ~0, faults });
}

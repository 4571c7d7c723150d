// What happens to processes: told by the kernel where it tells, and found by comparing two lists where it does not, or
// where it could not tell everything.
import {
  type Batch,
  type EventRow,
  type Exit,
  eventTable,
  type Listening,
  type ProcessEventKind,
  type ProcessRow,
  processTable,
  rowsOf,
  type Source,
  type Status,
} from '../native/index.ts';
import { type Clock, untilNext } from './clock.ts';

const STAT = (1 << processTable.sources.indexOf('stat')) | (1 << processTable.sources.indexOf('parent'));
const TOLD = 1;

export interface ProcessEvent {
  readonly kind: ProcessEventKind;
  /** Milliseconds since the epoch; where it was found by comparing, those of the later list. */
  readonly at: number;
  readonly pid: number;
  /** With the pid its identity; null of one that was gone before anybody could look. */
  readonly startTicks: number | null;
  readonly ppid: number | null;
  readonly name: string | null;
  /** How it ended; null of what is no end, and where nobody told. */
  readonly exit: Exit | null;
}

export interface Happened {
  readonly source: 'KERNEL' | 'COMPARED';
  /** The kernel could not tell everything: these were found by comparing. */
  readonly lost: boolean;
  readonly events: readonly ProcessEvent[];
}

interface Known {
  readonly startTicks: number | null;
  readonly ppid: number | null;
  readonly name: string | null;
}

/** The processes there are, as far as is known, by pid. */
export type Table = Map<number, Known>;

const UNKNOWN: Known = { startTicks: null, ppid: null, name: null };

const ended = (pid: number, known: Known, at: number, exit: Exit | null): ProcessEvent => ({
  kind: 'EXITED',
  at,
  pid,
  ...known,
  exit,
});

/** One that has ended is over, though its parent has not asked; not so one whose first thread alone has ended. */
const isOver = ({ hasEnded, numThreads, faults }: ProcessRow): boolean =>
  (faults?.some((fault) => fault.status === 'GONE') ?? false) || (hasEnded === true && (numThreads ?? 0) <= 1);

const isSame = (a: number | null, b: number | null): boolean => a === null || b === null || a === b;

/** What a list of all processes tells that the table did not know; after it the table holds the list. */
export function compare(table: Table, rows: readonly ProcessRow[], at: number): ProcessEvent[] {
  const there = new Map(rows.filter((row) => !isOver(row)).map((row) => [row.pid, row]));
  const events: ProcessEvent[] = [];
  for (const [pid, known] of table) {
    const row = there.get(pid);
    if (row && isSame(row.startTicks, known.startTicks)) continue;
    table.delete(pid);
    events.push(ended(pid, known, at, null));
  }
  for (const [pid, { startTicks, ppid, comm }] of there) {
    const known = { startTicks, ppid, name: comm };
    if (!table.has(pid)) events.push({ kind: 'STARTED', at, pid, ...known, exit: null });
    table.set(pid, known);
  }
  return events;
}

/**
 * What the kernel told, applied to the table. What it told while the table was compared with a list may be known from
 * that: it is not said twice, and an end of what is not there then is one that was found already.
 */
export function follow(table: Table, rows: readonly EventRow[], wasCompared = false): ProcessEvent[] {
  return rows.flatMap((row) => {
    if (row.kind === 'EXITED') return exited(table, row, wasCompared);
    return row.kind === 'STARTED' ? started(table, row) : execed(table, row);
  });
}

function started(table: Table, row: EventRow): ProcessEvent[] {
  const pid = row.key;
  const before = table.get(pid);
  const { startTicks, ppid } = row;
  // What is known of one that was not told to have ended started before this, or is this one.
  const isKnown = before !== undefined && !startedBefore(before, row);
  if (isKnown) return [];
  // It has the name of its parent until it takes another.
  const known = { startTicks, ppid, name: row.name ?? table.get(ppid ?? -1)?.name ?? null };
  table.set(pid, known);
  const missed = before ? [ended(pid, before, row.at!, null)] : [];
  return [...missed, { kind: 'STARTED', at: row.at!, pid, ...known, exit: null }];
}

/** Whether this was there before what is told to have started: by the ticks of the start, or else of the moment. */
const startedBefore = ({ startTicks }: Known, row: EventRow): boolean =>
  startTicks === null || startTicks < (row.startTicks ?? row.ticks!);

function execed(table: Table, row: EventRow): ProcessEvent[] {
  const before = table.get(row.key);
  // A list that is younger than this event may hold a later process of the pid.
  if (before && isAfter(before, row)) return [];
  const known = {
    startTicks: row.startTicks ?? before?.startTicks ?? null,
    ppid: row.ppid ?? before?.ppid ?? null,
    name: row.name,
  };
  table.set(row.key, known);
  return [{ kind: 'EXECED', at: row.at!, pid: row.key, ...known, exit: null }];
}

function exited(table: Table, row: EventRow, wasCompared: boolean): ProcessEvent[] {
  const known = table.get(row.key);
  if (known && isAfter(known, row)) return [];
  if (!known && wasCompared) return [];
  table.delete(row.key);
  return [ended(row.key, known ?? UNKNOWN, row.at!, { exitCode: row.exitCode, signal: row.signal })];
}

/** Whether what is known started only after what is told. */
const isAfter = ({ startTicks }: Known, { ticks }: EventRow): boolean =>
  startTicks !== null && ticks !== null && startTicks > ticks;

interface Told {
  readonly rows: readonly EventRow[];
  readonly lost: boolean;
}

interface Listener {
  readonly everyMs: number;
  readonly tell: (happened: Happened) => void;
  readonly fail: (cause: unknown) => void;
}

/** What is told while a list is read waits for it; of more than this a second list tells as much. */
const MOST_HELD = 65_536;

/** What happens on one host, for all who listen: begun by the first of them, and ended with the last. */
export class ProcessEvents {
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #table: Table = new Map();
  #listening: Listening | null = null;
  #refused: Status | null = null;
  /** What the kernel tells while a list is read. */
  #held: Told[] | null = null;
  #run = 0;
  #begun: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  constructor(source: Source, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** The processes that are known to be there. */
  get table(): ReadonlyMap<number, Known> {
    return this.#table;
  }

  /** Why the kernel does not tell, as far as was tried; null where it does. */
  get refused(): Status | null {
    return this.#refused;
  }

  /** Whether the kernel tells, or lists are compared. */
  get source(): Happened['source'] {
    return this.#listening ? 'KERNEL' : 'COMPARED';
  }

  /** Resolves once nothing that happens goes unnoticed. */
  get begun(): Promise<void> {
    return this.#begun;
  }

  /** Tells of everything from now on; where lists are compared, as often as the most eager listener wants. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    else if (this.#isWaiting) this.#schedule();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#run++;
    this.#table = new Map();
    // Before the list is read, so that nothing falls between the two.
    const opened = this.#source.events?.((batch, lost) => this.#told(batch, lost)) ?? { status: 'UNSUPPORTED' };
    this.#listening = 'close' in opened ? opened : null;
    this.#refused = 'status' in opened ? opened.status : null;
    this.#begun = this.#look(() => undefined);
  }

  #stop(): void {
    this.#run++;
    this.#cancel();
    this.#listening?.close();
    this.#listening = null;
    this.#held = null;
    this.#table.clear();
  }

  #told(batch: Batch, lost: boolean): void {
    const told = { rows: rowsOf(eventTable, TOLD, batch), lost };
    if (this.#held) this.#hold(this.#held, told);
    else this.#follow([told], false);
  }

  #hold(held: Told[], told: Told): void {
    held.push(told);
    const count = held.reduce((sum, { rows }) => sum + rows.length, 0);
    if (count > MOST_HELD) held.splice(0, Number.POSITIVE_INFINITY, { rows: [], lost: true });
  }

  #compare(): Promise<void> {
    const { source } = this;
    return this.#look((events) => this.#tell({ source, lost: source === 'KERNEL', events }));
  }

  /** Compares with a list that is read now, and goes on from there. */
  async #look(found: (events: ProcessEvent[]) => void): Promise<void> {
    const run = this.#run;
    this.#held = [];
    try {
      const rows = rowsOf(processTable, STAT, await this.#source.read(processTable, STAT, { except: [] }));
      if (run !== this.#run) return;
      found(compare(this.#table, rows, this.#clock.date()));
      if (run === this.#run) this.#goOn();
    } catch (cause) {
      if (run === this.#run) this.#fail(cause);
    }
  }

  #goOn(): void {
    const held = this.#held ?? [];
    this.#held = null;
    if (this.#listening) this.#follow(held, true);
    else this.#schedule();
  }

  #follow(all: readonly Told[], wasCompared: boolean): void {
    const rows = all.flatMap((told) => told.rows);
    this.#tell({ source: 'KERNEL', lost: false, events: follow(this.#table, rows, wasCompared) });
    // Whoever was told may have been the last to listen.
    if (this.#listening && all.some(({ lost }) => lost)) void this.#compare();
  }

  /** Until lists are to be compared again. */
  get #isWaiting(): boolean {
    return this.#listening === null && this.#held === null;
  }

  #schedule(): void {
    this.#cancel();
    const everyMs = Math.min(...[...this.#listeners].map((listener) => listener.everyMs));
    this.#cancel = this.#clock.after(untilNext(this.#clock, everyMs), () => void this.#compare());
  }

  #fail(cause: unknown): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#stop();
    for (const { fail } of listeners) fail(cause);
  }

  /** Nothing is told where nothing happened; but that something was lost is. */
  #tell(happened: Happened): void {
    if (happened.events.length === 0 && !happened.lost) return;
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener.tell(happened);
  }
}

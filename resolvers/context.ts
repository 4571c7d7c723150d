import type { Loaders } from '../loaders/index.ts';
import type { ConnectionRow, ProcessRow, Row, ServiceRow, SystemRow, TableShape } from '../native/index.ts';
import type { Access } from '../native/spec/define.ts';
import type { Budget } from './budget.ts';
import type { HostKeys } from './id.ts';
import type { Unsupported } from './unsupported.ts';
import type { Viewer } from './viewer.ts';

/** What was known at one moment. */
interface Moment<T> {
  readonly value: T;
  readonly at: number;
  readonly clock: number;
  readonly tick: number;
}

/** Rows now, and as the same reader saw them last. */
export interface Seen<R extends Row> {
  readonly sample: Moment<readonly R[]>;
  readonly last: Moment<readonly R[]> | null;
  readonly folded: number;
}

/** Something that happened to a process, and what is known of it. */
export interface Happening {
  readonly kind: 'STARTED' | 'EXECED' | 'EXITED';
  readonly at: number;
  readonly pid: number;
  /** With the pid its identity, where that is known. */
  readonly startTicks: number | null;
  readonly ppid: number | null;
  readonly name: string | null;
  readonly exit: { readonly exitCode: number | null; readonly signal: string | null } | null;
}

/** What happened from one moment to the next, and after it. */
interface Span {
  readonly source: 'KERNEL' | 'COMPARED';
  readonly lost: boolean;
  readonly events: readonly Happening[];
  readonly end: number;
  next: Span | null;
}

/** What happened since the same reader was told last. */
interface SeenHappen {
  readonly sample: Moment<Span>;
  readonly last: Moment<Span> | null;
  readonly folded: number;
}

/** A process that is watched: where it is not the one before it any more, how that ended. */
interface Watched extends ProcessRow {
  readonly exit: { readonly exitCode: number | null; readonly signal: string | null } | null;
}

/** Reads again and again, from the moment that somebody asks for the first event. */
export interface Watch {
  system(mask: number, everyMs: number): AsyncIterableIterator<Seen<SystemRow>>;
  process(target: Target | null, mask: number, everyMs: number): AsyncIterableIterator<Seen<Watched>>;
  processes(mask: number, everyMs: number): AsyncIterableIterator<Seen<ProcessRow>>;
  connections(mask: number, kinds: readonly number[], everyMs: number): AsyncIterableIterator<Seen<ConnectionRow>>;
  services(mask: number, everyMs: number): AsyncIterableIterator<Seen<ServiceRow>>;
  events(everyMs: number): AsyncIterableIterator<SeenHappen>;
}

/** What was counted before: gives rows, which have been read, the rates of these sources. */
export interface Baseline {
  measure<R extends Row>(table: TableShape<R>, rows: readonly R[], rates: number, signal?: AbortSignal): Promise<void>;
}

/** A process, whichever has the pid or the one that started then. */
export interface Target {
  readonly pid: number;
  readonly startTicks: number | null;
}

/** One thing that somebody wanted to have done, and what came of it. */
export interface Attempt {
  /** When its turn came, in milliseconds since the epoch. */
  readonly at: number;
  readonly who: string;
  /** Who says that they are called so, where it was not this gateway. */
  readonly issuer?: string;
  readonly from: string;
  /** The field of Mutation, and its arguments but the id. */
  readonly action: string;
  readonly arguments: object;
  /** To whom: the id, and what was found under it. */
  readonly target: object;
  /** DONE, or why it was not. */
  readonly outcome: string;
  readonly more: object;
}

/** Whether something may be done to the host, and who is told. */
export interface Actions {
  /** False where nothing may. */
  readonly isOn: boolean;
  /** Whether this service may be started and stopped. */
  readonly mayControl: (service: string) => boolean;
  /** One after the other where they have the same turn, in the order they came. */
  readonly inTurn: <T>(turn: string, work: () => Promise<T>) => Promise<T>;
  /** Why an attempt could not be recorded; null if it can be. */
  readonly trouble: () => string | null;
  /** Never throws. */
  readonly record: (attempt: Attempt) => void;
}

export type ReaderTier = 'COLD' | 'WARM' | 'BPF';

/** What the gateway knows of itself. */
export interface Gateway {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Seconds since then. */
  readonly uptime: () => number;
  readonly reader: ReaderTier;
  /** Its own process id, as the host counts. */
  readonly ownPid: number | null;
  /** The units that its own process is in, one within the other; null where it cannot tell. */
  readonly ownUnits: () => Promise<readonly string[] | null>;
  readonly unsupported: () => Promise<readonly Unsupported[]>;
}

/** What every resolver gets, made for one operation, and anew for each event of a stream. */
export interface Context {
  readonly host: HostKeys;
  readonly loaders: Loaders;
  readonly gateway: Gateway;
  readonly viewer: Viewer;
  /** Where the caller is: an address, or what there is instead. */
  readonly from: string;
  readonly actions: Actions;
  /** What the caller may have read. */
  readonly access: ReadonlySet<Access>;
  readonly watch: Watch;
  /** How much the answer may become. */
  readonly budget: Budget;
  readonly baseline: Baseline;
  /** Of an event: what was read for the one that the same reader was given before. */
  readonly before?: Loaders | undefined;
  /** Of an event: called with the data of its answer, before it is written; by the key of the field that wants it. */
  readonly settle?: Map<string | number, (data: unknown) => void>;
  /** Of an event: called where there is nothing to tell. */
  readonly silence?: () => void;
  /** Aborts when whoever asked has gone away. */
  readonly signal?: AbortSignal;
}

import type { Loaders } from '../loaders/index.ts';
import type { ProcessRow, Row, SystemRow } from '../native/index.ts';
import type { Access } from '../native/spec/define.ts';
import type { HostKeys } from './id.ts';

/** Rows as they were at one moment. */
interface Sample<R extends Row> {
  readonly value: readonly R[];
  readonly at: number;
  readonly clock: number;
  readonly tick: number;
}

/** Rows now, and as the same reader saw them last. */
export interface Seen<R extends Row> {
  readonly sample: Sample<R>;
  readonly last: Sample<R> | null;
  readonly folded: number;
}

/** Reads again and again, from the moment that somebody asks for the first event. */
export interface Watch {
  system(mask: number, everyMs: number): AsyncIterableIterator<Seen<SystemRow>>;
  process(target: Target | null, mask: number, everyMs: number): AsyncIterableIterator<Seen<ProcessRow>>;
}

/** A process, whichever has the pid or the one that started then. */
export interface Target {
  readonly pid: number;
  readonly startTicks: number | null;
}

/** What every resolver gets, made for one operation, and anew for each event of a stream. */
export interface Context {
  readonly host: HostKeys;
  readonly loaders: Loaders;
  /** What the caller may have read. */
  readonly access: ReadonlySet<Access>;
  readonly watch: Watch;
  /** Aborts when whoever asked has gone away. */
  readonly signal?: AbortSignal;
}

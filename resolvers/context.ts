import type { Loaders } from '../loaders/index.ts';
import type { Access } from '../native/spec/define.ts';
import type { HostKeys } from './id.ts';

/** What every resolver gets, made for one operation. */
export interface Context {
  readonly host: HostKeys;
  readonly loaders: Loaders;
  /** What the caller may have read. */
  readonly access: ReadonlySet<Access>;
  /** Aborts when whoever asked has gone away. */
  readonly signal?: AbortSignal;
}

// What can be done to a process, and what comes of it.
import type { Status } from './row.ts';
import {
  type IoClass,
  IoClassValues,
  type PriorityClass,
  PriorityClassValues,
  type ResourceKind,
  ResourceKindValues,
} from './src/gen/rows.ts';

/** A process: the one that has this pid and started then, in ticks since boot. */
export interface Target {
  readonly pid: number;
  readonly startTicks: number;
}

/** What is enforced of a limit, and how far that may be raised. Infinity is unlimited; without it, it stays. */
export interface LimitChange {
  readonly soft?: number;
  readonly hard?: number;
}

export type Action =
  | { readonly act: 'signal'; readonly signal: string }
  | { readonly act: 'nice'; readonly nice: number }
  | { readonly act: 'ioNice'; readonly ioClass: IoClass; readonly value?: number }
  | { readonly act: 'affinity'; readonly cpus: readonly number[] }
  | ({ readonly act: 'limit'; readonly resource: ResourceKind } & LimitChange)
  | { readonly act: 'priorityClass'; readonly priorityClass: PriorityClass };

/** The order is that of Effect in native/src/platform.h, which says what they mean. */
export const EFFECTS = ['DONE', 'GONE', 'DENIED', 'UNSUPPORTED', 'INVALID', 'UNCERTAIN', 'FAILED'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface Outcome {
  readonly effect: Effect;
  /** Whether a handle of the process kept any other from being reached, or at least from going unnoticed. */
  readonly isHeld: boolean;
}

/** How a process ended, as far as the kernel tells. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Patience {
  readonly timeoutMs: number;
  /** How long the parent of one that has ended is given to ask how: before that the kernel may not tell. */
  readonly graceMs?: number;
}

export interface Waited {
  /** DONE, whether it has ended or not; or why it could not be waited for. */
  readonly effect: Effect;
  readonly hasEnded: boolean;
  /** Null where the kernel does not tell. */
  readonly exit: Exit | null;
}

/** What is told until it is closed. */
export interface Listening {
  close(): void;
}

/** Why nothing is told. */
export interface Refused {
  readonly status: Status;
}

/** The order is that of Act in native/src/platform.h. */
const ACTS: readonly Action['act'][] = ['signal', 'nice', 'ioNice', 'affinity', 'limit', 'priorityClass'];

const number = (value: number | undefined): number => value ?? Number.NaN;

/** An action as it crosses to the addon: its number, a name, and values. */
export function packed(action: Action) {
  const values = (): number[] => {
    if (action.act === 'nice') return [action.nice];
    if (action.act === 'ioNice') return [IoClassValues.indexOf(action.ioClass), number(action.value)];
    if (action.act === 'priorityClass') return [PriorityClassValues.indexOf(action.priorityClass)];
    if (action.act === 'affinity') return [...action.cpus];
    if (action.act === 'limit')
      return [ResourceKindValues.indexOf(action.resource), number(action.soft), number(action.hard)];
    return [];
  };
  const name = action.act === 'signal' ? action.signal : '';
  return { act: ACTS.indexOf(action.act), name, values: Float64Array.from(values()) };
}

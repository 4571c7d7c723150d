// What every case is given, and what it gives back.

import type { Gateway } from '../contender/gateway.ts';
import type { Psutil } from '../contender/psutil.ts';
import type { Result } from '../contest.ts';

export interface Bench {
  readonly gateway: Gateway;
  /** Absent where it is not installed. */
  readonly psutil?: Psutil;
  /** Says that something could not be run, and what would be needed. */
  skip(what: string, why: string): void;
  /** A program that has to be installed: its version, or nothing, which is said. */
  has(program: string, packageName: string, ...versionFlags: string[]): boolean;
}

export type Case = (bench: Bench) => Promise<Result[]>;

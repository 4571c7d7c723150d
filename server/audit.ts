// What was done to the host, and what somebody wanted to do: a line of JSON for each attempt, in a file of its own.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Attempt } from '../resolvers/context.ts';
import { stateFolder } from './folders.ts';
import { asciiOf, type Log } from './log.ts';
import { flagOf } from './options.ts';

/** The file cannot be written. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
}

export interface Audit {
  /** Where it is; null if there is no file. */
  readonly path: string | null;
  readonly trouble: () => string | null;
  readonly record: (attempt: Attempt) => void;
  close(): void;
}

/** Its own file for its user, unless another one is named. */
export const auditPath = (named: string): string => named || join(stateFolder(), 'audit.log');

/** Where nothing is ever done, the log tells what somebody wanted. */
export const withoutFile = (log: Log): Audit => ({
  path: null,
  trouble: () => null,
  record(attempt) {
    const { time: _, ...about } = told(attempt);
    log('warn', 'action refused', about);
  },
  close: () => undefined,
});

/** Throws if it cannot be written: actions that nobody could look up later are not to be had. */
export function openAudit(named: string, log: Log): Audit {
  const path = auditPath(named);
  const file = new AuditFile(path);
  if (named === '') makeFolder(dirname(path));
  const trouble = file.trouble();
  if (trouble !== null) throw new AuditError(`${trouble}; name another file with ${flagOf('auditLog')}.`);
  return {
    path,
    trouble: () => file.trouble(),
    record(attempt) {
      const line = lineOf(attempt);
      try {
        file.write(line);
      } catch (error) {
        // It was done, and so it is told here at least.
        log('error', 'the audit log cannot be written', { why: codeOf(error), line });
      }
    },
    close: () => file.close(),
  };
}

/** ASCII alone, as in the log: no name can end a line, or begin one. */
export const lineOf = (attempt: Attempt): string => `${asciiOf(JSON.stringify(told(attempt)))}\n`;

const told = ({ at, more, ...attempt }: Attempt) =>
  shortened({ time: new Date(at).toISOString(), ...attempt, ...more }, ROOM) as Readonly<Record<string, unknown>>;

/** What a caller chose may be long: of a text and a list so much is kept. */
const ROOM = { text: 500, list: 1_000 };

function shortened(value: unknown, room: typeof ROOM): unknown {
  if (typeof value === 'string') return value.length <= room.text ? value : `${value.slice(0, room.text)}…`;
  if (Array.isArray(value)) return value.slice(0, room.list).map((item) => shortened(item, room));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item, room)]));
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // Then the file in it cannot be opened, and that is told.
  }
}

/** Whoever keeps logs moves the file away when it has grown: then it is made anew. */
class AuditFile {
  readonly #path: string;
  #file: number | null = null;
  /** A line was cut: the next one must not go on with it. */
  #isTorn = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Why a line could not be written. A blank is, before the line is known: nothing else proves that it can be. */
  trouble(): string | null {
    try {
      this.write(' ');
      return null;
    } catch (error) {
      return `the audit log ${this.#path} cannot be written (${codeOf(error)})`;
    }
  }

  write(text: string): void {
    const file = this.#opened();
    let left = Buffer.from(this.#isTorn ? `\n${text}` : text);
    while (left.length > 0) {
      const count = writeSync(file, left);
      left = left.subarray(count);
      this.#isTorn = left.length > 0;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #opened(): number {
    if (this.#file !== null && !isAt(this.#path, this.#file)) this.close();
    this.#file ??= opened(this.#path);
    return this.#file;
  }
}

// What is no file, and has no reader, is not waited for.
const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
const TO_ADD = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK;

/** A link that somebody else made leads where they want it to, and a file of theirs is one they can change. */
function opened(path: string): number {
  const link = lstatSync(path, { throwIfNoEntry: false });
  const isLink = link?.isSymbolicLink() ?? false;
  if (isLink && !isTrusted(link!)) throw new Error('it is a link that another user made');
  const file = openSync(path, isLink ? TO_ADD : TO_ADD | O_NOFOLLOW, 0o600);
  const why = complaint(fstatSync(file));
  if (why === null) return file;
  closeSync(file);
  throw new Error(why);
}

function complaint(stats: Stats): string | null {
  if (!stats.isFile()) return null;
  if (!isTrusted(stats)) return 'it belongs to another user';
  return process.geteuid && (stats.mode & 0o022) !== 0 ? 'others may write to it' : null;
}

const isTrusted = ({ uid }: Stats): boolean => uid === 0 || !process.geteuid || uid === process.geteuid();

function isAt(path: string, file: number): boolean {
  const [there, here] = [statSync(path, { throwIfNoEntry: false }), fstatSync(file)];
  return there !== undefined && there.ino === here.ino && there.dev === here.dev;
}

// The machine, as the rest of the gateway sees it.
import { createRequire } from 'node:module';
import {
  type Action,
  EFFECTS,
  type Listening,
  type Outcome,
  type Patience,
  packed,
  type Refused,
  type Target,
  type Waited,
} from './action.ts';
import { batchesOf, type Packed } from './batch.ts';
import { type Form, type PackedForm, packedForm } from './form.ts';
import { type Batch, type Layout, number, rowsOf, STATUSES } from './row.ts';
import {
  addressTable,
  batteryTable,
  cpuTable,
  diskTable,
  fanTable,
  fingerprint,
  mountTable,
  networkTable,
  SystemRow,
  systemTable,
  temperatureTable,
} from './src/gen/rows.ts';

export * from './action.ts';
export type { Form } from './form.ts';
export * from './row.ts';
export * from './src/gen/rows.ts';

/** What identifies a host and the processes on it. Text is null where the platform has none. */
export interface HostIdentity {
  readonly machineId: string | null;
  readonly bootId: string | null;
  readonly pidNamespace: number | null;
  /** True if the gateway may see more than an ordinary user. */
  readonly isPrivileged: boolean;
  /** True if users of the host are shown no processes but their own. */
  readonly hidesProcesses: boolean;
  /** The process id of the gateway itself, where the host knows it. */
  readonly ownPid: number | null;
}

/** Which rows: those of `keys`, all there are but those of `except`, or of all those that people want to see. */
export type Keys =
  | { readonly keys: readonly number[] }
  | { readonly except: readonly number[]; readonly worthShowing?: true };

/** What is asked of one table. */
export interface Asked {
  readonly table: Layout;
  readonly mask: number;
  readonly keys: Keys;
}

/** What was written of rows where they were read, and the rows that take judgment. */
export interface Telling {
  /** Of each table that was asked: of the first only the rows that were not written. */
  readonly batches: readonly Batch[];
  /** The others by their keys, as JSON, a comma before each. */
  readonly text: Uint8Array;
  /** Gives the memory of the text back at once: from then on it is empty. Nobody has to. */
  readonly release?: () => void;
  /** At which byte of it each of those that were not written would stand. */
  readonly places: Uint32Array;
  /** How many were written, and with the items in them; how many UTF-16 units of text; how many rows were read. */
  readonly count: number;
  readonly objects: number;
  readonly units: number;
  readonly rows: number;
}

/** What can be done to a service. */
export type ServiceVerb = 'START' | 'STOP' | 'RESTART';

/** How it ended: the codes are those of an action's errors, and DONE. */
export interface ServiceOutcome {
  readonly code:
    | 'DONE'
    | 'ACCESS_DENIED'
    | 'NO_SUCH_SERVICE'
    | 'INVALID_ARGUMENT'
    | 'NOT_SUPPORTED'
    | 'TIMED_OUT'
    | 'REFUSED'
    | 'FAILED';
  /** What the service manager says of it; empty where it is done. */
  readonly message: string;
}

/** Whatever answers for a host: its kernel, a recording, another gateway. */
export interface Source {
  readonly identity: HostIdentity;
  /**
   * One kernel pass: the sources of `mask` for these rows. Rejects with CancelledError once `signal` aborts. What is
   * asked in one turn under one signal may be read together.
   */
  read(table: Layout, mask: number, keys: Keys, signal?: AbortSignal): Promise<Batch>;
  /** Reads as `read` does, and writes by a form what can be written: of the first table, with items of the second. */
  tell?(asked: readonly Asked[], form: Form, signal?: AbortSignal): Promise<Telling>;
  /** The key of the mount that a path lies on; null if there is no such path. Links are followed only if so asked. */
  mountAt?(path: string, follow: boolean): Promise<number | null>;
  /** The keys of the services of these names, aliases too; null for what is none. */
  serviceKeys?(names: readonly string[]): Promise<readonly (number | null)[]>;
  /** Has the service manager do it, and waits until it is done or the time is up. */
  controlService?(name: string, verb: ServiceVerb, timeoutMs: number): Promise<ServiceOutcome>;
  /** Gives memory that the gateway's allocator keeps for later back to the system; false where it cannot. */
  trimHeap?(): Promise<boolean>;
  /**
   * Has the kernel tell what happens to processes, as rows of the table of events, until it is closed; `lost` says that
   * it could not tell everything up to here. Where it does not tell, why.
   */
  events?(tell: Tell): Listening | Refused;
  /** What it keeps between reads. */
  use?(): Use;
  /** Does something to a process, and to no other; what comes of it is never thrown. */
  act?(target: Target, action: Action): Promise<Outcome>;
  /** Answers when all of them have ended or the time is up. Rejects with CancelledError once `signal` aborts. */
  wait?(targets: readonly Target[], patience: Patience, signal?: AbortSignal): Promise<readonly Waited[]>;
}

/** What is kept of processes between reads. */
export interface Use {
  /** False where everything is read each time: a foreign proc root proves nothing. */
  readonly isWarm: boolean;
  readonly processes: number;
  readonly bytes: number;
  readonly descriptors: number;
}

/** More than what 100,000 processes usually take. */
const WARM_BYTES = 2 ** 27;

export type Tell = (batch: Batch, lost: boolean) => void;

interface Addon {
  readonly fingerprint: string;
  readonly Reader: new (procRoot: string, sysRoot: string, warmBytes: number) => Reader;
  readonly Cancellation: new () => Cancellation;
  readonly release: (text: Uint8Array) => void;
  readonly Form: new (words: PackedForm['words'], texts: PackedForm['texts']) => object;
}

interface Reader {
  read(questions: Int32Array, cancellation?: Cancellation): Promise<Packed>;
  tell(questions: Int32Array, form: object, cancellation?: Cancellation): Promise<PackedTelling>;
  mountAt(path: string, follow: boolean): Promise<number>;
  serviceKeys(names: readonly string[]): Promise<Float64Array>;
  controlService(name: string, verb: string, timeoutMs: number): Promise<ServiceOutcome>;
  trimHeap(): Promise<boolean>;
  use(): Use;
  events(tell: (packed: Packed, lost: boolean) => void, buffer: number): (() => void) | number;
  act(pid: number, startTicks: number, act: number, name: string, values: Float64Array): Promise<PackedOutcome>;
  wait(pids: Int32Array, startTicks: Float64Array, timeoutMs: number, graceMs: number): Waiting | undefined;
  cancelWait(number: number): void;
}

interface PackedTelling extends Omit<Telling, 'batches'> {
  readonly packed: Packed;
}

interface PackedOutcome {
  readonly effect: number;
  readonly isHeld: boolean;
}

interface Waiting {
  readonly number: number;
  readonly promise: Promise<readonly PackedWaited[]>;
}

interface PackedWaited {
  readonly effect: number;
  readonly hasEnded: boolean;
  readonly exitCode: number;
  readonly signal: string;
}

const VERBS: Record<ServiceVerb, string> = { START: 'StartUnit', STOP: 'StopUnit', RESTART: 'RestartUnit' };

interface Cancellation {
  cancel(): void;
}

export interface LocalOptions {
  readonly procRoot?: string;
  readonly sysRoot?: string;
  /** The binary to load; tests load the platform that has nothing. */
  readonly addon?: string;
  /** How it reads: COLD reads what is asked each time, WARM keeps what is proved to be so still. */
  readonly reader?: 'COLD' | 'WARM';
  /** How much of processes is kept, in bytes; tests let it be too little. */
  readonly warmBytes?: number;
  /** Bytes of events that may wait in the kernel; tests give it too few. */
  readonly eventBuffer?: number;
}

export class AddonError extends Error {
  override readonly name = 'AddonError';
}

/** Nobody waits for the answer any more. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  override readonly message = 'whoever asked has gone away';
}

function loadAddon(path: string): Addon {
  const mend = 'build it with `npm run build`';
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new AddonError(`the native addon does not load (${why}); ${mend}`, { cause });
  }
  if (addon.fingerprint === fingerprint) return addon;
  throw new AddonError(`the native addon was built from another version of native/spec; ${mend}`);
}

/** Opens the host this process runs on. Throws if the addon or a root cannot be opened. */
export async function openLocal(options: LocalOptions = {}): Promise<Source> {
  const { procRoot = '/proc', sysRoot = '/sys', addon = `#addon/${process.platform}`, eventBuffer = 0 } = options;
  const { reader: tier = 'COLD', warmBytes = WARM_BYTES } = options;
  const { Reader, Cancellation, Form: AddonForm, release } = loadAddon(addon);
  const reader = new Reader(procRoot, sysRoot, tier === 'WARM' ? warmBytes : 0);
  /** What a native call brings, as long as somebody waits for it. */
  const wanted = <T>(call: (cancellation?: Cancellation) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (!signal || endless.has(signal)) return call();
    if (signal.aborted) throw new CancelledError();
    const cancellation = new Cancellation();
    return untilAborted(signal, () => cancellation.cancel(), call(cancellation));
  };
  const forms = new WeakMap<Form, object>();
  /** Taken in once, since an operation is asked again and again. */
  const taken = (form: Form): object => {
    const known = forms.get(form);
    if (known) return known;
    const { words, texts } = packedForm(form);
    const made = new AddonForm(words, texts);
    forms.set(form, made);
    return made;
  };
  const read = together((questions, signal) =>
    wanted((cancellation) => reader.read(questions, cancellation), signal).then(batchesOf),
  );
  return {
    identity: await readIdentity(read),
    read,
    async tell(asked, form, signal) {
      const questions = Int32Array.from(asked.flatMap(({ table, mask, keys }) => questionOf(table, mask, keys)));
      const call = (cancellation?: Cancellation) => reader.tell(questions, taken(form), cancellation);
      const { packed, ...told } = await wanted(call, signal);
      return { ...told, batches: batchesOf(packed), release: () => release(told.text) };
    },
    mountAt: async (path, follow) => number(await reader.mountAt(path, follow)),
    serviceKeys: async (names) => Array.from(await reader.serviceKeys(names), number),
    controlService: (name, verb, timeoutMs) => reader.controlService(name, VERBS[verb], timeoutMs),
    trimHeap: () => reader.trimHeap(),
    use: () => reader.use(),
    events(tell) {
      const opened = reader.events((packed, lost) => tell(batchesOf(packed)[0]!, lost), eventBuffer);
      return typeof opened === 'number' ? { status: STATUSES[opened] ?? 'FAILED' } : { close: opened };
    },
    async act({ pid, startTicks }, action) {
      const { act, name, values } = packed(action);
      const { effect, isHeld } = await reader.act(pid, startTicks, act, name, values);
      return { effect: EFFECTS[effect] ?? 'FAILED', isHeld };
    },
    wait: (targets, patience, signal) => wait(reader, targets, patience, signal),
  };
}

/**
 * Tables of few rows: what one costs to read is less than the way to a thread and back, which an operation that asks
 * for several of them goes once.
 */
const SHORT: ReadonlySet<Layout> = new Set([
  systemTable,
  cpuTable,
  temperatureTable,
  fanTable,
  batteryTable,
  diskTable,
  mountTable,
  networkTable,
  addressTable,
]);

type Ask = (questions: Int32Array, signal?: AbortSignal) => Promise<Batch[]>;

/** What one turn gathers under a signal. */
interface Turn {
  readonly questions: number[];
  readonly answers: Promise<Batch[]>;
  count: number;
}

/** Gathers what is asked of short tables. Without a signal nobody knows who belongs together: each goes for itself. */
function together(ask: Ask): Source['read'] {
  const turns = new Map<AbortSignal, Turn>();
  const open = (signal: AbortSignal): Turn => {
    const questions: number[] = [];
    const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      turns.delete(signal);
      return ask(Int32Array.from(questions), signal);
    });
    const turn = { questions, answers, count: 0 };
    turns.set(signal, turn);
    return turn;
  };
  return async (table, mask, keys, signal) => {
    const question = questionOf(table, mask, keys);
    if (!signal || !SHORT.has(table)) return (await ask(Int32Array.from(question), signal))[0]!;
    const turn = turns.get(signal) ?? open(signal);
    for (const word of question) turn.questions.push(word);
    const index = turn.count++;
    return (await turn.answers)[index]!;
  };
}

/** As take_question in native/src/reading.cc takes it. */
function questionOf({ index }: Layout, mask: number, keys: Keys): number[] {
  if ('keys' in keys) return [index, mask, 0, keys.keys.length, ...keys.keys];
  return [index, mask, keys.worthShowing ? 2 : 1, keys.except.length, ...keys.except];
}

/** A parent that waits for its child has asked by then. */
const GRACE_MS = 100;

async function wait(
  reader: Reader,
  targets: readonly Target[],
  { timeoutMs, graceMs = GRACE_MS }: Patience,
  signal?: AbortSignal,
): Promise<Waited[]> {
  if (signal?.aborted) throw new CancelledError();
  const pids = Int32Array.from(targets, ({ pid }) => pid);
  const ticks = Float64Array.from(targets, ({ startTicks }) => startTicks);
  const waiting = reader.wait(pids, ticks, timeoutMs, graceMs);
  if (!waiting) return targets.map(() => ({ effect: 'UNSUPPORTED', hasEnded: false, exit: null }));
  const { number, promise } = waiting;
  const all = signal ? await untilAborted(signal, () => reader.cancelWait(number), promise) : await promise;
  if (signal?.aborted) throw new CancelledError();
  return all.map(waitedOf);
}

function waitedOf({ effect, hasEnded, exitCode, signal }: PackedWaited): Waited {
  const isTold = !Number.isNaN(exitCode) || signal !== '';
  const exit = isTold ? { exitCode: number(exitCode), signal: signal === '' ? null : signal } : null;
  return { effect: EFFECTS[effect] ?? 'FAILED', hasEnded, exit };
}

const endless = new WeakSet<AbortSignal>();

/** A signal that never aborts: nobody takes back what is read under it, and what is asked in one turn goes together. */
export function lasting(): AbortSignal {
  const { signal } = new AbortController();
  endless.add(signal);
  return signal;
}

/** Leaves no listener on the signal, which may outlive many reads. */
async function untilAborted<T>(signal: AbortSignal, stop: () => void, reading: Promise<T>): Promise<T> {
  signal.addEventListener('abort', stop);
  try {
    return await reading;
  } catch (error) {
    throw signal.aborted ? new CancelledError() : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function readIdentity(read: Source['read']): Promise<HostIdentity> {
  const mask = 1 << systemTable.sources.indexOf('identity');
  const row = rowsOf(systemTable, mask, await read(systemTable, mask, { keys: [] }))[0] ?? new SystemRow(0);
  return {
    machineId: row.machineId,
    bootId: row.bootId,
    pidNamespace: row.pidNamespace,
    isPrivileged: row.isPrivileged ?? false,
    hidesProcesses: row.hidesProcesses ?? false,
    ownPid: row.ownPid,
  };
}

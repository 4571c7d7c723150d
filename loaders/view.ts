// What of a host a caller sees. It stands before everything that reads, so that lists, filters, orders, groups, streams
// and whatever is kept of them know nothing else, and tell nothing else.

import { withGuards } from '../native/form.ts';
import {
  type Asked,
  type Batch,
  type Keys,
  type Layout,
  processTable,
  type Source,
  STATUSES,
  stride,
} from '../native/index.ts';
import { placeIn } from '../native/spec/define.ts';
import { tables } from '../native/spec/index.ts';
import { reaching } from './reach.ts';
import { redactArguments, redactValue, SUSPECT } from './redaction.ts';

export interface Sight {
  /** The user whose processes alone are seen; null sees everyone's. */
  readonly onlyUid: number | null;
  /** True if command lines and environments are seen as they are. */
  readonly showSecrets: boolean;
}

export function viewOf(source: Source, { onlyUid, showSecrets }: Sight): Source {
  const seen = showSecrets ? source : redacted(source);
  if (onlyUid === null) return seen;
  const read = hiding(seen.read, onlyUid);
  // Spelled out: what else a source can do is about processes that may be hidden, until it is known not to be.
  return {
    identity: seen.identity,
    read,
    ...reaching({ ...seen, read }),
    ...(seen.mountAt ? { mountAt: seen.mountAt } : {}),
    ...(seen.serviceKeys ? { serviceKeys: seen.serviceKeys } : {}),
    ...(seen.trimHeap ? { trimHeap: seen.trimHeap } : {}),
  };
}

type Read = Source['read'];
type Tell = NonNullable<Source['tell']>;

const specs = new Map(tables.map((table) => [table.name, table]));

/** Where a column stands in each row of a batch that was read with `mask`; null if it was not read. */
function placeOf(layout: Layout, path: string, mask: number): { at: number; status: number } | null {
  const { source, slot } = placeIn(specs.get(layout.name)!, path);
  if ((mask & (1 << source)) === 0) return null;
  const below = mask & ((1 << source) - 1);
  return { at: stride(layout, below) + slot, status: bitsIn(below) };
}

function bitsIn(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

// ---- secrets

function redacted(source: Source): Source {
  const { read, tell } = source;
  return { ...source, read: redacting(read), ...(tell && { tell: sparing(tell) }) };
}

/** Leaves rows that may tell a secret to be read, as they are shown. */
const sparing =
  (tell: Tell): Tell =>
  async (asked, form, signal) => {
    const [{ table, mask }] = asked as [Asked];
    const guard = GUARDS.get(table.name);
    const isGuarded = guard && (mask & (1 << guard[0].at.source)) !== 0;
    const told = await tell(asked, isGuarded ? withGuards(guard, form) : form, signal);
    return { ...told, batches: told.batches.map((batch, index) => shown(asked[index]!, batch)) };
  };

const redacting =
  (read: Read): Read =>
  async (table, mask, keys, signal) =>
    shown({ table, mask }, await read(table, mask, keys, signal));

const shown = ({ table, mask }: Pick<Asked, 'table' | 'mask'>, batch: Batch): Batch =>
  REDACTED[table.name]?.(table, mask, batch) ?? batch;

/** Where arguments stand. On Windows the command line of a service is part of what it is set up with. */
const ARGUMENTS: Readonly<Record<string, string>> = { process: 'cmdline', service: 'binaryPath' };

const GUARDS = new Map(
  Object.entries(ARGUMENTS).map(([name, path]) => {
    const at = placeIn(specs.get(name)!, path);
    return [name, [{ op: 'NO_WORDS', at, words: SUSPECT }]] as const;
  }),
);

const inArguments = (table: Layout, mask: number, batch: Batch): Batch =>
  rewritten(table, mask, batch, ARGUMENTS[table.name]!, redactArguments);

const REDACTED: Readonly<Record<string, (table: Layout, mask: number, batch: Batch) => Batch>> = {
  process: inArguments,
  service: inArguments,
  environment: (table, mask, batch) =>
    rewritten(table, mask, batch, 'value', (value, row) => redactValue(textAt(table, mask, row, batch, 'name'), value)),
};

function textAt(table: Layout, mask: number, row: number, { numbers, text }: Batch, path: string): string {
  const at = row * stride(table, mask) + placeOf(table, path, mask)!.at;
  return text.slice(numbers[at]!, numbers[at + 1]!);
}

/** The batch with a column of text changed: what is new stands after all there was. */
function rewritten(
  table: Layout,
  mask: number,
  batch: Batch,
  path: string,
  change: (text: string, row: number) => string,
): Batch {
  const place = placeOf(table, path, mask);
  if (!place) return batch;
  const width = stride(table, mask);
  let { numbers, text } = batch;
  const added: string[] = [];
  let end = text.length;
  for (let row = 0; row < batch.count; row++) {
    const at = row * width + place.at;
    if (Number.isNaN(numbers[at]!)) continue;
    const was = batch.text.slice(numbers[at]!, numbers[at + 1]!);
    const is = change(was, row);
    if (is === was) continue;
    if (numbers === batch.numbers) numbers = Float64Array.from(numbers);
    numbers[at] = end;
    end += is.length;
    numbers[at + 1] = end;
    added.push(is);
  }
  if (added.length > 0) text += added.join('');
  return { ...batch, numbers, text };
}

// ---- processes of others

const IDS = 1 << processTable.sources.indexOf('ids');
const GONE = STATUSES.indexOf('GONE');
/** The ids a process acts under: the kernel too takes for a user's own only what has all of them. */
const UIDS = ['uids.real', 'uids.effective', 'uids.saved'];

/** Tables whose rows belong to a process, and are asked by its pid. */
const OWNED = new Set(processTable.lists.map(({ table }) => table.name));

/** Columns that name a process. */
export const pidColumns = (of: Layout): string[] =>
  (specs.get(of.name)?.columns ?? []).map(({ path }) => path).filter((path) => /(^|\.|[a-z])(pid|Pid)$/.test(path));

function hiding(read: Read, uid: number): Read {
  /** Of these processes those that are seen. */
  async function seenOf(pids: readonly number[], signal?: AbortSignal): Promise<ReadonlySet<number>> {
    const wanted = [...new Set(pids)];
    if (wanted.length === 0) return new Set();
    const batch = await read(processTable, IDS, { keys: wanted }, signal);
    return new Set(rowsSeen(batch, IDS, uid).map((row) => batch.numbers[row * stride(processTable, IDS)]!));
  }

  async function processes(mask: number, keys: Keys, signal?: AbortSignal): Promise<Batch> {
    const batch = await read(processTable, mask | IDS, keys, signal);
    const seen = new Set(rowsSeen(batch, mask | IDS, uid));
    const own = narrowed(processTable, mask | IDS, mask, batch);
    const kept =
      'keys' in keys ? withoutContent(processTable, mask, own, seen) : withRows(processTable, mask, own, seen);
    return blinded(processTable, mask, kept, signal);
  }

  /** The batch without the pids of processes that are hidden. */
  async function blinded(table: Layout, mask: number, batch: Batch, signal?: AbortSignal): Promise<Batch> {
    const places = pidColumns(table).flatMap((path) => placeOf(table, path, mask) ?? []);
    if (places.length === 0 || batch.count === 0) return batch;
    const width = stride(table, mask);
    const slots = places.flatMap(({ at }) => Array.from({ length: batch.count }, (_, row) => row * width + at));
    const isPid = (slot: number): boolean => batch.numbers[slot]! > 0;
    const seen = await seenOf(
      slots.filter(isPid).map((slot) => batch.numbers[slot]!),
      signal,
    );
    const numbers = Float64Array.from(batch.numbers);
    for (const slot of slots) if (isPid(slot) && !seen.has(numbers[slot]!)) numbers[slot] = Number.NaN;
    return { ...batch, numbers };
  }

  async function owned(table: Layout, mask: number, keys: Keys, signal?: AbortSignal): Promise<Batch> {
    const asked = 'keys' in keys ? { keys: [...(await seenOf(keys.keys, signal))] } : keys;
    const batch = await read(table, mask, asked, signal);
    if ('keys' in keys) return batch;
    const width = stride(table, mask);
    const owners = Array.from({ length: batch.count }, (_, row) => batch.numbers[row * width]!);
    const seen = await seenOf(owners, signal);
    return withRows(table, mask, batch, new Set(owners.flatMap((pid, row) => (seen.has(pid) ? [row] : []))));
  }

  const seen: Read = async (table, mask, keys, signal) => {
    if (table.name === 'process') return processes(mask, keys, signal);
    if (OWNED.has(table.name)) return owned(table, mask, keys, signal);
    return blinded(table, mask, await read(table, mask, keys, signal), signal);
  };
  // How much was read tells how much there is.
  return async (table, mask, keys, signal) => {
    const batch = await seen(table, mask, keys, signal);
    return { ...batch, reads: new Uint32Array(batch.reads.length) };
  };
}

/** The rows of a batch of processes that are of this user. */
function rowsSeen(batch: Batch, mask: number, uid: number): number[] {
  const width = stride(processTable, mask);
  const places = UIDS.map((path) => placeOf(processTable, path, mask)!);
  const sources = bitsIn(mask);
  return Array.from({ length: batch.count }, (_, row) => row).filter(
    (row) =>
      batch.statuses[row * sources + places[0]!.status] === 0 &&
      places.every(({ at }) => batch.numbers[row * width + at] === uid),
  );
}

/** The batch as if it had been read with fewer sources. */
function narrowed(table: Layout, from: number, to: number, batch: Batch): Batch {
  if (from === to) return batch;
  const kept: number[] = [0];
  const keptStatuses: number[] = [];
  table.widths.forEach((width, source) => {
    if ((to & (1 << source)) === 0) return;
    const below = from & ((1 << source) - 1);
    const start = stride(table, below);
    for (let slot = 0; slot < width; slot++) kept.push(start + slot);
    keptStatuses.push(bitsIn(below));
  });
  const [width, sources] = [stride(table, from), bitsIn(from)];
  const numbers = new Float64Array(batch.count * kept.length);
  const statuses = new Uint8Array(batch.count * keptStatuses.length);
  for (let row = 0; row < batch.count; row++) {
    kept.forEach((slot, at) => {
      numbers[row * kept.length + at] = batch.numbers[row * width + slot]!;
    });
    keptStatuses.forEach((slot, at) => {
      statuses[row * keptStatuses.length + at] = batch.statuses[row * sources + slot]!;
    });
  }
  return { ...batch, numbers, statuses };
}

/** Only these rows. */
function withRows(table: Layout, mask: number, batch: Batch, rows: ReadonlySet<number>): Batch {
  const [width, sources] = [stride(table, mask), bitsIn(mask)];
  const numbers = new Float64Array(rows.size * width);
  const statuses = new Uint8Array(rows.size * sources);
  let to = 0;
  for (const row of rows) {
    numbers.set(batch.numbers.subarray(row * width, (row + 1) * width), to * width);
    statuses.set(batch.statuses.subarray(row * sources, (row + 1) * sources), to * sources);
    to++;
  }
  return { ...batch, count: rows.size, numbers, statuses };
}

/** Every row, but all there is in others than these is that there is no such thing. */
function withoutContent(table: Layout, mask: number, batch: Batch, rows: ReadonlySet<number>): Batch {
  const [width, sources] = [stride(table, mask), bitsIn(mask)];
  const numbers = Float64Array.from(batch.numbers);
  const statuses = Uint8Array.from(batch.statuses);
  for (let row = 0; row < batch.count; row++) {
    if (rows.has(row)) continue;
    numbers.fill(Number.NaN, row * width + 1, (row + 1) * width);
    statuses.fill(GONE, row * sources, (row + 1) * sources);
  }
  return { ...batch, numbers, statuses };
}

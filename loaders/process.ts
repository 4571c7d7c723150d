import { type Form, withGuards } from '../native/form.ts';
import {
  hang,
  ownerTable,
  type ProcessRow,
  processTable,
  type Source,
  type Status,
  type Target,
  type Waited,
} from '../native/index.ts';
import { placeIn } from '../native/spec/define.ts';
import { process as spec } from '../native/spec/process.ts';
import { groupByKey } from './group.ts';
import { type ReadList, readList } from './list.ts';
import { OwnerLoader } from './owner.ts';
import { RowLoader } from './rows.ts';
import type { Told } from './told.ts';

/** The bit of a source of processes. */
export const bit = (source: string): number => 1 << processTable.sources.indexOf(source);

const STAT = bit('stat');
const PARENT = bit('parent');
const CMDLINE = bit('cmdline');
const SMAPS = bit('smaps');
const CGROUP = bit('cgroup');
const PROGRAM = bit('exe') | bit('cwd') | bit('environ');

/** What processes hold of sockets is also asked of the sockets. */
const readListsOf =
  (owners: OwnerLoader): ReadList =>
  async (source, list, rows, mask) => {
    if (list.table !== ownerTable) return readList(source, list, rows, mask);
    const byPid = await owners.of(rows.map(({ key }) => key));
    for (const row of rows) hang(row, list, mask & list.mask, byPid.get(row.key) ?? []);
  };

export class ProcessLoader extends RowLoader<ProcessRow> {
  readonly #source: Source;
  #pass: Promise<ReadonlyMap<number, readonly ProcessRow[]>> | undefined;
  #members: Promise<ReadonlyMap<string, readonly Member[]>> | undefined;

  constructor(source: Source, owners = new OwnerLoader(source)) {
    super(source, processTable, settle, readListsOf(owners));
    this.#source = source;
  }

  override tell(mask: number, form: Form): Promise<Told<ProcessRow> | null> {
    return super.tell(mask, (mask & CMDLINE) === 0 ? form : withGuards(SETTLED, form));
  }

  /** How waiting for these to end went; null where nobody can wait. */
  async wait(targets: readonly Target[], timeoutMs: number): Promise<readonly Waited[] | null> {
    return (await this.#source.wait?.(targets, { timeoutMs })) ?? null;
  }

  /** One pass for every parent of the operation: the children of each process, by its pid. */
  childrenByPid(): Promise<ReadonlyMap<number, readonly ProcessRow[]>> {
    this.#pass ??= this.all(STAT | PARENT).then((all) => groupByKey(all, ({ ppid }) => ppid));
    return this.#pass;
  }

  /** One pass for every service of the operation: the processes that are part of it, by its name. */
  membersByService(): Promise<ReadonlyMap<string, readonly Member[]>> {
    this.#members ??= this.all(CGROUP).then((all) => groupByKey(all.flatMap(memberships), ({ service }) => service));
    return this.#members;
  }
}

/** A process as part of a service; it may be part of several. */
interface Member {
  readonly service: string;
  readonly row: ProcessRow;
}

const memberships = (row: ProcessRow): Member[] => (row.serviceNames ?? []).map((service) => ({ service, row }));

/** Where `settle` has something to say about a command line that was read. */
const SETTLED: Form = [
  { op: 'UNSET', at: placeIn(spec, 'hasEnded') },
  { op: 'NO_TITLE', at: placeIn(spec, 'cmdline') },
];

/**
 * What is missing or empty means something else for a zombie, of which the kernel keeps little, for a thread of the
 * kernel, which never had it, and for a program: only together with stat is it understood.
 */
function settle(row: ProcessRow): void {
  if (isTitle(row)) row.cmdline = row.cmdline![0]!.split(' ');
  if (row.hasEnded && (row.have & CMDLINE) !== 0) {
    row.cmdline = null;
    fail(row, CMDLINE, 'ZOMBIE');
  }
  if (row.hasEnded && (row.have & SMAPS) !== 0) {
    row.memoryMaps = null;
    fail(row, SMAPS, 'ZOMBIE');
  }
  for (const fault of row.faults ?? []) {
    if (fault.status === 'ABSENT' && isEnding(row, fault.bit)) fail(row, fault.bit, 'ZOMBIE');
    if (fault.status === 'ABSENT' && row.isKernelThread) forgive(row, fault.bit);
  }
}

/**
 * A program that writes a title over its arguments and past them shows one text, which the kernel ends as it ends an
 * argument. One argument with a blank in it is as long as what the program was started with.
 */
const isTitle = ({ cmdline, cmdlineSize, argumentsSize }: ProcessRow): boolean =>
  cmdline?.length === 1 && argumentsSize !== null && cmdlineSize !== argumentsSize && cmdline[0]!.includes(' ');

/** What every program has, one lacks that is just ending: its stat was read a moment before. */
const isEnding = ({ hasEnded, isKernelThread }: ProcessRow, of: number): boolean =>
  hasEnded === true || (isKernelThread === false && (of & PROGRAM) !== 0);

/** What it never had is nothing: of a list, an empty one. */
function forgive(row: ProcessRow, of: number): void {
  row.faults = row.faults?.filter((fault) => fault.bit !== of) ?? null;
  row.have |= of;
  for (const { mask, property } of processTable.lists) if ((mask & of) !== 0) Object.assign(row, { [property]: [] });
}

function fail(row: ProcessRow, of: number, status: Status): void {
  row.faults = [...(row.faults ?? []).filter((fault) => fault.bit !== of), { bit: of, status }];
  row.have &= ~of;
}

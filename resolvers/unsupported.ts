// Which fields are null on this host whatever is asked, and why.
import type { Loaders } from '../loaders/index.ts';
import type { Row, Source } from '../native/index.ts';
import { bitOf, type Column, type Platform, platformsOf, type Table } from '../native/spec/define.ts';
import { event as eventTable } from '../native/spec/event.ts';
import { tables } from '../native/spec/index.ts';
import { process as processTable } from '../native/spec/process.ts';
import { system as systemTable } from '../native/spec/system.ts';
import { allowed, explain, type GapReason } from './gaps.ts';

export interface Unsupported {
  /** A coordinate of the schema: `System.pressure`. */
  readonly field: string;
  readonly reason: GapReason;
  readonly message: string;
}

/** What can be asked to find out: loaders of the gateway's own, and which process it is. */
export interface Machine {
  readonly loaders: Loaders;
  readonly ownPid: number | null;
  readonly events?: Source['events'];
}

/** Who knows fields that are always null. What is not a line of the spec adds a function of its own. */
const finders: readonly ((machine: Machine) => Promise<readonly Unsupported[]>)[] = [unreadableLines, untoldEnds];

export async function findUnsupported(machine: Machine): Promise<readonly Unsupported[]> {
  return (await Promise.all(finders.map((find) => find(machine)))).flat();
}

/** Lines of the spec that no reader is for on this platform, or that this kernel has nothing for. */
async function unreadableLines({ loaders, ownPid }: Machine): Promise<readonly Unsupported[]> {
  const [system] = await loaders.system.at([0], allowed(systemTable, OPEN));
  // Of itself the gateway may read all that it may of anything. What is a secret anywhere is there everywhere.
  const own = ownPid === null ? [] : await loaders.process.at([ownPid], allowed(processTable, OPEN));
  const probes = new Map<Table, Row | undefined>([
    [systemTable, system],
    [processTable, own[0]],
  ]);
  const platform = (system?.platform ?? 'OTHER') as Platform;
  return outermost(tables.flatMap((table) => linesOf(table, platform, probes.get(table))));
}

/** How a process ended only the kernel can tell. */
async function untoldEnds({ events }: Machine): Promise<readonly Unsupported[]> {
  const opened = events?.(() => undefined) ?? { status: 'UNSUPPORTED' as const };
  if ('close' in opened) opened.close();
  if ('close' in opened || opened.status === 'OK') return [];
  const { reason } = explain(opened.status, eventTable, 'told');
  return [{ field: 'ProcessEvent.exit', reason, message: UNTOLD }];
}

const UNTOLD =
  'The kernel tells the gateway nothing of processes: what happens is found by comparing lists. On Linux it tells ' +
  'root, and since 6.6 everybody, unless the gateway is in a namespace of its own of processes, users or the network.';

const OPEN = new Set(['READ', 'SHOWN', 'OWNER'] as const);

/** Fields that are made of a column which is none itself. */
const MADE_OF: Readonly<Record<string, string>> = { containerId: 'container' };

interface Line {
  /** The coordinates of the groups around a field, from the outside, and its own. */
  readonly chain: readonly string[];
  readonly lack: Omit<Unsupported, 'field'> | null;
}

function linesOf(table: Table, platform: Platform, probe: Row | undefined): Line[] {
  const columns = table.columns
    .filter(({ hidden, path }) => !hidden || MADE_OF[path])
    .map((column) => ({
      chain: chainOf(table, MADE_OF[column.path] ?? column.path),
      lack: unread(table, column, platform) ?? unhad(table, column.source, probe),
    }));
  const lists = Object.entries(table.lists)
    .filter(([, { hidden }]) => !hidden)
    .map(([path, list]) => ({
      chain: chainOf(table, path),
      lack: unhad(table, Object.keys(list.table.sources)[0]!, probe),
    }));
  return [...columns, ...lists];
}

/** `memory.rss` of processes stands in Process.memory and is ProcessMemory.rss. */
function chainOf(table: Table, path: string): string[] {
  const names = path.split('.');
  return names.map((name, at) => `${table.groups[names.slice(0, at).join('.')]?.type ?? table.type}.${name}`);
}

function unread(table: Table, column: Column, platform: Platform): Line['lack'] {
  const platforms = platformsOf(table, column);
  if (platforms.includes(platform)) return null;
  return { reason: 'NOT_SUPPORTED', message: `Only these platforms have it: ${platforms.join(', ')}.` };
}

function unhad(table: Table, source: string, probe: Row | undefined): Line['lack'] {
  const bit = bitOf(table, source);
  const status = probe?.faults?.find((fault) => fault.bit === bit)?.status;
  return status === 'UNSUPPORTED' || status === 'ABSENT' ? explain(status, table, source) : null;
}

/** A field is always null if it is so wherever it stands; what stands inside another that is goes without saying. */
function outermost(lines: readonly Line[]): Unsupported[] {
  const had = new Set(lines.filter(({ lack }) => lack === null).flatMap(({ chain }) => chain));
  const found = new Map<string, Unsupported>();
  for (const { chain, lack } of lines) {
    const field = lack && chain.find((coordinate) => !had.has(coordinate));
    if (field && !found.has(field)) found.set(field, { field, ...lack });
  }
  return [...found.values()];
}

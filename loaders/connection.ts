import DataLoader from 'dataloader';
import {
  type ConnectionRow,
  connectionTable,
  copyRow,
  type Form,
  type OwnerRow,
  ownerTable,
  rowsOf,
  type Source,
  type Status,
} from '../native/index.ts';
import { groupByKey } from './group.ts';
import type { OwnerLoader } from './owner.ts';
import { Told } from './told.ts';

/** What sockets are asked by: the order is that of the enum Protocol in native/src/linux/connection.h. */
export const PROTOCOLS = ['TCP4', 'TCP6', 'UDP4', 'UDP6', 'UNIX', 'RAW4', 'RAW6'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

const [list] = connectionTable.lists;
const SOCKETS = 1 << connectionTable.sources.indexOf('sockets');
/** Of their own the kernel tells everything at once. */
export const OWN = (1 << connectionTable.sources.length) - 1 - list!.mask;
const OWNERS = list!.mask;
const TCP: readonly Protocol[] = ['TCP4', 'TCP6'];
const INET: readonly Protocol[] = ['TCP4', 'TCP6', 'UDP4', 'UDP6'];

export const keyOf = (protocol: Protocol): number => PROTOCOLS.indexOf(protocol);
export const protocolOf = (row: ConnectionRow): Protocol => PROTOCOLS[row.key]!;

/** Sockets by protocol, each protocol read once an operation, and so who holds them. */
export class ConnectionLoader {
  readonly #source: Source;
  readonly #listings = new DataLoader<Protocol, readonly ConnectionRow[]>((protocols) => this.#list(protocols));
  readonly #byInode = new Map<Protocol, Promise<ReadonlyMap<number, ConnectionRow> | null>>();
  readonly #owners: OwnerLoader;
  #held: Promise<Held> | undefined;
  #ends: Promise<ReadonlyMap<string, ConnectionRow>> | undefined;
  #listeners: ReadonlyMap<number, number> | null = null;

  constructor(source: Source, owners: OwnerLoader) {
    this.#source = source;
    this.#owners = owners;
  }

  /** Takes in all sockets of these protocols, as they were read elsewhere, for many. */
  adoptAll(protocols: readonly Protocol[], rows: readonly ConnectionRow[]): void {
    const byKey = groupByKey(rows, ({ key }) => key);
    for (const protocol of protocols) {
      const listing = byKey.get(keyOf(protocol)) ?? [];
      this.#listings.prime(
        protocol,
        listing.map((row) => copyRow(connectionTable, row)),
      );
    }
  }

  /** Every socket of these protocols; null if one of them could not be read: a part of them is not all of them. */
  async all(protocols: readonly Protocol[]): Promise<readonly ConnectionRow[] | null> {
    const listings = await this.#listed(protocols);
    return listings.some(faultIn) ? null : listings.flat();
  }

  /**
   * Every socket of these protocols, written by a form as far as it goes, with who holds them if that is asked for;
   * null if one of them could not be read, undefined where nobody writes. What is asked afterwards knows nothing of it.
   */
  async tell(
    protocols: readonly Protocol[],
    mask: number,
    form: Form,
  ): Promise<Told<ConnectionRow> | null | undefined> {
    const sockets = { table: connectionTable, mask: OWN, keys: { keys: protocols.map(keyOf) } };
    const owners = { table: ownerTable, mask: 1, keys: { except: [] } };
    const asked = (mask & OWNERS) === 0 ? [sockets] : [sockets, owners];
    const told = await this.#source.tell?.(asked, form);
    if (!told) return undefined;
    const [own, items] = told.batches;
    const rows = rowsOf(connectionTable, OWN, own!);
    if (faultIn(rows) !== null) return null;
    if (items) this.#owners.adoptAll(rowsOf(ownerTable, 1, items));
    await this.ensure(rows, mask);
    return new Told(told, rows);
  }

  /** Why not all sockets of these protocols are known; null where they are. */
  async fault(protocols: readonly Protocol[]): Promise<Status | null> {
    const [fault] = (await this.#listed(protocols)).flatMap((listing) => faultIn(listing) ?? []);
    return fault ?? null;
  }

  /** Hangs on each who holds it, if that is asked for. Nobody is known to hold it if everybody was looked at. */
  async ensure(rows: readonly ConnectionRow[], mask: number): Promise<void> {
    if ((mask & OWNERS) === 0 || rows.length === 0) return;
    this.#held ??= this.#owners.all().then(heldBy);
    const { byInode, unseen } = await this.#held;
    for (const row of rows) {
      if ((row.asked & OWNERS) !== 0) continue;
      row.asked |= OWNERS;
      row.owners = byInode.get(row.inode!) ?? (unseen && row.inode ? null : []);
      if (row.owners) row.have |= OWNERS;
      else row.faults = [...(row.faults ?? []), { bit: OWNERS, status: unseen! }];
    }
  }

  /** The sockets of these inodes that are of these protocols, in their order; null if one could not be read. */
  async at(inodes: readonly number[], protocols: readonly Protocol[]): Promise<ConnectionRow[] | null> {
    const maps = await Promise.all(protocols.map((protocol) => this.#inodesOf(protocol)));
    if (!maps.every((map) => map !== null)) return null;
    return inodes.flatMap((inode) => maps.flatMap((map) => map.get(inode) ?? []));
  }

  /** The socket at the other end, if it is of this host: for TCP in the same namespace. */
  async peerOf(row: ConnectionRow): Promise<ConnectionRow | null> {
    if (row.family === 'UNIX') return (await this.at(row.peerInode ? [row.peerInode] : [], ['UNIX']))?.[0] ?? null;
    if (row.type !== 'STREAM' || row.localPort === null || row.remotePort === null) return null;
    this.#ends ??= this.all(TCP).then((rows) => new Map(rows?.map((of) => [endsOf(of), of])));
    return (await this.#ends).get(endsOf(row, true)) ?? null;
  }

  /** Reads who listens, so that it is known of every process that is asked for afterwards. */
  async readListeners(): Promise<void> {
    const rows = await this.all(INET);
    this.#listeners = rows && new Map(rows.filter(listens).map((row) => [row.inode!, row.localPort!]));
  }

  /** The ports that are listened on by who holds these; undefined if not all of them could be read. */
  portsOf(held: readonly OwnerRow[] | null): readonly number[] | undefined {
    return this.#listeners ? (held ?? []).flatMap(({ inode }) => this.#listeners!.get(inode!) ?? []) : undefined;
  }

  async #list(protocols: readonly Protocol[]): Promise<(readonly ConnectionRow[])[]> {
    const keys = protocols.map(keyOf);
    const rows = rowsOf(connectionTable, OWN, await this.#source.read(connectionTable, OWN, { keys }));
    const byKey = groupByKey(rows, ({ key }) => key);
    return keys.map((key) => byKey.get(key) ?? []);
  }

  async #listed(protocols: readonly Protocol[]): Promise<(readonly ConnectionRow[])[]> {
    return (await this.#listings.loadMany(protocols)).map((listing) => {
      if (listing instanceof Error) throw listing;
      return listing;
    });
  }

  /** Null if they could not be read. */
  #inodesOf(protocol: Protocol): Promise<ReadonlyMap<number, ConnectionRow> | null> {
    const known = this.#byInode.get(protocol);
    if (known) return known;
    const made = this.all([protocol]).then((rows) => rows && new Map(rows.map((row) => [row.inode!, row])));
    this.#byInode.set(protocol, made);
    return made;
  }
}

/** Who holds what, and why some could not be looked at. */
interface Held {
  readonly byInode: ReadonlyMap<number, readonly OwnerRow[]>;
  readonly unseen: Status | null;
}

/** Who ended meanwhile holds nothing any more. */
function heldBy(all: readonly OwnerRow[]): Held {
  const faults = all.flatMap((row) => row.faults ?? []).filter(({ status }) => status !== 'GONE');
  return { byInode: groupByKey(all, ({ inode }) => inode), unseen: faults[0]?.status ?? null };
}

/** One row without what every socket has stands for a protocol that could not be read. */
const faultIn = (listing: readonly ConnectionRow[]): Status | null =>
  listing.find(({ have }) => (have & SOCKETS) === 0)?.faults?.[0]?.status ?? null;

/** UDP has no state: one that has a port and nobody at the other end takes what comes. */
const listens = ({ type, status, inode, localPort, remotePort }: ConnectionRow): boolean =>
  Boolean(inode) && localPort !== null && (type === 'STREAM' ? status === 'LISTEN' : !remotePort);

const MAPPED = /^::ffff:(?=\d+\.)/;

/** What a connection is known by from its own side, or from the other one. A socket that takes both may be its end. */
function endsOf(row: ConnectionRow, turned = false): string {
  const local = `${row.localAddress?.replace(MAPPED, '')} ${row.localPort}`;
  const remote = `${row.remoteAddress?.replace(MAPPED, '')} ${row.remotePort}`;
  return turned ? `${row.space} ${remote} ${local}` : `${row.space} ${local} ${remote}`;
}

import {
  CancelledError,
  type DiskRow,
  diskTable,
  type HeapRow,
  heapTable,
  type NetworkRow,
  networkTable,
  type Source,
  type SystemRow,
  systemTable,
} from '../native/index.ts';
import { Actor } from './action.ts';
import { ConnectionLoader } from './connection.ts';
import { MountLoader } from './mount.ts';
import { OwnerLoader } from './owner.ts';
import { ProcessLoader } from './process.ts';
import { RowLoader } from './rows.ts';
import { ServiceLoader } from './service.ts';

/** What reads, each made when it is first asked for. */
interface Readers {
  owners: OwnerLoader;
  connection: ConnectionLoader;
  network: RowLoader<NetworkRow>;
  process: ProcessLoader;
  system: RowLoader<SystemRow>;
  disk: RowLoader<DiskRow>;
  mount: MountLoader;
  service: ServiceLoader;
  heap: RowLoader<HeapRow>;
}

/** Of one operation, or one event of a stream, never of a socket. Most ask for one or two of these readers. */
export class Loaders {
  readonly actor: Actor;
  readonly #source: Source;
  #made: Partial<Readers> = {};

  /** What is done is done by `of`; read is what `source` tells of it. */
  constructor(of: Source, source: Source) {
    this.actor = new Actor(of);
    this.#source = source;
  }

  get connection(): ConnectionLoader {
    return this.#once('connection', () => new ConnectionLoader(this.#source, this.#owners));
  }
  get network(): RowLoader<NetworkRow> {
    return this.#once('network', () => new RowLoader(this.#source, networkTable));
  }
  get process(): ProcessLoader {
    return this.#once('process', () => new ProcessLoader(this.#source, this.#owners));
  }
  get system(): RowLoader<SystemRow> {
    return this.#once('system', () => new RowLoader(this.#source, systemTable));
  }
  get disk(): RowLoader<DiskRow> {
    return this.#once('disk', () => new RowLoader(this.#source, diskTable));
  }
  get mount(): MountLoader {
    return this.#once('mount', () => new MountLoader(this.#source));
  }
  get service(): ServiceLoader {
    return this.#once('service', () => new ServiceLoader(this.#source));
  }
  get heap(): RowLoader<HeapRow> {
    return this.#once('heap', () => new RowLoader(this.#source, heapTable));
  }

  /** Forgets what was read, because something was done to the host. */
  renew(): void {
    this.#made = {};
  }

  #once<K extends keyof Readers>(name: K, make: () => Readers[K]): Readers[K] {
    const reader = this.#made[name] ?? make();
    this.#made[name] = reader;
    return reader;
  }

  /** Who holds sockets is looked for once, whether processes are asked or sockets. */
  get #owners(): OwnerLoader {
    return this.#once('owners', () => new OwnerLoader(this.#source));
  }
}

/** Once `signal` aborts they read no more. */
export const createLoaders = (of: Source, signal?: AbortSignal): Loaders =>
  new Loaders(of, signal ? whileWanted(of, signal) : of);

const whileWanted = (source: Source, signal: AbortSignal): Source => ({
  ...source,
  read: (table, mask, keys) =>
    signal.aborted ? Promise.reject(new CancelledError()) : source.read(table, mask, keys, signal),
  ...(source.tell ? { tell: (asked, form) => source.tell!(asked, form, signal) } : {}),
  ...(source.wait ? { wait: (targets, patience) => source.wait!(targets, patience, signal) } : {}),
});

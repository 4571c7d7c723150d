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

interface Readers {
  readonly connection: ConnectionLoader;
  readonly network: RowLoader<NetworkRow>;
  readonly process: ProcessLoader;
  readonly system: RowLoader<SystemRow>;
  readonly disk: RowLoader<DiskRow>;
  readonly mount: MountLoader;
  readonly service: ServiceLoader;
  readonly heap: RowLoader<HeapRow>;
}

export interface Loaders extends Readers {
  readonly actor: Actor;
  /** Forgets what was read, because something was done to the host. */
  renew(): void;
}

/** Made for each operation and each event of a stream, never for a socket. Once `signal` aborts they read no more. */
export function createLoaders(of: Source, signal?: AbortSignal): Loaders {
  const source = signal ? whileWanted(of, signal) : of;
  const loaders: Loaders = {
    ...readersOf(source),
    actor: new Actor(of),
    renew: () => void Object.assign(loaders, readersOf(source)),
  };
  return loaders;
}

function readersOf(source: Source): Readers {
  const owners = new OwnerLoader(source);
  return {
    connection: new ConnectionLoader(source, owners),
    network: new RowLoader(source, networkTable),
    process: new ProcessLoader(source, owners),
    system: new RowLoader(source, systemTable),
    disk: new RowLoader(source, diskTable),
    mount: new MountLoader(source),
    service: new ServiceLoader(source),
    heap: new RowLoader(source, heapTable),
  };
}

const whileWanted = (source: Source, signal: AbortSignal): Source => ({
  ...source,
  read: (table, mask, keys) =>
    signal.aborted ? Promise.reject(new CancelledError()) : source.read(table, mask, keys, signal),
  ...(source.tell ? { tell: (asked, form) => source.tell!(asked, form, signal) } : {}),
  ...(source.wait ? { wait: (targets, patience) => source.wait!(targets, patience, signal) } : {}),
});

import {
  CancelledError,
  type NetworkRow,
  networkTable,
  type Source,
  type SystemRow,
  systemTable,
} from '../native/index.ts';
import { ConnectionLoader } from './connection.ts';
import { ProcessLoader } from './process.ts';
import { RowLoader } from './rows.ts';

export interface Loaders {
  readonly connection: ConnectionLoader;
  readonly network: RowLoader<NetworkRow>;
  readonly process: ProcessLoader;
  readonly system: RowLoader<SystemRow>;
}

/** Made for each operation and each event of a stream, never for a socket. Once `signal` aborts they read no more. */
export function createLoaders(of: Source, signal?: AbortSignal): Loaders {
  const source = signal ? whileWanted(of, signal) : of;
  return {
    connection: new ConnectionLoader(source),
    network: new RowLoader(source, networkTable),
    process: new ProcessLoader(source),
    system: new RowLoader(source, systemTable),
  };
}

const whileWanted = ({ identity, read }: Source, signal: AbortSignal): Source => ({
  identity,
  async read(table, mask, keys) {
    if (signal.aborted) throw new CancelledError();
    return read(table, mask, keys, signal);
  },
});

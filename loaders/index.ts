import { type NetworkRow, networkTable, type Source, type SystemRow, systemTable } from '../native/index.ts';
import { ConnectionLoader } from './connection.ts';
import { ProcessLoader } from './process.ts';
import { RowLoader } from './rows.ts';

export interface Loaders {
  readonly connection: ConnectionLoader;
  readonly network: RowLoader<NetworkRow>;
  readonly process: ProcessLoader;
  readonly system: RowLoader<SystemRow>;
}

/** Made for each operation, and for each event of a stream, never for a socket. */
export const createLoaders = (source: Source): Loaders => ({
  connection: new ConnectionLoader(source),
  network: new RowLoader(source, networkTable),
  process: new ProcessLoader(source),
  system: new RowLoader(source, systemTable),
});

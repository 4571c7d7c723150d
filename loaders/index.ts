import { type Source, type SystemRow, systemTable } from '../native/index.ts';
import { type ProcessLoader, processLoader } from './process.ts';
import { type RowLoader, rowLoader } from './rows.ts';

export interface Loaders {
  readonly process: ProcessLoader;
  readonly system: RowLoader<SystemRow>;
}

/** Made for each operation, and for each event of a stream, never for a socket. */
export const createLoaders = (source: Source): Loaders => ({
  process: processLoader(source),
  system: rowLoader(source, systemTable),
});

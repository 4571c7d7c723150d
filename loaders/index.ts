import { type Source, type SystemRow, systemTable } from '../native/index.ts';
import { ProcessLoader } from './process.ts';
import { RowLoader } from './rows.ts';

export interface Loaders {
  readonly process: ProcessLoader;
  readonly system: RowLoader<SystemRow>;
}

/** Made for each operation, and for each event of a stream, never for a socket. */
export const createLoaders = (source: Source): Loaders => ({
  process: new ProcessLoader(source),
  system: new RowLoader(source, systemTable),
});

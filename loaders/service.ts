import DataLoader from 'dataloader';
import { type ServiceRow, type Source, type Status, serviceTable } from '../native/index.ts';
import { RowLoader } from './rows.ts';

const UNITS = 1 << serviceTable.sources.indexOf('units');

/** A page of services, or why they cannot be listed. */
export interface Services {
  readonly rows: readonly ServiceRow[];
  readonly fault: Status | null;
}

/** Services by name; the numbers they have as rows are nobody else's business. */
export class ServiceLoader extends RowLoader<ServiceRow> {
  readonly #keys: DataLoader<string, number | null>;

  constructor(source: Source) {
    super(source, serviceTable);
    this.#keys = new DataLoader(async (names) => (await source.serviceKeys?.(names)) ?? names.map(() => null));
  }

  /** Every service, in no order, each with the sources of `mask` asked. One row without the list stands for no list. */
  async listed(mask: number): Promise<Services> {
    const all = await this.all(mask | UNITS);
    const fault = all.find(({ key }) => key === 0)?.faults?.[0]?.status ?? null;
    const rows = all.filter(({ have }) => (have & UNITS) !== 0);
    return { rows, fault };
  }

  /** The service of a name, which may be an alias; null if there is none. Those of one tick are looked up together. */
  async named(name: string, mask: number): Promise<ServiceRow | null> {
    const key = await this.#keys.load(name);
    return key === null ? null : (await this.at([key], mask | UNITS))[0]!;
  }
}

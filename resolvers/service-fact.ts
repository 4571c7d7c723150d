// What services can be filtered by.
import type { ServiceRow } from '../native/index.ts';
import { service as table } from '../native/spec/service.ts';
import { asksOf, type Facts, factOf } from './fact.ts';

const fact = factOf<ServiceRow>(table);

/** By the names they have in ServiceFilter. */
export const filterFacts: Facts<ServiceRow> = {
  name: fact('units', (row) => row.name),
  status: fact('units', (row) => row.status),
  startType: fact('files', (row) => row.startType),
};

/** What the filter of a list of services makes it read of all. */
export const asks = { table, mask: asksOf(filterFacts, {}) };

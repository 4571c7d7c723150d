// Tables that are watched: what became of them between two events.
import type { ConnectionRow, ProcessRow, ServiceRow } from '../native/src/gen/rows.ts';
import type { TableDelta } from '../resolvers/table.ts';
import type { momentOf } from '../subscriptions/sampler.ts';
import { builder } from './builder.ts';
import { Connection, connectionArgs } from './connection.ts';
import { moment } from './moment.ts';
import { Process } from './process.ts';
import { processArgs } from './process-filter.ts';
import { Service, serviceArgs } from './service.ts';

const pace = builder.args((t) => ({
  everyMs: t.int({
    required: true,
    defaultValue: 2000,
    description: 'Milliseconds from one event to the next, from 100 to 3,600,000.',
  }),
}));

const { after: _, ...ofProcesses } = processArgs;
const { after: __, ...ofConnections } = connectionArgs;
const { filter } = serviceArgs;

export const processTableArgs = { ...ofProcesses, ...pace };
export const connectionTableArgs = { ...ofConnections, ...pace };
export const serviceTableArgs = { filter, ...pace };

const tableType = <R>(name: string, of: string, type: unknown) =>
  builder.objectRef<ReturnType<typeof momentOf> & TableDelta<R>>(name).implement({
    description: `What became of ${of} between two events, for a client that keeps them by id.`,
    // biome-ignore lint/suspicious/noExplicitAny: the type of the rows is told as a value
    fields: (t: any) => ({
      ...moment(t),
      reset: t.exposeBoolean('reset', {
        description: 'True in a first event, and wherever what was sent before is to be forgotten.',
      }),
      totalCount: t.exposeInt('totalCount', { description: 'How many there are, on this page and off it.' }),
      added: t.expose('added', { type: [type], description: 'Those that are new; after a reset, all.' }),
      changed: t.expose('changed', {
        type: [type],
        description: 'Those that were there before, and of which something differs that is selected here.',
      }),
      removed: t.expose('removed', { type: ['ID'], description: 'The ids of those that are not there any more.' }),
      order: t.expose('order', {
        type: ['ID'],
        nullable: true,
        description: 'The ids of all, in the order that was asked for; null where it is as it was.',
      }),
    }),
  });

export const ProcessTableDelta = tableType<ProcessRow>('ProcessTableDelta', 'processes', Process);
export const ConnectionTableDelta = tableType<ConnectionRow>('ConnectionTableDelta', 'sockets', Connection);
export const ServiceTableDelta = tableType<ServiceRow>('ServiceTableDelta', 'services', Service);

import { bitOf, bitsOf } from '../native/spec/define.ts';
import { process as processTable } from '../native/spec/process.ts';
import { ServiceStartType, ServiceStatus, service as table } from '../native/spec/service.ts';
import { session } from '../native/spec/session.ts';
import { type ServiceRow, type SessionRow, serviceGroups } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/service.ts';
import { process as processOfSession } from '../resolvers/session.ts';
import { builder } from './builder.ts';
import { choiceType, columns, rowsAre } from './columns.ts';
import { type FilterLines, filterInput, pageType, paging, StringFilter } from './filter.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';
import { Process } from './process.ts';

const units = { cost: { sources: bitOf(table, 'units') } };

export const Service = builder.objectRef<ServiceRow>('Service');

Service.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Opaque; carries the host and the name.', extensions: units, resolve: resolve.id }),
    ...columns(t, table, serviceGroups),
    mainProcess: t.field({
      type: Process,
      nullable: true,
      description: 'Its main process; null where it has none now. On Linux, Windows.',
      extensions: { cost: { sources: bitOf(table, 'units') | bitOf(table, 'unit') } },
      resolve: resolve.mainProcess,
    }),
    processes: t.field({
      type: [Process],
      nullable: true,
      description:
        'Its processes, by pid: on Linux those in its control group and the ones below, on Windows its main process.',
      extensions: units,
      resolve: resolve.processes,
    }),
    gaps: t.field({
      type: [Gap],
      description: 'Why selected fields of it are null. Everywhere.',
      resolve: resolve.gaps,
    }),
  }),
});

const LINES: FilterLines = {
  name: [StringFilter, 'What its manager calls it: ssh.service.'],
  status: [[choiceType(ServiceStatus)], 'What it is doing: one of these.'],
  startType: [[choiceType(ServiceStartType)], 'When it is started: one of these.'],
};

const ServiceFilter = filterInput('ServiceFilter', 'services', LINES);

export const serviceArgs = builder.args((t) => ({
  filter: t.field({ type: ServiceFilter, description: 'Which; all of them without it.' }),
  ...paging,
}));

export const ServicePage = pageType<ServiceRow>('ServicePage', Service, {
  description: 'A page of services.',
  totalCount: 'How many there are, on this page and off it.',
  nodes: 'The services, by name.',
});

builder.objectField(ServicePage, 'gaps', (t) =>
  t.field({
    type: [Gap],
    description:
      'Why nodes is empty where it may not be: nothing manages services here (NOT_SUPPORTED), or what does cannot be ' +
      'asked. Everywhere.',
    resolve: (page) => [...(page as resolve.ServicePage).gaps],
  }),
);

builder.objectField(Process, 'service', (t) =>
  t.field({
    type: Service,
    nullable: true,
    description: 'The service it is part of, the first where it runs several; null outside of any. On Linux, Windows.',
    extensions: { cost: { sources: bitsOf(processTable, 'cgroup') } },
    resolve: resolve.serviceOf,
  }),
);

const UserSession = builder.objectRef<SessionRow>('UserSession').implement({
  description: session.description,
  fields: (t) => ({
    ...columns(t, session, {}),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'What let them in: a login shell or what started it; null once it has ended. On Linux.',
      extensions: { cost: { sources: bitOf(session, 'sessions') } },
      resolve: processOfSession,
    }),
  }),
});
rowsAre(session, UserSession);

import { owner, connection as table } from '../native/spec/connection.ts';
import { bitsOf } from '../native/spec/define.ts';
import { type ConnectionRow, connectionGroups, type OwnerRow } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/connection.ts';
import * as processes from '../resolvers/process.ts';
import { builder } from './builder.ts';
import { columns, rowsAre } from './columns.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';
import { PageInfo } from './page.ts';
import { Process } from './process.ts';

export const ConnectionKind = builder.enumType('ConnectionKind', {
  description: 'Which sockets, as psutil names them.',
  values: {
    INET: { description: 'TCP and UDP.' },
    INET4: { description: 'TCP and UDP over IPv4.' },
    INET6: { description: 'TCP and UDP over IPv6.' },
    TCP: { description: 'TCP.' },
    TCP4: { description: 'TCP over IPv4.' },
    TCP6: { description: 'TCP over IPv6.' },
    UDP: { description: 'UDP.' },
    UDP4: { description: 'UDP over IPv4.' },
    UDP6: { description: 'UDP over IPv6.' },
    UNIX: { description: 'UNIX sockets.' },
    ALL: { description: 'All of these, and raw sockets, which psutil does not have.' },
  } as const,
});

const SocketOwner = builder.objectRef<OwnerRow>('SocketOwner');
rowsAre(owner, SocketOwner);

SocketOwner.implement({
  description: owner.description,
  fields: (t) => ({
    ...columns(t, owner, {}),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'The holder; null once it has ended.',
      resolve: processes.owner,
    }),
  }),
});

export const Connection = builder.objectRef<ConnectionRow>('Connection');
const owners = { cost: { sources: bitsOf(table, 'socketFds') } };

Connection.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries host, boot, network namespace and what the kernel tells the socket from others by.',
      resolve: resolve.id,
    }),
    ...columns(t, table, connectionGroups),
    pid: t.int({
      nullable: true,
      description: 'Process id of the holder with the lowest; null if no process holds it. On Linux.',
      extensions: owners,
      resolve: resolve.pid,
    }),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'The holder with the lowest process id. On Linux.',
      extensions: owners,
      resolve: resolve.process,
    }),
    peer: t.field({
      type: Connection,
      nullable: true,
      description:
        'The other end, where it is a socket of this host too: over loopback, or of a UNIX socket. On Linux.',
      extensions: { cost: { sources: bitsOf(table, 'peers') } },
      resolve: resolve.peer,
    }),
    gaps: t.field({
      type: [Gap],
      description: 'Why selected fields of it are null. Everywhere.',
      resolve: resolve.gaps,
    }),
  }),
});

export const ConnectionPage = builder.objectRef<resolve.ConnectionPage>('ConnectionPage').implement({
  description: 'A page of sockets.',
  fields: (t) => ({
    totalCount: t.exposeInt('totalCount', { description: 'How many there are, on this page and off it.' }),
    nodes: t.field({
      type: [Connection],
      description: 'The sockets, protocol after protocol, in no other order.',
      resolve: ({ nodes }) => [...nodes],
    }),
    pageInfo: t.expose('pageInfo', { type: PageInfo, description: 'Where the page stands.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When they were read.' }),
  }),
});

import { ConnectionStatus, owner, connection as table } from '../native/spec/connection.ts';
import { bitsOf } from '../native/spec/define.ts';
import { type ConnectionRow, connectionGroups, type OwnerRow } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/connection.ts';
import * as processes from '../resolvers/process.ts';
import { builder } from './builder.ts';
import { choiceType, columns, platforms, rowsAre } from './columns.ts';
import {
  BigIntFilter,
  described,
  type FilterLines,
  filterInput,
  IntFilter,
  orderInput,
  pageType,
  paging,
  StringFilter,
} from './filter.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';
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
const WITH_HOLDERS = platforms(table, 'socketFds');

Connection.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries host, boot, network namespace and what the kernel tells the socket from others by.',
      extensions: { writes: { steps: resolve.ID } },
      resolve: resolve.id,
    }),
    ...columns(t, table, connectionGroups),
    pid: t.int({
      nullable: true,
      description: `Process id of the holder with the lowest; null if no process holds it. ${WITH_HOLDERS}`,
      extensions: owners,
      resolve: resolve.pid,
    }),
    process: t.field({
      type: Process,
      nullable: true,
      description: `The holder with the lowest process id. ${WITH_HOLDERS}`,
      extensions: owners,
      resolve: resolve.process,
    }),
    peer: t.field({
      type: Connection,
      nullable: true,
      description:
        'The other end, where it is a socket of this host too: over loopback, or of a UNIX socket. ' +
        platforms(table, 'peers'),
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

export const ConnectionPage = pageType<ConnectionRow>('ConnectionPage', Connection, {
  description: 'A page of sockets.',
  totalCount: 'How many pass the filter, on this page and off it.',
  nodes:
    'The sockets. A page is sorted, by protocol and id at last; all of them at once stand in no order unless asked.',
});

const LINES: FilterLines = {
  status: [[choiceType(ConnectionStatus)], 'What TCP is doing: one of these.'],
  pid: [IntFilter, 'Process id of the holder with the lowest. What one process holds is its field connections.'],
  localPort: [IntFilter, 'Port of this end.'],
  remotePort: [IntFilter, 'Port of the other end.'],
  localAddress: [StringFilter, 'IP address of this end.'],
  remoteAddress: [StringFilter, 'IP address of the other end.'],
  path: [StringFilter, 'Of a UNIX socket, the path it is bound to.'],
  uid: [BigIntFilter, 'User id of who made it.'],
};

export const ConnectionFilter = filterInput('ConnectionFilter', 'sockets', LINES);

const ConnectionOrderField = builder.enumType('ConnectionOrderField', {
  description: 'What sockets are sorted by.',
  values: described({
    STATUS: 'What TCP is doing, by its name.',
    LOCAL_ADDRESS: 'Address of this end, as text.',
    LOCAL_PORT: 'Port of this end.',
    REMOTE_ADDRESS: 'Address of the other end, as text.',
    REMOTE_PORT: 'Port of the other end.',
    PID: 'Process id of the holder with the lowest.',
    RECEIVE_QUEUE: 'Bytes that wait to be read.',
    SEND_QUEUE: 'Bytes not yet taken by the other end.',
  }),
});

export const ConnectionOrder = orderInput(
  'ConnectionOrder',
  ConnectionOrderField,
  'An order of sockets; where all that is asked for is equal, by protocol and id.',
);

export const connectionArgs = builder.args((t) => ({
  kind: t.field({ type: ConnectionKind, required: true, defaultValue: 'INET', description: 'Which sockets.' }),
  filter: t.field({ type: ConnectionFilter, description: 'Which of them; all without it.' }),
  orderBy: t.field({ type: [ConnectionOrder], description: 'By what, the first first.' }),
  ...paging,
}));

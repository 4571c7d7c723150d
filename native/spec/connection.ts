import { choice, choices, count, group, hidden, int, list, on, required, source, table, text } from './define.ts';
import { AddressFamily } from './network.ts';

export const SocketType = choices('SocketType', 'How a socket carries data.', {
  STREAM: 'A stream of bytes, in order: TCP.',
  DGRAM: 'Packets, each for itself: UDP.',
  SEQPACKET: 'Packets, in order.',
  RAW: 'What the network itself carries.',
  OTHER: 'None of these.',
});

export const ConnectionStatus = choices('ConnectionStatus', 'What TCP is doing; a socket of anything else has NONE.', {
  ESTABLISHED: 'Open, both ways.',
  SYN_SENT: 'Asked for by this end.',
  SYN_RECV: 'Asked for by the other end.',
  FIN_WAIT1: 'Closed by this end, which the other one has not heard yet.',
  FIN_WAIT2: 'Closed by this end; the other one may still send.',
  TIME_WAIT: 'Closed by both; what is still on its way is waited for.',
  CLOSE: 'Not in use.',
  CLOSE_WAIT: 'Closed by the other end; this one has not closed it yet.',
  LAST_ACK: 'Closed by both; the last word is waited for.',
  LISTEN: 'Waits for others to connect.',
  CLOSING: 'Closed by both at once.',
  DELETE_TCB: 'Being taken down.',
  IDLE: 'Opened, and not bound yet.',
  BOUND: 'Bound, and not connected yet.',
  NONE: 'Not TCP, so there is none.',
  UNKNOWN: 'A state this version does not know.',
});

export const owner = table('owner', {
  type: 'SocketOwner',
  description: 'A process that holds a socket, and under which descriptor.',
  // Asked by pid: the sockets that a process holds, or everything that any process holds.
  key: 'owner',
  sources: {
    socketFds: source(
      { LINUX: '/proc/PID/fd', WINDOWS: 'GetExtendedTcpTable, GetExtendedUdpTable' },
      { access: 'OWNER' },
    ),
  },
  columns: [
    required(int('pid', 'socketFds', 'Process id of the holder.')),
    on(['LINUX'], int('fd', 'socketFds', 'Number of the descriptor in that process.')),
    hidden(count('inode', 'socketFds', 'What the kernel calls the socket that is held.')),
  ],
});

const endpoint = (path: string) => [
  required(text(`${path}.address`, 'sockets', 'IP address; an IPv4 address on an IPv6 socket as ::ffff:1.2.3.4.')),
  required(int(`${path}.port`, 'sockets', 'Port; of a raw socket, the number of the protocol it takes.')),
];

const endpointGroup = (description: string) => group('Endpoint', 'An end of a connection.', description);

export const connection = table('connection', {
  type: 'Connection',
  description: 'A socket, in whichever network namespace: an end of a connection, or what waits for one.',
  // Asked by protocol, in the order of the enum Protocol in native/src/linux/connection.h.
  key: 'owner',
  sources: {
    sockets: source({ LINUX: 'NETLINK_SOCK_DIAG; /proc/net', WINDOWS: 'GetExtendedTcpTable, GetExtendedUdpTable' }),
    details: source({ LINUX: 'NETLINK_SOCK_DIAG; /proc/net' }, { beside: 'sockets' }),
    peers: source({ LINUX: 'NETLINK_SOCK_DIAG' }, { beside: 'sockets' }),
  },
  groups: {
    local: endpointGroup('This end; null for a UNIX socket and one without a port.'),
    remote: endpointGroup('The other end; null for a UNIX socket and one that is not connected.'),
  },
  lists: { owners: list(owner, 'Every process that holds it and under which descriptor, by pid.') },
  columns: [
    hidden(count('space', 'sockets', 'Inode of the network namespace.')),
    hidden(count('inode', 'sockets', 'What the kernel calls the socket; 0 once no descriptor can be of it.')),
    hidden(count('cookieHigh', 'sockets', 'The upper half of what the kernel tells it from any other socket by.')),
    hidden(count('cookieLow', 'sockets', 'The lower half.')),
    hidden(count('peerInode', 'peers', 'Of a UNIX socket, the inode of the other end; 0 if it is not connected.')),
    required(choice('family', 'sockets', AddressFamily, 'What kind of address it has.')),
    required(choice('type', 'sockets', SocketType, 'How it carries data.')),
    required(choice('status', 'sockets', ConnectionStatus, 'What TCP is doing; NONE for anything else.')),
    ...endpoint('local'),
    ...endpoint('remote'),
    text(
      'path',
      'sockets',
      'Of a UNIX socket, the path it is bound to, or @ and its abstract name, NULs in it shown as @; null for none.',
    ),
    count('uid', 'details', 'User id of who made it.'),
    count('receiveQueue', 'details', 'Bytes that wait to be read; of one that listens, connections that wait.'),
    count('sendQueue', 'details', 'Bytes not yet taken by the other end; of one that listens, how many may wait.'),
  ],
});

// What sockets can be filtered and sorted by.
import type { ConnectionRow } from '../native/index.ts';
import { connection as table } from '../native/spec/connection.ts';
import { asksOf, type Facts, factOf } from './fact.ts';

const fact = factOf<ConnectionRow>(table);

const status = fact('sockets', (row) => row.status);
const localAddress = fact('sockets', (row) => row.localAddress);
const localPort = fact('sockets', (row) => row.localPort);
const remoteAddress = fact('sockets', (row) => row.remoteAddress);
const remotePort = fact('sockets', (row) => row.remotePort);
/** They are by pid, and so the first has the lowest. */
const pid = fact('socketFds', ({ owners }) => owners?.[0]?.pid ?? null);

/** By the names they have in ConnectionFilter. */
export const filterFacts: Facts<ConnectionRow> = {
  status,
  pid,
  localPort,
  remotePort,
  localAddress,
  remoteAddress,
  path: fact('sockets', (row) => row.path),
  uid: fact('details', (row) => row.uid),
};

/** By the names of ConnectionOrderField. */
export const orderFacts: Facts<ConnectionRow> = {
  STATUS: status,
  LOCAL_ADDRESS: localAddress,
  LOCAL_PORT: localPort,
  REMOTE_ADDRESS: remoteAddress,
  REMOTE_PORT: remotePort,
  PID: pid,
  RECEIVE_QUEUE: fact('details', (row) => row.receiveQueue),
  SEND_QUEUE: fact('details', (row) => row.sendQueue),
};

/** What the arguments of a list of sockets make it read of all. */
export const asks = { table, mask: asksOf(filterFacts, orderFacts) };

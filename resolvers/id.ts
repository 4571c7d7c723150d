// Global ids: opaque to clients, and never about a later process of the same pid.
import { createHash } from 'node:crypto';
import { PROTOCOLS, type Protocol } from '../loaders/connection.ts';
import type { ConnectionRow, DiskRow, HostIdentity, MountRow, ProcessRow, ThreadRow } from '../native/index.ts';
import { badInput } from './error.ts';

/** What ids carry of the host and of this boot of it. */
export interface HostKeys {
  readonly host: string;
  readonly boot: string;
}

export type NodeId =
  | { readonly type: 'System' }
  | { readonly type: 'Process'; readonly pid: number; readonly startTicks: number }
  | { readonly type: 'Thread'; readonly pid: number; readonly tid: number; readonly startTicks: number }
  | { readonly type: 'Container'; readonly containerId: string }
  | { readonly type: 'NetworkInterface'; readonly name: string }
  | { readonly type: 'Service'; readonly name: string }
  | { readonly type: 'Connection'; readonly protocol: Protocol; readonly key: string }
  | { readonly type: 'Disk'; readonly number: number; readonly sequence: number }
  | { readonly type: 'Mount'; readonly number: number; readonly mark: string };

const digest = (...parts: unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(['sysgraph', ...parts]))
    .digest('base64url')
    .slice(0, 12);

/** The machine id is not to be shown, so ids carry a digest of it. */
export const hostKeys = ({ machineId, bootId, pidNamespace }: HostIdentity): HostKeys => ({
  host: digest(machineId),
  boot: digest(machineId, bootId, pidNamespace),
});

export const systemId = ({ host }: HostKeys): string => `System:${host}`;

export const processId = ({ host, boot }: HostKeys, row: Pick<ProcessRow, 'key' | 'startTicks'>): string =>
  `Process:${host}:${boot}:${row.key}:${row.startTicks}`;

/** A thread's own start tells it from a later one of the same number. */
export const threadId = ({ host, boot }: HostKeys, row: ThreadRow): string =>
  `Thread:${host}:${boot}:${row.key}:${row.tid}:${row.startTicks}`;

/** A container outlives a boot, and its name may hold anything. */
export const containerId = ({ host }: HostKeys, id: string): string =>
  `Container:${host}:${Buffer.from(id).toString('base64url')}`;

/** Interfaces keep their names over boots, and have no other. */
export const interfaceId = ({ host }: HostKeys, name: string): string =>
  `NetworkInterface:${host}:${Buffer.from(name).toString('base64url')}`;

/** Services keep their names over boots, and have no other. */
export const serviceId = ({ host }: HostKeys, name: string): string =>
  `Service:${host}:${Buffer.from(name).toString('base64url')}`;

/** Its cookie, in its namespace, is of no other socket of this boot. Without one it is where it is. */
export function connectionKey(row: ConnectionRow): string {
  const { space, inode, cookieHigh, cookieLow, localAddress, localPort, remoteAddress, remotePort, path } = row;
  if (cookieHigh !== null && cookieLow !== null) return `${space ?? ''}:${cookieHigh}:${cookieLow}`;
  return `${space ?? ''}:${digest(inode, localAddress, localPort, remoteAddress, remotePort, path)}`;
}

export const connectionId = ({ host, boot }: HostKeys, protocol: Protocol, row: ConnectionRow): string =>
  `Connection:${host}:${boot}:${protocol}:${connectionKey(row)}`;

export const diskId = ({ host, boot }: HostKeys, row: DiskRow): string =>
  `Disk:${host}:${boot}:${row.key}:${row.sequence ?? 0}`;

/** The kernel gives the number of a mount to a later one: its device and place are told too. */
export const mountMark = ({ deviceNumber, mountpoint }: MountRow): string => digest(deviceNumber, mountpoint);

export const mountId = ({ host, boot }: HostKeys, row: MountRow): string =>
  `Mount:${host}:${boot}:${row.key}:${mountMark(row)}`;

/** No node, so that nothing asks for it; but it differs from any other's, and is the same after the next boot. */
export const sensorId = (type: string, { host }: HostKeys, sensor: string | null): string =>
  `${type}:${host}:${digest(sensor)}`;

/** No node either. Groups are of a moment, and one of the same key is the same group later. */
export const processGroupId = ({ host, boot }: HostKeys, by: string, key: string | null): string =>
  `ProcessGroup:${host}:${boot}:${by}:${digest(key)}`;

const PATTERNS: Record<string, RegExp> = {
  System: /^System:([\w-]{12})$/,
  Process: /^Process:([\w-]{12}):([\w-]{12}):(\d{1,10}):(\d{1,19})$/,
  Thread: /^Thread:([\w-]{12}):([\w-]{12}):(\d{1,10}):(\d{1,10}):(\d{1,19})$/,
  Container: /^Container:([\w-]{12}):([\w-]{1,1000})$/,
  NetworkInterface: /^NetworkInterface:([\w-]{12}):([\w-]{1,1000})$/,
  Service: /^Service:([\w-]{12}):([\w-]{1,1000})$/,
  Connection: /^Connection:([\w-]{12}):([\w-]{12}):(\w{4}):(\d{0,19}:(?:\d{1,10}:\d{1,10}|[\w-]{12}))$/,
  Disk: /^Disk:([\w-]{12}):([\w-]{12}):(\d{1,10}):(\d{1,19})$/,
  Mount: /^Mount:([\w-]{12}):([\w-]{12}):(\d{1,10}):([\w-]{12})$/,
};

/** What has an id that tells it from others of its list, and is no node. */
const LISTED: readonly string[] = ['ProcessGroup', 'Temperature', 'Fan'];

/** What an id names on this host: null for what was there before it was started anew. Throws if it is no id of it. */
export function parseId(keys: HostKeys, id: string): NodeId | null {
  const type = id.slice(0, Math.max(0, id.indexOf(':')));
  if (LISTED.includes(type))
    throw badInput(`this is the id of a ${type}, which is no Node: ask for the list it stands in`);
  const match = PATTERNS[type]?.exec(id);
  if (!match) throw badInput('this is not an id: ids are what the field id of an object gave');
  if (match[1] !== keys.host) throw badInput('this id belongs to another host than the one this gateway answers for');
  if (type === 'System') return { type };
  if (type === 'Container') return { type, containerId: Buffer.from(match[2]!, 'base64url').toString() };
  if (type === 'NetworkInterface') return { type, name: Buffer.from(match[2]!, 'base64url').toString() };
  if (type === 'Service') return { type, name: Buffer.from(match[2]!, 'base64url').toString() };
  if (match[2] !== keys.boot) return null;
  if (type === 'Connection') return connectionOf(match[3]!, match[4]!);
  const number = Number(match[3]);
  if (type === 'Thread') return { type, pid: number, tid: Number(match[4]), startTicks: Number(match[5]) };
  if (type === 'Mount') return { type, number, mark: match[4]! };
  if (type === 'Disk') return { type, number, sequence: Number(match[4]) };
  return { type: 'Process', pid: number, startTicks: Number(match[4]) };
}

function connectionOf(name: string, key: string): NodeId | null {
  const protocol = PROTOCOLS.find((known) => known === name);
  return protocol === undefined ? null : { type: 'Connection', protocol, key };
}

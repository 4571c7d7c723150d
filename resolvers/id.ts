// Global ids: opaque to clients, and never about a later process of the same pid.
import { createHash } from 'node:crypto';
import type { HostIdentity, ProcessRow } from '../native/index.ts';
import { badInput } from './error.ts';

/** What ids carry of the host and of this boot of it. */
export interface HostKeys {
  readonly host: string;
  readonly boot: string;
}

export type NodeId =
  | { readonly type: 'System' }
  | { readonly type: 'Process'; readonly pid: number; readonly startTicks: number };

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

export const processId = ({ host, boot }: HostKeys, row: ProcessRow): string =>
  `Process:${host}:${boot}:${row.key}:${row.startTicks}`;

const PATTERNS: Record<string, RegExp> = {
  System: /^System:([\w-]{12})$/,
  Process: /^Process:([\w-]{12}):([\w-]{12}):(\d{1,10}):(\d{1,19})$/,
};

/**
 * What an id names on this host: null for what was there before the host was started anew. Throws if it is no id of
 * this host.
 */
export function parseId(keys: HostKeys, id: string): NodeId | null {
  const type = id.slice(0, Math.max(0, id.indexOf(':')));
  const match = PATTERNS[type]?.exec(id);
  if (!match) throw badInput('this is not an id: ids are what the field id of an object gave');
  if (match[1] !== keys.host) throw badInput('this id belongs to another host than the one this gateway answers for');
  if (type === 'System') return { type };
  if (match[2] !== keys.boot) return null;
  return { type: 'Process', pid: Number(match[3]), startTicks: Number(match[4]) };
}

import type { GraphQLResolveInfo } from 'graphql';
import {
  ConnectionRow,
  DiskRow,
  MountRow,
  NetworkRow,
  ProcessRow,
  ServiceRow,
  SystemRow,
  ThreadRow,
} from '../native/index.ts';
import { connectionById } from './connection.ts';
import { type Container, containerById } from './container.ts';
import type { Context } from './context.ts';
import { diskById } from './disk.ts';
import { type NodeId, parseId } from './id.ts';
import { mountById } from './mount.ts';
import { interfaceByName } from './network.ts';
import { processById } from './process.ts';
import { serviceByName } from './service.ts';
import { system } from './system.ts';
import { threadById } from './thread.ts';

export type Node =
  | ProcessRow
  | SystemRow
  | ThreadRow
  | Container
  | NetworkRow
  | ConnectionRow
  | DiskRow
  | MountRow
  | ServiceRow;

export async function node(
  _: unknown,
  { id }: { id: string },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  const named = parseId(context.host, id);
  return named && find(named, context, info);
}

/** Each of these ids, in their order; null for what is gone. One that is no id is an error of the whole question. */
export function nodes(
  _: unknown,
  { ids }: { ids: readonly string[] },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly (Node | null)[]> {
  const named = ids.map((id) => parseId(context.host, id));
  return Promise.all(named.map((each) => each && find(each, context, info)));
}

async function find(named: NodeId, context: Context, info: GraphQLResolveInfo): Promise<Node | null> {
  if (named.type === 'Process') return processById(named, context, info);
  if (named.type === 'Thread') return threadById(named, context, info);
  if (named.type === 'Container') return containerById(named, context);
  if (named.type === 'NetworkInterface') return interfaceByName(named, context, info);
  if (named.type === 'Connection') return connectionById(named, context, info);
  if (named.type === 'Disk') return diskById(named, context, info);
  if (named.type === 'Mount') return mountById(named, context, info);
  if (named.type === 'Service') return serviceByName(named, context, info);
  return system(undefined, {}, context, info);
}

export function resolveType(value: object): string {
  if (value instanceof ProcessRow) return 'Process';
  if (value instanceof ThreadRow) return 'Thread';
  if (value instanceof NetworkRow) return 'NetworkInterface';
  if (value instanceof ConnectionRow) return 'Connection';
  if (value instanceof DiskRow) return 'Disk';
  if (value instanceof MountRow) return 'Mount';
  if (value instanceof ServiceRow) return 'Service';
  return value instanceof SystemRow ? 'System' : 'Container';
}

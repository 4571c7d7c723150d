import { connection, owner } from './connection.ts';
import { cpu } from './cpu.ts';
import type { Choice, Table } from './define.ts';
import { disk } from './disk.ts';
import { environment } from './environment.ts';
import { event } from './event.ts';
import { heap } from './heap.ts';
import { limit } from './limit.ts';
import { memoryMap } from './memory-map.ts';
import { mount } from './mount.ts';
import { address, network } from './network.ts';
import { openFile } from './open-file.ts';
import { process } from './process.ts';
import { battery, fan, temperature } from './sensor.ts';
import { service } from './service.ts';
import { session } from './session.ts';
import { system } from './system.ts';
import { thread } from './thread.ts';

/** Every table, in the order the addon numbers them; what belongs to an owner before its owner. */
export const tables: readonly Table[] = [
  limit,
  environment,
  memoryMap,
  openFile,
  thread,
  owner,
  address,
  connection,
  network,
  process,
  cpu,
  temperature,
  fan,
  battery,
  session,
  system,
  disk,
  mount,
  service,
  heap,
  event,
];

/** Every enum that a column uses. */
export const choicesUsed: readonly Choice[] = [
  ...new Set(tables.flatMap(({ columns }) => columns.flatMap(({ choice }) => choice ?? []))),
];

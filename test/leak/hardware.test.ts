import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  batteryTable,
  cpuTable,
  diskTable,
  fanTable,
  heapTable,
  mountTable,
  openLocal,
  type Row,
  type Source,
  systemTable,
  type TableShape,
  temperatureTable,
} from '../../native/index.ts';
import { comesBackTo, held } from '../support/held.ts';
import { ALL, maskOf, ownSources } from '../support/reading.ts';
import { dir, withTree } from '../support/tree.ts';

const CALLS = 20_000;

const threads = (): number => readdirSync('/proc/self/task').length;

/** Everything that is not a process, in one call a table. */
async function round(source: Source): Promise<number> {
  // biome-ignore lint/suspicious/noExplicitAny: tables of every kind of row
  const read = (table: TableShape<any>, all = false) =>
    source.read(table, maskOf(table, ownSources(table as TableShape<Row>)), all ? ALL : { keys: [0] });
  const lists = [cpuTable, temperatureTable, fanTable, batteryTable, systemTable, heapTable].map((table) =>
    read(table),
  );
  const calls = [...lists, read(diskTable, true), read(mountTable, true), source.mountAt!('/usr/lib/..', true)];
  await Promise.all(calls);
  return calls.length;
}

test(`${CALLS.toLocaleString('en')} calls leave no descriptor and no thread behind`, { timeout: 240_000 }, () =>
  withTree({ stat: 'cut', meminfo: dir(), 'class/hwmon/hwmon0/temp1_input': dir() }, async (root) => {
    const hosts = await Promise.all([openLocal(), openLocal({ procRoot: root, sysRoot: root })]);
    for (const host of hosts) await round(host);
    await expect.poll(threads, { timeout: 20_000 }).toBeLessThan(20);
    const before = held();
    for (let calls = 0; calls < CALLS; ) for (const host of hosts) calls += await round(host);
    await comesBackTo(before);
  }),
);

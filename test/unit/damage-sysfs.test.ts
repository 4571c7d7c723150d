import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  batteryTable,
  cpuTable,
  diskTable,
  fanTable,
  type Keys,
  networkTable,
  type Row,
  type TableShape,
  temperatureTable,
} from '../../native/index.ts';
import { ALL, readWhole, withHost } from '../support/reading.ts';
import type { Tree } from '../support/tree.ts';

// Every value that sysfs has of one device, cut at every byte: it tells less of that device, or nothing, and the other
// one is told as if nothing had happened.

/** A folder of values, a line each. */
const folder = (path: string, values: Readonly<Record<string, string | number>>): Tree =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${path}/${name}`, `${value}\n`]));

interface Case {
  readonly table: TableShape<Row>;
  readonly keys: Keys;
  /** The device 11 and the device 22. */
  readonly device: (number: number) => Tree;
  readonly common?: Tree;
  readonly isOther: (row: never) => boolean;
}

const SYSTEM = { keys: [0] };
const COUNTS = Array.from({ length: 16 }, () => 7).join(' ');
const CPU_LINES = [11, 22].map((number) => `cpu${number} 1 2 3 4\n`).join('');
const of = <R extends Row>(
  table: TableShape<R>,
  keys: Keys,
  isOther: (row: R) => boolean,
  device: Case['device'],
  common: Tree = {},
): Case => ({ table: table as unknown as TableShape<Row>, keys, device, common, isOther });

const cases: Readonly<Record<string, Case>> = {
  temperatures: of(
    temperatureTable,
    SYSTEM,
    ({ label }) => label === 'label 22',
    (number) => {
      const values = { input: 46_000 + number, max: 80_000, crit: 90_000, label: `label ${number}` };
      const files = Object.entries(values).map(([name, value]) => [`temp1_${name}`, value]);
      return folder(`class/hwmon/hwmon${number}`, { name: `chip${number}`, ...Object.fromEntries(files) });
    },
  ),
  fans: of(
    fanTable,
    SYSTEM,
    ({ label }) => label === 'label 22',
    (number) =>
      folder(`class/hwmon/hwmon${number}`, {
        name: `chip${number}`,
        fan1_input: 2000 + number,
        fan1_label: `label ${number}`,
      }),
  ),
  batteries: of(
    batteryTable,
    SYSTEM,
    ({ name }) => name === 'BAT22',
    (number) =>
      folder(`class/power_supply/BAT${number}`, {
        ...{ type: 'Battery', status: 'Discharging', present: 1, capacity: number },
        ...{ energy_now: 20_000_000, energy_full: 40_000_000, power_now: 10_000_000 },
      }),
  ),
  disks: of(
    diskTable,
    ALL,
    ({ name }) => name === 'sd22',
    (number) =>
      folder(`block/sd${number}`, {
        ...{ dev: `8:${number}`, size: 2000 + number, ro: 0, removable: 0, diskseq: number },
        ...{ 'queue/rotational': 1, 'device/model': `MODEL ${number}`, 'device/type': 0 },
      }),
    { diskstats: '' },
  ),
  frequencies: of(
    cpuTable,
    SYSTEM,
    ({ number }) => number === 22,
    (number) =>
      folder(`devices/system/cpu/cpufreq/policy${number}`, {
        ...{ affected_cpus: number, scaling_cur_freq: 1_500_000 + number },
        ...{ scaling_min_freq: 800_000, scaling_max_freq: 4_000_000 },
      }),
    { stat: `cpu 2 4 6 8\n${CPU_LINES}` },
  ),
  interfaces: of(
    networkTable,
    ALL,
    ({ name }) => name === 'eth22',
    (number) =>
      folder(`class/net/eth${number}`, {
        ...{ ifindex: number, mtu: 9000, flags: '0x1003', operstate: 'up', speed: 10_000, duplex: 'full' },
      }),
    { 'net/dev': `heading\nheading\neth11: ${COUNTS}\neth22: ${COUNTS}\n` },
  ),
};

/** Without when they were read. */
const plain = (rows: readonly Row[]): Record<string, unknown>[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/clock$/i.test(name))));

/** What follows from two values may be more where one of them is less, or not there, within its bounds. */
const BOUNDS: Readonly<Record<string, number>> = { percent: 100, secondsLeft: Infinity, high: 90 };

/** Numbers that are larger than the whole file had them, and texts that do not begin as they did. */
function lies(damaged: Record<string, unknown>, whole: Record<string, unknown>): string[] {
  return Object.entries(damaged).flatMap(([name, value]) => {
    const truth = whole[name];
    // What it is told apart by has the name of its chip in it.
    if (name === 'sensor') return [];
    const wrong =
      (typeof value === 'number' && value > (BOUNDS[name] ?? (truth as number))) ||
      (typeof value === 'string' && typeof truth === 'string' && !truth.startsWith(value) && !/^[A-Z]+$/.test(value));
    return wrong ? [`${name} is ${value}, not ${truth}`] : [];
  });
}

test.each(Object.entries(cases))('%s', async (_, { table, keys, device, common, isOther }) => {
  const cut = device(11);
  await withHost({ ...common, ...cut, ...device(22) }, async (source, root) => {
    const read = async () => plain(await readWhole(source, table, keys));
    const split = (rows: Record<string, unknown>[]) => {
      const other = rows.filter((row) => isOther(row as never));
      return { other, rest: rows.filter((row) => !other.includes(row)) };
    };
    const whole = split(await read());
    expect([whole.other.length, whole.rest.length]).toEqual([1, 1]);
    for (const [path, text] of Object.entries(cut) as [string, string][]) {
      for (let length = 0; length < text.length; length++) {
        writeFileSync(join(root, path), text.slice(0, length));
        const { other, rest } = split(await read());
        expect([path, length, other, rest.length > 1]).toEqual([path, length, whole.other, false]);
        expect([path, length, rest.flatMap((row) => lies(row, whole.rest[0]!))]).toEqual([path, length, []]);
      }
      writeFileSync(join(root, path), text);
    }
  });
});

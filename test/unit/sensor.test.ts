import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batteryTable, fanTable, openLocal, temperatureTable } from '../../native/index.ts';
import { parseArchive } from '../support/archive.ts';
import { ask, somewhere } from '../support/operation.ts';
import { readWhole, rowsIn } from '../support/reading.ts';
import { dir, plant, type Tree, withTree } from '../support/tree.ts';

const SYSTEM = { keys: [0] };
const machine = (name: string): Tree =>
  parseArchive(readFileSync(join(import.meta.dirname, `../fixtures/sensors-${name}.txt`), 'utf8'));

const temperatures = async (tree: Tree) =>
  (await rowsIn(tree, temperatureTable, SYSTEM)).map(({ chip, label, current, high, critical }) => [
    chip,
    label,
    current,
    high,
    critical,
  ]);
const fans = async (tree: Tree) =>
  (await rowsIn(tree, fanTable, SYSTEM)).map(({ chip, label, rpm }) => [chip, label, rpm]);
const batteries = async (tree: Tree) =>
  (await rowsIn(tree, batteryTable, SYSTEM)).map(({ name, percent, secondsLeft, pluggedIn }) => [
    name,
    percent,
    secondsLeft,
    pluggedIn,
  ]);

describe('a server', () => {
  // #1009 #1101 #1129 #1245 #1323: what is broken is left out, and the others stand, the tenth after the ninth.
  test('pitfall 17: has the thermometers that work', async () =>
    expect(await temperatures(machine('server'))).toEqual([
      ['nvme', 'Composite', 35.85, 81.85, 84.85],
      ['nvme', 'Composite', 41.85, 65261.85, 65261.85],
      ['coretemp', 'Package id 0', 51, 100, 100],
      ['coretemp', '', 49, 99, 99],
    ]));
  test('has fans, also one that stands still', async () =>
    expect(await fans(machine('server'))).toEqual([
      ['nct6775', 'CPU fan', 1205],
      ['nct6775', '', 0],
    ]));
  // #1902: two disks have one name. Numbers of chips change from boot to boot, places do not.
  test('tells chips of one name apart, the same after every boot', async () => {
    const sensors = async (tree: Tree) =>
      (await rowsIn(tree, temperatureTable, SYSTEM)).map(({ sensor, current }) => [sensor, current] as const);
    const before = await sensors(machine('server'));
    expect(new Set(before.map(([sensor]) => sensor)).size).toBe(4);
    const anew = JSON.stringify(machine('server')).replace(/hwmon([01])(?!\d)/g, (_, n) => `hwmon${Number(n) + 7}`);
    expect(new Map(await sensors(JSON.parse(anew)))).toEqual(new Map(before));
  });
  test('has a graph of them', () =>
    withTree({ stat: '', ...machine('server') }, async (root) => {
      const source = { ...(await openLocal({ procRoot: root, sysRoot: root })), identity: somewhere };
      const query = '{ system { sensors { temperatures { id chip current } fans { id rpm } gaps { field } } } }';
      const { temperatures: all, fans: turning, gaps } = (await ask(source, query)).system.sensors;
      const ids = [...all, ...turning].map(({ id }: { id: string }) => id);
      expect([new Set(ids).size, all.length, turning.length, gaps]).toEqual([6, 4, 2, []]);
      expect(ids[0]).toMatch(/^Temperature:[\w-]{12}:[\w-]{12}$/);
    }));
});

describe('a laptop', () => {
  test('has what an old kernel has at the device', async () => {
    expect(await temperatures(machine('laptop'))).toEqual([['thinkpad', '', -2, null, null]]);
    expect(await fans(machine('laptop'))).toEqual([['thinkpad', '', 2100]]);
  });
  // #2605: some drivers tell the rate with a sign.
  test('has every battery of its own', async () =>
    expect(await batteries(machine('laptop'))).toEqual([
      ['BAT0', 50, 7200, false],
      ['BAT1', 7, 600, false],
    ]));
  test('that is plugged in lasts as long as that', async () =>
    expect(await batteries({ ...machine('laptop'), 'class/power_supply/AC/online': '1\n' })).toEqual([
      ['BAT0', 50, null, true],
      ['BAT1', 7, null, true],
    ]));
  test.each([
    ['Discharging', false],
    ['Charging', true],
    ['Full', true],
    ['Not charging', null],
  ])('without a plug is %s by its battery', async (status, pluggedIn) =>
    expect(
      await batteries({ 'class/power_supply/BAT0/status': `${status}\n`, 'class/power_supply/BAT0/capacity': '70\n' }),
    ).toEqual([['BAT0', 70, null, pluggedIn]]),
  );
  test('with an empty full battery has 0 percent, and one that draws nothing no end', async () => {
    const files = { energy_now: '5\n', energy_full: '0\n', power_now: '0\n' };
    const tree = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`class/power_supply/BAT0/${name}`, text]),
    );
    expect(await batteries(tree)).toEqual([['BAT0', 0, null, null]]);
  });
});

describe('a machine without hwmon', () => {
  test('has its thermal zones', async () =>
    expect(await temperatures(machine('raspberry-pi'))).toEqual([
      ['cpu-thermal', '', 45.084, 110, 110],
      ['cpu-thermal', '', 30, null, null],
    ]));
  // Defect 10.18: psutil fails where a container has no /sys/class/power_supply.
  test.each([
    ['anything', { stat: '' }],
    ['anything in it', { 'class/hwmon': dir(), 'class/thermal': dir(), 'class/power_supply': dir() }],
  ])('defect 10.18: or %s has none, and that is no error', async (_, tree) =>
    expect([await temperatures(tree), await fans(tree), await batteries(tree)]).toEqual([[], [], []]),
  );
});

// #1708: the CPU's own place, where it is not in the common one already.
test('the chip of the CPU in a place of its own is found, once', async () => {
  const own = 'devices/platform/coretemp.0/hwmon/hwmon5';
  const tree: Tree = { [`${own}/name`]: 'coretemp\n', [`${own}/temp1_input`]: '40000\n' };
  expect(await temperatures(tree)).toEqual([['coretemp', '', 40, null, null]]);
  const both = { ...tree, 'class/hwmon/hwmon5/name': 'coretemp\n', 'class/hwmon/hwmon5/temp1_input': '40000\n' };
  expect(await temperatures(both)).toEqual([['coretemp', '', 40, null, null]]);
});

test('pitfalls 17 and 31: a chip that never answers has its sensors, without a figure, and others have theirs', () =>
  withTree(machine('server'), async (root) => {
    const pipe = join(root, 'devices/platform/coretemp.0/hwmon/hwmon2/temp1_input');
    rmSync(pipe);
    execFileSync('mkfifo', [pipe]);
    const source = await openLocal({ procRoot: root, sysRoot: root });
    const figures = async () => {
      const rows = await readWhole(source, temperatureTable, SYSTEM);
      return rows.map(({ chip, current }) => `${chip} ${current}`);
    };
    const silent = Array.from({ length: 6 }, () => 'coretemp null');
    expect(await figures()).toEqual(['nvme 35.85', 'nvme 41.85', ...silent]);
    expect(await figures()).toEqual(['nvme 35.85', 'nvme 41.85', ...silent]);
    // Somebody writes at last: the thread that waits ends, and the chip is asked again.
    writeFileSync(pipe, '51000\n');
    rmSync(pipe);
    plant(root, { 'devices/platform/coretemp.0/hwmon/hwmon2/temp1_input': '51000\n' });
    await expect.poll(figures, { timeout: 20_000 }).toContain('coretemp 51');
  }));

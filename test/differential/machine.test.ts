import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { isBetween } from '../support/between.ts';
import { needs, runs } from '../support/needs.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';

const QUERY = `{ system {
  cpu { logicalCount physicalCount usableCount vendor model frequency { current }
        logicalCpus { number times { user system idle nice iowait irq softirq steal guest guestNice } } }
  swap { total used free percent swappedIn swappedOut }
  sensors { temperatures { current } fans { rpm } batteries { percent } }
  processCounts { total threads }
} }`;

let source: Source;
const look = async (): Promise<Answer> => (await ask(source, QUERY)).system;
const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

beforeAll(async () => {
  source = await openLocal();
});

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  test('counts the same CPUs and cores', async () => {
    const { cpu } = await look();
    expect(cpu.logicalCount).toBe(await peer.function('cpu_count'));
    expect(cpu.physicalCount).toBe(await peer.function('cpu_count', { logical: false }));
    expect(cpu.usableCount).toBeLessThanOrEqual(availableParallelism());
  });
  test('has the same times of each CPU', async () => {
    const before = await look();
    const theirs = ((await peer.function('cpu_times', { percpu: true })) as Answer[]).map((of) => ({
      ...of,
      guestNice: of.guest_nice,
    }));
    const after = await look();
    for (const [index, { times }] of before.cpu.logicalCpus.entries())
      expect(isBetween(times, theirs[index], after.cpu.logicalCpus[index].times, 0.02)).toBe(true);
  });
  test('has the same frequency', async () => {
    const theirs = (await peer.function('cpu_freq')) as Answer;
    const { frequency } = (await look()).cpu;
    expect(frequency.current === null ? null : Math.round(frequency.current / 1000)).toBe(
      theirs === null ? null : Math.round(theirs.current / 1000),
    );
  });
  test('has the same swap', async () => {
    const before = await look();
    const { sin, sout, ...theirs } = (await peer.function('swap_memory')) as Answer;
    const after = await look();
    expect(isBetween(before.swap, { ...theirs, swappedIn: sin, swappedOut: sout }, after.swap, 2 ** 24)).toBe(true);
  });
  test('has as many sensors', async () => {
    const { temperatures, fans } = (await look()).sensors;
    const count = async (name: string) =>
      Object.values((await peer.function(name)) as Record<string, unknown[]>).flat().length;
    expect([temperatures.length, fans.length]).toEqual([
      await count('sensors_temperatures'),
      await count('sensors_fans'),
    ]);
  });
});

describe.runIf(needs('free', () => runs('free', '--version'), 'apt-get install procps'))('free and vmstat', () => {
  test('have the same swap', async () => {
    const [total, , free] = /^Swap:\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(run('free', '-b'))!.slice(1).map(Number);
    const { swap } = await look();
    expect(swap.total).toBe(total);
    expect(Math.abs(swap.free - free!)).toBeLessThan(2 ** 24);
    const pages = Number(/(\d+) pages swapped in/.exec(run('vmstat', '-s'))![1]);
    expect(swap.swappedIn).toBeGreaterThanOrEqual(0);
    expect(Math.abs(swap.swappedIn / Number(run('getconf', 'PAGESIZE')) - pages)).toBeLessThan(4096);
  });
});

describe.runIf(needs('lscpu', () => runs('lscpu', '--version'), 'apt-get install util-linux'))('lscpu', () => {
  test('knows the same processor', async () => {
    const fields = JSON.parse(run('lscpu', '-J')).lscpu as Answer[];
    const told = new Map(fields.map(({ field, data }) => [field, data]));
    const { cpu } = await look();
    expect([cpu.vendor, cpu.model]).toEqual([told.get('Vendor ID:'), told.get('Model name:')]);
  });
});

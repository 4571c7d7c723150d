import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { isBetween } from '../support/between.ts';
import { type Answer, ask } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';

const QUERY = `{ system {
  bootTime uptime loadAverage { one five fifteen }
  memory { total available used free percent active inactive buffers cached shared slab }
  cpu { times { user system idle nice iowait irq softirq steal guest guestNice }
        stats { ctxSwitches interrupts softInterrupts } }
} }`;
const MB = 2 ** 20;

let source: Source;
const look = async (): Promise<Answer> => (await ask(source, QUERY)).system;

beforeAll(async () => {
  source = await openLocal();
});

// Both are the difference of two clocks in whole seconds, of which each may fall on either side.
test('the time of boot is that of /proc/stat', async () => {
  const btime = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]);
  expect(Math.abs(Date.parse((await look()).bootTime) / 1000 - btime)).toBeLessThanOrEqual(1);
});

test('the uptime is the time since boot', async () => {
  const { bootTime, uptime } = await look();
  expect(Math.abs((Date.now() - Date.parse(bootTime)) / 1000 - uptime)).toBeLessThan(2);
});

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  /** What we say before and after psutil says its own. */
  async function around(name: string) {
    const before = await look();
    const theirs = (await peer.function(name)) as Answer;
    return { before, theirs, after: await look() };
  }

  test('has the same memory', async () => {
    const { before, theirs, after } = await around('virtual_memory');
    // Its used leaves out what is cached, although it can be had; ours is what is not available.
    const { used, percent, ...columns } = before.memory;
    for (const [name, value] of Object.entries(columns)) {
      const slack = name === 'total' ? 0 : 64 * MB;
      expect([name, isBetween(value, theirs[name], after.memory[name], slack)]).toEqual([name, true]);
    }
    expect(isBetween(percent, theirs.percent, after.memory.percent, 0.5)).toBe(true);
    expect(used).toBe(columns.total - columns.available);
  });

  test('has the same load', async () => {
    const { before, theirs, after } = await around('getloadavg');
    const [one, five, fifteen] = theirs as number[];
    // /proc/loadavg is rounded to hundredths; getloadavg(3), which psutil asks, is not.
    expect(isBetween(before.loadAverage, { one, five, fifteen }, after.loadAverage, 0.01)).toBe(true);
  });

  test('has the same CPU times', async () => {
    const { before, theirs, after } = await around('cpu_times');
    const { guestNice, ...times } = before.cpu.times;
    const { guestNice: laterGuestNice, ...laterTimes } = after.cpu.times;
    // iowait is an estimate of the kernel that may run backwards.
    expect(isBetween(times, theirs, laterTimes, 0.02)).toBe(true);
    expect(isBetween(guestNice, theirs.guest_nice, laterGuestNice, 0.02)).toBe(true);
  });

  test('has the same counts', async () => {
    const { before, theirs, after } = await around('cpu_stats');
    const counts = {
      ctxSwitches: theirs.ctx_switches,
      interrupts: theirs.interrupts,
      softInterrupts: theirs.soft_interrupts,
    };
    expect(isBetween(before.cpu.stats, counts, after.cpu.stats)).toBe(true);
  });
});

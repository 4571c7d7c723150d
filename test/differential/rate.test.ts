import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Baseline } from '../../loaders/baseline.ts';
import { openLocal, type Source } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { systemClock } from '../../subscriptions/clock.ts';
import { type Answer, contextOf } from '../support/operation.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';

let source: Source;
let baseline: Baseline;

beforeAll(async () => {
  source = await openLocal();
  baseline = new Baseline(source, systemClock);
});
afterAll(() => baseline.close());

async function ask(query: string): Promise<Answer> {
  const contextValue = contextOf(source, ['READ', 'SHOWN', 'OWNER'], undefined, baseline);
  const { data, errors } = await graphql({ schema, source: query, contextValue });
  if (errors) throw errors[0];
  return data;
}

/** A program that keeps a CPU busy. */
const spin = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('the share of all CPUs is that of the times told beside it', async () => {
  const query = `{ system { cpu { percent times { user nice system idle iowait irq softirq steal }
    timesPercent { user system idle } logicalCpus { number percent } } } }`;
  const child = spin();
  try {
    await ask(query);
    // So that the next look is one to compare with.
    await sleep(250);
    const { cpu: before } = (await ask(query)).system;
    await sleep(500);
    const { cpu: after } = (await ask(query)).system;
    const spent = Object.keys(before.times).map((name) => Math.max(0, after.times[name] - before.times[name]));
    const total = spent.reduce((sum, seconds) => sum + seconds, 0);
    const share = (name: string) => (100 * (after.times[name] - before.times[name])) / total;
    expect(after.timesPercent.user).toBeCloseTo(share('user'), 0);
    expect(after.timesPercent.idle).toBeCloseTo(share('idle'), 0);
    expect(after.percent).toBeCloseTo(100 - share('idle') - share('iowait'), 0);
    expect(after.percent).toBeGreaterThan(0);
    expect(after.logicalCpus.every(({ percent }: Answer) => percent >= 0 && percent <= 100)).toBe(true);
  } finally {
    await end(child);
  }
});

describe.runIf(needsPsutil())('psutil', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  const seconds = (): number => performance.now() / 1000;

  interface Bounds {
    readonly rate: Answer;
    /** No rate is smaller, nor larger: what was counted surely in between, in the longest time it took; and so on. */
    readonly least: (pick: (counters: Answer) => number) => number;
    readonly most: (pick: (counters: Answer) => number) => number;
  }

  /** What psutil counts outside of our two looks and between them: however slow the machine is, that holds. */
  async function bounded(query: string, count: () => Promise<Answer>, work: () => Promise<void>): Promise<Bounds> {
    await ask(query);
    await sleep(250);
    const [outer, outerStart] = [await count(), seconds()];
    await ask(query);
    const [innerStart, inner] = [seconds(), await count()];
    await work();
    const [innerLast, innerEnd] = [await count(), seconds()];
    const rate = await ask(query);
    const [outerEnd, outerLast] = [seconds(), await count()];
    return {
      rate,
      least: (pick) => (pick(innerLast) - pick(inner)) / (outerEnd - outerStart),
      most: (pick) => (pick(outerLast) - pick(outer)) / (innerEnd - innerStart),
    };
  }

  test('has the same share of a CPU of a busy process, and of its thread', async () => {
    const child = spin();
    const pid = child.pid!;
    try {
      const query = `{ process(pid: ${pid}) { cpuPercent threads { tid cpuPercent } } }`;
      const count = async () => (await peer.process(pid, ['cpu_times'])) as Answer;
      const { rate, least, most } = await bounded(query, count, () => sleep(1000));
      const used = ({ cpu_times: { user, system } }: Answer) => user + system;
      // Times are told in hundredths of a second, of which each may be cut off twice.
      const slack = 6;
      expect(rate.process.cpuPercent).toBeGreaterThan(100 * least(used) - slack);
      expect(rate.process.cpuPercent).toBeLessThan(100 * most(used) + slack);
      expect(rate.process.cpuPercent).toBeGreaterThan(0);
      const main = rate.process.threads.find(({ tid }: Answer) => tid === pid);
      expect(main.cpuPercent).toBeLessThan(100 * most(used) + slack);
    } finally {
      await end(child);
    }
  });

  test('has the same reading of a process', async () => {
    const query = `{ process(pid: ${process.pid}) { ioRate { reads writes } } }`;
    const count = async () => (await peer.process(process.pid, ['io_counters'])) as Answer;
    const { rate, least, most } = await bounded(query, count, () => sleep(300));
    const reads = ({ io_counters: { read_count } }: Answer) => read_count;
    expect(rate.process.ioRate.reads).toBeGreaterThanOrEqual(least(reads) - 1);
    expect(rate.process.ioRate.reads).toBeLessThanOrEqual(most(reads) + 1);
    expect(rate.process.ioRate.reads).toBeGreaterThan(0);
  });

  test('has the same share of memory', async () => {
    const ours = async () => (await ask(`{ process(pid: ${process.pid}) { memoryPercent } }`)).process.memoryPercent;
    const before = await ours();
    const { memory_percent: theirs } = (await peer.process(process.pid, ['memory_percent'])) as Answer;
    const after = await ours();
    expect(theirs).toBeGreaterThan(Math.min(before, after) - 0.5);
    expect(theirs).toBeLessThan(Math.max(before, after) + 0.5);
  });

  test('has the same traffic', async () => {
    const query =
      '{ system { networkRate { bytesSent packetsReceived } networkInterfaces { name rate { bytesSent } } } }';
    const count = async () => (await peer.function('net_io_counters', [true])) as Answer;
    const { rate, least, most } = await bounded(query, count, send);
    const all = (name: string) => (of: Answer) =>
      Object.values<Answer>(of).reduce<number>((sum, each) => sum + each[name], 0);
    const { networkRate, networkInterfaces } = rate.system;
    expect(least(({ lo }) => lo.bytes_sent)).toBeGreaterThan(0);
    const lo = networkInterfaces.find(({ name }: Answer) => name === 'lo').rate.bytesSent;
    expect(lo).toBeGreaterThanOrEqual(least((of) => of.lo.bytes_sent) - 1);
    expect(lo).toBeLessThanOrEqual(most((of) => of.lo.bytes_sent) + 1);
    expect(networkRate.bytesSent).toBeGreaterThanOrEqual(least(all('bytes_sent')) - 1);
    expect(networkRate.bytesSent).toBeLessThanOrEqual(most(all('bytes_sent')) + 1);
    expect(networkRate.packetsReceived).toBeLessThanOrEqual(most(all('packets_recv')) + 1);
  });

  /** To ourselves. */
  async function send(): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const datagram = Buffer.alloc(8192);
    const { port } = socket.address();
    for (let count = 0; count < 200; count++)
      await new Promise<void>((resolve) => socket.send(datagram, port, '127.0.0.1', () => resolve()));
    socket.close();
    await sleep(300);
  }

  test('has the same writing to disks', async () => {
    const query = '{ disks(all: true) { name rate { writeBytes writes busyPercent } } }';
    const count = async () => (await peer.function('disk_io_counters', [true])) as Answer;
    const { rate, least, most } = await bounded(query, count, write);
    for (const { name, rate: of } of rate.disks) {
      if (!of) continue;
      expect([name, of.writeBytes >= least((all) => all[name]?.write_bytes ?? 0) - 1]).toEqual([name, true]);
      expect([name, of.writeBytes <= most((all) => all[name]?.write_bytes ?? 0) + 1]).toEqual([name, true]);
      expect([name, of.writes <= most((all) => all[name]?.write_count ?? 0) + 1]).toEqual([name, true]);
      expect([name, of.busyPercent >= 0 && of.busyPercent <= 100]).toEqual([name, true]);
    }
  });

  async function write(): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'sysgraph-rate-'));
    const file = openSync(join(directory, 'file'), 'w');
    for (let count = 0; count < 16; count++) writeSync(file, Buffer.alloc(1 << 20, count));
    fsyncSync(file);
    closeSync(file);
    rmSync(directory, { recursive: true });
    await sleep(300);
  }
});

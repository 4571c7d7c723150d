// Rates on a host and a clock that move only when told to.
import { graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Baseline } from '../../loaders/baseline.ts';
import { percentOf } from '../../native/difference.ts';
import { schema } from '../../schema/index.ts';
import { HastyClock, StillClock, settled } from '../support/clock.ts';
import { type Answer, ask, contextOf, recording, somewhere } from '../support/operation.ts';
import { type ScriptedRow, scripted } from '../support/scripted.ts';

type Rows = Record<string, ScriptedRow[]>;

/** A gateway that is asked again and again. */
function host(rows: Rows) {
  const clock = new StillClock();
  const { source, calls } = recording(scripted(rows, somewhere, () => 100 + clock.now() / 1000));
  const baseline = new Baseline(source, clock);
  const ask = async (query: string): Promise<Answer> => {
    const contextValue = contextOf(source, ['READ', 'SHOWN', 'OWNER'], undefined, baseline);
    const { data, errors } = await graphql({ schema, source: query, contextValue });
    if (errors) throw errors[0];
    return JSON.parse(JSON.stringify(data));
  };
  /** What is answered at once, without anybody waiting. */
  const now = async (query: string): Promise<Answer> => {
    const waiting = clock.waiting;
    const answer = await ask(query);
    expect(clock.waiting).toBeLessThanOrEqual(Math.max(1, waiting));
    return answer;
  };
  /** The first answer, for which a second reading is taken. */
  const first = async (query: string, meanwhile: () => void = () => undefined): Promise<Answer> => {
    const answer = ask(query);
    await settled();
    meanwhile();
    await clock.pass(200);
    return answer;
  };
  return { clock, calls, source, baseline, ask, now, first };
}

const busy = (key: number, seconds: number, more: object = {}): ScriptedRow => ({
  ...{ key, startTicks: key, started: key / 100, status: 'RUNNING', numThreads: 1 },
  ...{ cpuTimesUser: seconds, cpuTimesSystem: 0, ...more },
});
const PERCENT = '{ processes { nodes { pid cpuPercent } } }';
const percents = ({ processes }: Answer) =>
  Object.fromEntries(processes.nodes.map((row: Answer) => [row.pid, row.cpuPercent]));

describe('who asks first', () => {
  test('pitfall 24: waits for a second reading, of nothing but what the rate is made of', async () => {
    const rows: Rows = { process: [busy(1, 5), busy(2, 5)] };
    const { first, calls } = host(rows);
    const query = '{ processes { nodes { pid cpuPercent memory { rss } cmdline } } }';
    const answer = await first(query, () => {
      rows.process = [busy(1, 5.1), busy(2, 5.3, { cpuTimesSystem: 0.2 })];
    });
    expect(percents(answer)).toEqual({ 1: 50, 2: 250 });
    expect(calls).toEqual(['process stat+statm+cmdline all', 'process stat 1,2']);
  });

  test('waits once, whatever is asked for, and however deep', async () => {
    const rows: Rows = {
      process: [busy(1, 1), busy(2, 1, { ppid: 1, ioReadBytes: 0, ioWriteBytes: 0, ioReadCount: 0, ioWriteCount: 0 })],
      system: [{ key: 0, cpuTimesUser: 1, cpuTimesSystem: 1, cpuTimesIdle: 1 }],
      thread: [{ key: 2, tid: 2, startTicks: 2, cpuTimesUser: 1, cpuTimesSystem: 0 }],
      cpu: [
        { key: 0, number: 0, timesUser: 1, timesSystem: 1, timesIdle: 1 },
        { key: 0, number: 4, timesUser: 1, timesSystem: 1, timesIdle: 1 },
      ],
      network: [{ key: 1, name: 'lo' }],
      disk: [{ key: 8, name: 'sda', kind: 'DISK', size: 1, sequence: 1, ioReadBytes: 0, ioBusyTime: 0 }],
    };
    const { first, calls } = host(rows);
    const query = `{
      process(pid: 2) { cpuPercent ioRate { readBytes } threads { tid cpuPercent } parent { cpuPercent } }
      system { cpu { percent timesPercent { idle } logicalCpus { number percent } } diskRate { reads busyPercent }
        networkInterfaces { rate { bytesSent } } }
      disks { rate { readBytes busyPercent } }
    }`;
    const answer = await first(query, () => {
      Object.assign(rows.process![1]!, { cpuTimesUser: 1.1, ioReadBytes: 1000 });
      Object.assign(rows.system![0]!, { cpuTimesUser: 1.3, cpuTimesIdle: 1.1 });
      Object.assign(rows.thread![0]!, { cpuTimesUser: 1.1 });
      // One was switched off: the other is not taken for it.
      rows.cpu = [{ key: 0, number: 4, timesUser: 1.2, timesSystem: 1, timesIdle: 1 }];
      Object.assign(rows.disk![0]!, { ioReadBytes: 100, ioBusyTime: 0.05 });
    });
    expect(answer).toEqual({
      process: {
        cpuPercent: 50,
        ioRate: { readBytes: 5000 },
        threads: [{ tid: 2, cpuPercent: 50 }],
        parent: { cpuPercent: 0 },
      },
      system: {
        cpu: {
          percent: 75,
          timesPercent: { idle: 25 },
          logicalCpus: [
            { number: 0, percent: null },
            { number: 4, percent: 100 },
          ],
        },
        diskRate: { reads: null, busyPercent: null },
        networkInterfaces: [{ rate: { bytesSent: null } }],
      },
      disks: [{ rate: { readBytes: 500, busyPercent: 25 } }],
    });
    expect([...calls].filter((call) => call === 'thread task 2')).toHaveLength(2);
    expect(calls.filter((call) => call.startsWith('process'))).toEqual([
      'process stat+parent+io 2',
      'process stat+parent 1',
      'process stat+io 2',
      'process stat 1',
    ]);
  });

  test('shares the second reading with who comes soon after', async () => {
    const rows: Rows = { process: [busy(1, 5)] };
    const { ask, clock, calls } = host(rows);
    const one = ask('{ process(pid: 1) { cpuPercent } }');
    await clock.pass(80);
    const other = ask('{ process(pid: 1) { cpuPercent } }');
    await settled();
    rows.process = [busy(1, 5.1)];
    await clock.pass(120);
    expect([await one, await other]).toEqual([{ process: { cpuPercent: 50 } }, { process: { cpuPercent: 50 } }]);
    expect(calls).toEqual(['process stat 1', 'process stat 1', 'process stat 1']);
  });

  test('is told of what ended in between from its beginning, and of what took its place nothing', async () => {
    const rows: Rows = { process: [busy(50, 49.75), busy(60, 1)] };
    const { first } = host(rows);
    const answer = await first(PERCENT, () => {
      rows.process = [busy(60, 90, { startTicks: 10_010, started: 100.1 })];
    });
    expect(percents(answer)).toEqual({ 50: 50, 60: 1 });
  });
});

describe('who asks again', () => {
  test('does not wait', async () => {
    const rows: Rows = { process: [busy(1, 5)] };
    const { first, now, clock, calls } = host(rows);
    await first(PERCENT);
    await clock.pass(800);
    rows.process = [busy(1, 5.25)];
    expect(percents(await now(PERCENT))).toEqual({ 1: 31.3 });
    expect(calls).toHaveLength(3);
  });

  test('pitfall 24: is not disturbed by who asks all the time, nor disturbs', async () => {
    const rows: Rows = { process: [busy(1, 5)] };
    const { first, now, clock } = host(rows);
    await first(PERCENT);
    for (let time = 1; time <= 40; time++) {
      rows.process = [busy(1, 5 + 0.025 * time)];
      await clock.pass(50);
      const each = percents(await now(PERCENT))[1];
      if (time > 8) expect(each).toBe(50);
      if (time % 20 === 0) expect((await now('{ process(pid: 1) { cpuPercent } }')).process.cpuPercent).toBe(50);
    }
  });

  test('hears of a new process what it did since it started', async () => {
    const rows: Rows = { process: [busy(1, 5)] };
    const { first, now, clock } = host(rows);
    await first(PERCENT);
    await clock.pass(1000);
    rows.process = [busy(1, 5), busy(2, 0.3, { started: 100.7 })];
    expect(percents(await now(PERCENT))).toEqual({ 1: 0, 2: 60 });
  });

  test('never hears of another process by the pid of one that ended', async () => {
    const rows: Rows = { process: [busy(1, 5), busy(2, 50)] };
    const { first, now, clock } = host(rows);
    await first(PERCENT);
    await clock.pass(1000);
    rows.process = [busy(1, 5), busy(2, 0.3, { startTicks: 10_070, started: 100.7 })];
    expect(percents(await now(PERCENT))).toEqual({ 1: 0, 2: 60 });
  });

  test('pitfall 23: hears 0 of what ran backwards', async () => {
    const network = [{ key: 1, name: 'lo', ioBytesSent: 10, ioErrorsIn: 1 }];
    const rows: Rows = { process: [busy(1, 5)], network, system: [{ key: 0 }] };
    const query = '{ process(pid: 1) { cpuPercent } system { networkInterfaces { rate { bytesSent errors } } } }';
    const { first, now, clock } = host(rows);
    await first(query);
    await clock.pass(1000);
    rows.process = [busy(1, 4)];
    rows.network = [{ key: 1, name: 'lo', ioBytesSent: 3, ioErrorsIn: 1 }];
    expect(await now(query)).toEqual({
      process: { cpuPercent: 0 },
      system: { networkInterfaces: [{ rate: { bytesSent: 0, errors: null } }] },
    });
  });

  test('has no rate of another disk in the same place', async () => {
    const disk = { key: 8, name: 'sda', kind: 'DISK', size: 1, sequence: 1, ioReadBytes: 0 };
    const rows: Rows = { disk: [disk] };
    const query = '{ disks { rate { readBytes } } }';
    const { first, clock } = host(rows);
    await first(query);
    await clock.pass(1000);
    rows.disk = [{ ...disk, sequence: 2, ioReadBytes: 1e9 }];
    expect(await first(query)).toEqual({ disks: [{ rate: { readBytes: 0 } }] });
  });
});

describe('what is remembered', () => {
  test('is forgotten when nobody has asked for it for a while, and so are the timers', async () => {
    const rows: Rows = { process: Array.from({ length: 500 }, (_, index) => busy(index + 1, 1)) };
    const { first, now, clock, baseline } = host(rows);
    await first(PERCENT);
    expect(baseline.size).toBe(500);
    await clock.pass(50_000);
    await now('{ process(pid: 7) { cpuPercent } }');
    await clock.pass(50_000);
    expect(baseline.size).toBe(500);
    await clock.pass(20_000);
    expect(baseline.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });
  test('is nothing of who asks for no rate', async () => {
    const { ask, baseline, clock } = host({ process: [busy(1, 5)] });
    await ask('{ processes { nodes { pid cpuTimes { user } memoryPercent } } }');
    expect([baseline.size, clock.waiting]).toEqual([0, 0]);
  });
  test('is nothing of what has ended', async () => {
    const rows: Rows = { process: [busy(1, 5), busy(2, 5)] };
    const { first, now, clock, baseline } = host(rows);
    await first(PERCENT);
    rows.process!.pop();
    for (let minute = 0; minute < 3; minute++) {
      await clock.pass(50_000);
      await now(PERCENT);
    }
    expect(baseline.size).toBe(1);
  });
});

describe('a rate that cannot be had', () => {
  test('by one who may not is had by others all the same', async () => {
    const io = { ioReadBytes: 0, ioWriteBytes: 0, ioReadCount: 0, ioWriteCount: 0 };
    const rows: Rows = { process: [busy(1, 5, io)] };
    const { first, now, clock, baseline, source } = host(rows);
    const query = '{ process(pid: 1) { ioRate { readBytes } gaps { reason } } }';
    await first(query);
    await clock.pass(1000);
    const contextValue = contextOf(source, ['READ', 'SHOWN'], undefined, baseline);
    const stranger = await graphql({ schema, source: query, contextValue });
    expect(stranger.data).toEqual({ process: { ioRate: null, gaps: [{ reason: 'NOT_AUTHORIZED' }] } });
    rows.process = [busy(1, 5, { ...io, ioReadBytes: 500 })];
    expect(await now(query)).toEqual({ process: { ioRate: { readBytes: 500 }, gaps: [] } });
  });

  test('is null with a gap where the counters may not be read, and nobody waits for it', async () => {
    const rows: Rows = { process: [busy(1, 5, { faults: { io: 'DENIED' } })] };
    const { ask } = host(rows);
    expect(await ask('{ process(pid: 1) { ioRate { readBytes } gaps { field reason } } }')).toEqual({
      process: { ioRate: null, gaps: [{ field: 'ioRate', reason: 'ACCESS_DENIED' }] },
    });
  });
  test('is an error where the second reading fails, and the rest stands', async () => {
    const clock = new StillClock();
    const rows = scripted({ process: [busy(1, 5)] }, somewhere, () => clock.now());
    let reads = 0;
    const source: typeof rows = {
      ...rows,
      read: (...args) => (reads++ === 0 ? rows.read(...args) : Promise.reject(new Error('no memory'))),
    };
    const contextValue = contextOf(source, ['READ', 'SHOWN'], undefined, new Baseline(source, clock));
    const answer = graphql({ schema, source: '{ process(pid: 1) { pid cpuPercent } }', contextValue });
    await clock.pass(200);
    const { data, errors } = await answer;
    expect([data, errors?.map(({ message }) => message)]).toMatchObject([
      { process: { pid: 1, cpuPercent: null } },
      ['no memory'],
    ]);
  });
});

test('both executors give the same rates', async () => {
  const clock = new HastyClock();
  const rows = { process: [busy(1, 5)], system: [{ key: 0, cpuTimesUser: 1, cpuTimesSystem: 1, cpuTimesIdle: 1 }] };
  const source = scripted(rows, somewhere, () => {
    Object.assign(rows.process[0]!, { cpuTimesUser: 5 + clock.now() / 4000 });
    return clock.now() / 1000;
  });
  const query = '{ processes { nodes { cpuPercent parent { cpuPercent } } } system { cpu { percent } } }';
  expect((await ask(source, query, { clock })).processes.nodes).toEqual([{ cpuPercent: 25, parent: null }]);
});

describe('what is counted in a second', () => {
  // Of 1 and 2 the program is the same, and the counters of 3 may not be read.
  const counted = (tenths: number): ScriptedRow[] =>
    [1, 2, 3].map((key) =>
      busy(key, 5 + (key * tenths) / 10, {
        ...{ comm: key < 3 ? 'cat' : 'dog', isCommCut: false, ioReadCount: 0, ioWriteCount: 0 },
        ...{ ioReadBytes: tenths * (10 - key) * 1000, ioWriteBytes: 0, memoryPercent: key },
        ...(key === 3 ? { faults: { io: 'DENIED' as const } } : {}),
      }),
    );
  const watched = async (query: string): Promise<Answer> => {
    const rows: Rows = { process: counted(0) };
    return host(rows).first(query, () => {
      rows.process = counted(1);
    });
  };
  const pids = async (args: string): Promise<number[]> =>
    (await watched(`{ processes(${args}) { nodes { pid } } }`)).processes.nodes.map(({ pid }: Answer) => pid);

  test('sorts processes, those last of which it is not known', async () => {
    expect(await pids('orderBy: { by: CPU_PERCENT, direction: DESC }')).toEqual([3, 2, 1]);
    expect(await pids('orderBy: { by: READ_RATE, direction: DESC }')).toEqual([1, 2, 3]);
    expect(await pids('orderBy: { by: READ_RATE }')).toEqual([2, 1, 3]);
    expect(await pids('orderBy: [{ by: WRITE_RATE }, { by: MEMORY_PERCENT, direction: DESC }]')).toEqual([2, 1, 3]);
  });
  test('chooses them', async () => {
    expect(await pids('filter: { cpuPercent: { gte: 100 } }')).toEqual([2, 3]);
    expect(await pids('filter: { cpuPercent: { lt: 150 }, memoryPercent: { gt: 1 } }')).toEqual([2]);
  });
  test('adds up, and sorts groups', async () => {
    const query = `{ processGroups(by: NAME, orderBy: { by: CPU_PERCENT, direction: DESC }) {
      nodes { key cpuPercent memoryPercent processes { cpuPercent } }
    } }`;
    expect((await watched(query)).processGroups.nodes).toEqual([
      { key: 'cat', cpuPercent: 150, memoryPercent: 3, processes: [{ cpuPercent: 50 }, { cpuPercent: 100 }] },
      { key: 'dog', cpuPercent: 150, memoryPercent: 3, processes: [{ cpuPercent: 150 }] },
    ]);
  });
});

// psutil divides by at least a second.
test.each([0.02, 0.1, 0.5, 5])('defect 10.1: shares of %d seconds are of that time, and come to 100', (seconds) => {
  const none = { nice: 0, irq: 0, softirq: 0, steal: 0, guest: null, guestNice: null, dpc: null };
  const shares = percentOf({ ...none, user: seconds / 4, system: seconds / 4, idle: seconds / 4, iowait: seconds / 4 });
  expect(shares).toMatchObject({ user: 25, system: 25, idle: 25, iowait: 25 });
  expect(percentOf({ ...none, user: 0, system: 0, idle: 0, iowait: 0 })).toBeNull();
});

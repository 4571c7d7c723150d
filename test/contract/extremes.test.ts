import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal, type Source } from '../../native/index.ts';
import { crowd } from '../support/crowd.ts';
import { ALL_ACCESS, EVERYTHING } from '../support/everything.ts';
import { type Answer, ask } from '../support/operation.ts';
import { withTree } from '../support/tree.ts';

const HOARD = join(import.meta.dirname, '../support/hoard.py');
const MANY = 5_000;

let source: Source;
beforeAll(async () => {
  source = await openLocal();
});

/** Runs `use` beside a process of so many descriptors and mappings of one file. */
const withHoard = (use: (pid: number, file: string) => Promise<void>): Promise<void> =>
  withTree({ file: 'x'.repeat(4096) }, async (directory) => {
    const child = spawn('/usr/bin/python3', [HOARD, `${directory}/file`, String(MANY), String(MANY)]);
    const ended = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      await use(child.pid!, `${directory}/file`);
    } finally {
      child.stdin.end();
      await ended;
    }
  });

test(`a process of ${MANY} descriptors and as many mappings is told in full`, () =>
  withHoard(async (pid, file) => {
    const query = `{ process(pid: ${pid}) { ${EVERYTHING} } }`;
    const { process: hoard } = await ask(source, query, { access: ALL_ACCESS });
    const { length } = readdirSync(`/proc/${pid}/fd`);
    expect([hoard.gaps, hoard.numFds]).toEqual([[], length]);
    const same = hoard.openFiles.filter(({ path }: Answer) => path === file);
    // Python keeps a descriptor of its own for each mapping.
    expect(new Set(same.map(({ fd }: Answer) => fd)).size).toBe(2 * MANY);
    const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').trimEnd().split('\n');
    expect(hoard.regions.map(({ address, permissions }: Answer) => `${address} ${permissions}`)).toEqual(
      lines.map((line) => line.split(' ', 2).join(' ')),
    );
    expect(hoard.regions.filter(({ path }: Answer) => path === file).length).toBe(MANY);
    const folded = hoard.memoryMaps.find(({ path }: Answer) => path === file);
    const rss = hoard.regions.filter(({ path }: Answer) => path === file).map((part: Answer) => part.rss);
    expect(folded.rss).toBe(rss.reduce((a: number, b: number) => a + b));
  }));

test('`first` of a list is its beginning, and of 0 nothing', async () => {
  const query = `{ process(pid: ${process.pid}) {
    threads { tid } one: threads(first: 1) { tid } none: openFiles(first: 0) { fd }
    memoryMaps { path } two: memoryMaps(first: 2) { path }
  } }`;
  const { process: self } = await ask(source, query, { access: ALL_ACCESS });
  expect([self.one, self.none, self.two]).toEqual([self.threads.slice(0, 1), [], self.memoryMaps.slice(0, 2)]);
});

describe('while processes start and end all the time', () => {
  let churn: ChildProcess;
  beforeAll(() => {
    // For as long as whoever started it is there.
    const loop = 'while kill -0 $PPID; do /bin/true & /bin/true; done';
    churn = spawn('sh', ['-c', loop], { stdio: 'ignore', detached: true });
  });
  afterAll(async () => {
    const ended = once(churn, 'exit');
    process.kill(-churn.pid!, 'SIGKILL');
    await ended;
  });

  test('lists of everything have no error, and no gap but for what ended and may not be read', {
    timeout: 300_000,
  }, async () => {
    const reasons = new Set<string>();
    // Where a list takes long, processes come and go all the more while it is made.
    const end = performance.now() + 60_000;
    for (let round = 0; round < 20 && performance.now() < end; round++) {
      const { processes } = await ask(source, `{ processes { nodes { ${EVERYTHING} } } }`, { access: ALL_ACCESS });
      expect(processes.nodes.some(({ pid }: Answer) => pid === process.pid)).toBe(true);
      for (const { gaps } of processes.nodes) for (const { reason } of gaps) reasons.add(reason);
    }
    expect([...reasons].filter((reason) => !['ACCESS_DENIED', 'ZOMBIE', 'GONE'].includes(reason))).toEqual([]);
  });

  test('a crowd of 10,000 is told in full, once each, in one list', { timeout: 300_000 }, async () => {
    const company = await crowd({ count: 10_000 });
    try {
      const query = `{ processes { nodes { pid ppid name exe cwd numFds cgroupPath memory { rss } cpuPercent
        ioRate { reads } threads { cpuPercent } gaps { field reason } } } }`;
      const { processes } = await ask(source, query, { access: ALL_ACCESS });
      const known = new Map<number, Answer>(processes.nodes.map((node: Answer) => [node.pid, node]));
      const rows = company.pids.map((pid) => known.get(pid));
      expect(rows.filter((row) => row === undefined || row.gaps.length > 0 || row.exe === null)).toEqual([]);
      expect(processes.nodes).toHaveLength(known.size);
      const rates = rows.flatMap(({ cpuPercent, ioRate, threads }) => [
        cpuPercent,
        ioRate.reads,
        threads[0].cpuPercent,
      ]);
      expect(rates.filter((rate) => !(rate >= 0))).toEqual([]);
    } finally {
      await company.stop();
    }
  });
});

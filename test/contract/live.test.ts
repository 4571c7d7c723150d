import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openLocal,
  type ProcessRow,
  processTable,
  type Row,
  rowsOf,
  type Source,
  systemTable,
} from '../../native/index.ts';
import { type Column, platformsOf, property, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { process as processSpec } from '../../native/spec/process.ts';
import { system as systemSpec } from '../../native/spec/system.ts';
import { type Crowd, crowd } from '../support/crowd.ts';
import { ownSources, processStatus, readProcesses, readSystem, statusOf } from '../support/reading.ts';
import { faultsSince } from '../support/sane.ts';

// Every column of every row of this very host is what its kind says. A new column is tested here by being in the spec.

const bootTime = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]) * 1000;
const faults = faultsSince(bootTime);

/** The columns that this platform has. */
const here = (table: Table): Column[] => table.columns.filter((column) => platformsOf(table, column).includes('LINUX'));

let source: Source;
let company: Crowd;

beforeAll(async () => {
  source = await openLocal();
  company = await crowd({ count: 20, zombies: 5, threads: 2, names: ['a b', ') ) (', 'Uid:\t0', '\x1b[31m', '😀😀'] });
});
afterAll(() => company.stop());

describe('every process here', () => {
  test('has sane columns only', async () => {
    const rows = await readProcesses(source);
    expect(rows.length).toBeGreaterThan(company.pids.length);
    expect(rows.flatMap((row) => faults(processSpec, row))).toEqual([]);
  });

  test.each(processTable.lists.map((list) => [list.property, list] as const))(
    'has %s of sane columns only',
    async (_, { table, mask, shift }) => {
      const spec = tables.find(({ name }) => name === table.name)!;
      const pids = (await readProcesses(source, [])).map(({ pid }) => pid);
      const rows: Row[] = rowsOf(table, mask >> shift, await source.read(table, mask >> shift, { keys: pids }));
      expect(rows.filter(({ have }) => have !== 0).length).toBeGreaterThan(0);
      expect(rows.flatMap((row) => faults(spec, row))).toEqual([]);
    },
  );

  test('of the crowd is what it was started as', async () => {
    const rows = await readProcesses(source, undefined, { keys: company.pids });
    const own = ownSources(processTable);
    // The kernel has neither the program nor the folder of what has ended.
    const lost = (name: string, row: ProcessRow) => row.status === 'ZOMBIE' && ['exe', 'cwd'].includes(name);
    expect(rows.map((row) => own.map((name) => `${name} ${processStatus(row, name)}`))).toEqual(
      rows.map((row) => own.map((name) => `${name} ${lost(name, row) ? 'ABSENT' : 'OK'}`)),
    );
    const zombies = rows.filter(({ status }) => status === 'ZOMBIE').map(({ pid }) => pid);
    expect(zombies).toEqual(company.pids.slice(0, 5));
    expect(new Set(rows.slice(5).map(({ comm }) => comm))).toEqual(
      new Set(['a b', ') ) (', 'Uid:\t0', '\x1b[31m', '😀😀']),
    );
    expect(new Set(rows.slice(5).map(({ numThreads }) => numThreads))).toEqual(new Set([3]));
    expect(new Set(rows.map(({ uidsReal }) => uidsReal))).toEqual(new Set([process.getuid!()]));
  });

  test('is this one too', async () => {
    const [row] = await readProcesses(source, undefined, { keys: [process.pid] });
    expect(row).toMatchObject({ ppid: process.ppid, isKernelThread: false });
    const { rss } = process.memoryUsage();
    expect(row!.memoryRss! / rss).toBeCloseTo(1, 0);
  });

  test('has values in every column that is not for some only', async () => {
    const rows = await readProcesses(source);
    const known = (path: string) => rows.some((row) => row[property(path) as keyof Row] !== null);
    // There may be no container here, no systemd and no terminal.
    const optional = ['terminal', 'containerId', 'containerRuntime', 'systemdUnit'];
    const unknown = here(processSpec)
      .map(({ path }) => path)
      .filter((path) => !known(path));
    expect(unknown.filter((path) => !optional.includes(path))).toEqual([]);
  });
});

test('the system here has sane columns only, and knows them all', async () => {
  const row = await readSystem(source);
  const own = ownSources(systemTable);
  // A kernel may be built without pressure stall information, and told to leave it out.
  const optional = existsSync('/proc/pressure/cpu') ? [] : ['pressure'];
  const read = own.filter((name) => !optional.includes(name));
  expect(read.map((name) => statusOf(systemTable, row, name))).toEqual(read.map(() => 'OK'));
  expect(faults(systemSpec, row)).toEqual([]);
  const unknown = here(systemSpec).filter(({ path }) => row[property(path) as keyof Row] === null);
  // A container may have no machine id, a distribution no version, hardware no name; few kernels watch interrupts.
  const some = /^(machineId|os\.(version|machine|virtualization)|cpu\.frequency\.\w+|pressure\..*|diskIo\..*)$/;
  expect(unknown.map(({ path }) => path).filter((path) => !some.test(path))).toEqual([]);
});

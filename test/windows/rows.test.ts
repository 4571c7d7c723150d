import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProcessRow, type Row, rowsOf, type SystemRow } from '../../native/index.ts';
import { bitOf, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { LACKING } from '../support/lacking.ts';
import { faultsSince } from '../support/sane.ts';
import { OTHERS, tableOf } from './tables.ts';
import { guest, type Windows, windows } from './wine.ts';

// Every column of every row of a Windows is what its kind says, and every source that the spec marks is read.

let host: Windows;
let faults: ReturnType<typeof faultsSince>;

beforeAll(async () => {
  host = await windows();
  const [system] = await rows('system', ['boot'], []);
  faults = faultsSince((system as SystemRow).bootTime!);
});
afterAll(() => host.stop());

const specOf = (name: string): Table => tables.find((table) => table.name === name)!;

/** The sources that a table has on Windows, less those of its lists. */
const ownSources = (table: Table): string[] =>
  Object.keys(table.sources).filter(
    (name) => table.sources[name]!.from.WINDOWS && table.columns.some(({ source }) => source === name),
  );

async function rows(name: string, sources: readonly string[], keys?: readonly number[]): Promise<Row[]> {
  const spec = specOf(name);
  const shape = tableOf(name);
  const mask = sources.reduce((bits, source) => bits | bitOf(spec, source), 0);
  return rowsOf(shape, mask, await host.source.read(shape, mask, keys ? { keys } : { except: [] }));
}

/** What rows of a table are asked by. */
async function keysOf({ name }: Table): Promise<readonly number[] | undefined> {
  if (['environment', 'memoryMap', 'openFile', 'thread', 'limit', 'owner'].includes(name))
    return (await rows('process', ['stat'])).map(({ key }) => key);
  if (name === 'connection') return [0, 1, 2, 3];
  if (name === 'address') return (await rows('network', ['link'])).map(({ key }) => key);
  return ['process', 'network', 'disk', 'mount', 'service'].includes(name) ? undefined : [0];
}

const here = tables.filter((table) => ownSources(table).length > 0);

test('nearly all there is on Linux is on Windows too', () => expect(here.length).toBeGreaterThan(15));

describe.each(here.map((table) => [table.name, table] as const))('rows of %s', (name, table) => {
  test('are sane', async () => {
    const found = await rows(name, ownSources(table), await keysOf(table));
    // Nobody is logged in, there is no battery, and whose a socket is, is not told.
    if (!['session', 'battery', 'owner'].includes(name)) expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap((row) => faults(table, row))).toEqual([]);
  });
  test('have every source that the spec marks, or Wine lacks it by name', async () => {
    const found = await rows(name, ownSources(table), await keysOf(table));
    if (found.length === 0) return;
    const isRead = (source: string) => found.some(({ have }) => (have & bitOf(table, source)) !== 0);
    const lacking = ownSources(table).filter((source) => !isRead(source));
    expect(lacking.map((source) => `${name}.${source}`)).toEqual(
      LACKING.map(({ what }) => what).filter((what) => what.startsWith(`${name}.`)),
    );
  });
});

test('what is no process is gone, in every column', async () => {
  const [row] = await rows('process', ownSources(specOf('process')), [123_456_788]);
  expect(new Set(row!.faults?.map(({ status }) => status))).toEqual(new Set(['GONE']));
  // The kernel would take these for the process before them.
  const [first] = await rows('process', ['stat']);
  expect((await rows('process', ['stat'], [first!.key + 1]))[0]!.faults![0]!.status).toBe('GONE');
});

test('the process that reads is the one that its host says', async () => {
  const [row] = (await rows('process', ['stat', 'cmdline', 'exe', 'cwd', 'ids'], [host.source.identity.ownPid!])) as [
    ProcessRow,
  ];
  expect(row.comm).toBe('node.exe');
  expect(row.cmdline?.at(-1)).toBe('test/windows/bridge.ts');
  expect(row.exe).toMatch(/^[A-Z]:\\.*\\node\.exe$/);
  expect(row.cwd).toMatch(/^[A-Z]:\\/);
  expect(row.username).toMatch(/^[^\\]+\\[^\\]+$/);
});

test('it was let debug any process, which it asks for at start', () =>
  expect(host.source.identity.isPrivileged).toBe(true));

test.each([
  ['the idle process', 0, 'DENIED'],
  ['the system', 4, 'DENIED'],
  ['nobody', 123_456_788, 'GONE'],
  ['who has another start', null, 'GONE'],
])('%s is not acted on, and why is told apart', async (_, pid, effect) => {
  const target = { pid: pid ?? host.source.identity.ownPid!, startTicks: 1 };
  expect(await host.source.act!(target, { act: 'signal', signal: 'CONT' })).toMatchObject({ effect });
});

test('its identity stays what it is', async () => {
  const again = await windows();
  try {
    expect(again.source.identity).toEqual({ ...host.source.identity, ownPid: again.source.identity.ownPid });
    expect(again.source.identity.ownPid).not.toBe(host.source.identity.ownPid);
  } finally {
    await again.stop();
  }
});

test('100,000 readings leak no handle, be they answered or refused', { timeout: 400_000 }, async () => {
  const handles = async () => Number((await guest('handles', String(host.source.identity.ownPid))).line);
  const sources = ownSources(specOf('process')).length;
  const times = Math.ceil(100_000 / (sources * (1 + OTHERS.length)));
  await host.repeat(20);
  await host.everything(2);
  const before = await handles();
  // What waits for an answer that long is given up.
  for (let done = 0; done < times; done += 200) await host.repeat(Math.min(200, times - done));
  await host.everything(10);
  expect(before).toBeGreaterThan(0);
  // Threads of the addon come and go.
  expect(Math.abs((await handles()) - before)).toBeLessThan(20);
});

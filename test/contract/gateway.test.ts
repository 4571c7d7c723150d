import { describe, expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { openLocal } from '../../native/index.ts';
import { findUnsupported } from '../../resolvers/unsupported.ts';
import { schema } from '../../schema/index.ts';
import { required, wholeHost } from '../support/host.ts';
import { ask, recording, somewhere } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';

const unsupportedOf = async (rows: Parameters<typeof scripted>[0]) => {
  const { source, calls } = recording(scripted(rows));
  const found = await findUnsupported({ loaders: createLoaders(source), ownPid: 1 });
  return { found, fields: found.map(({ field }) => field), calls };
};

describe('the gateway', () => {
  test('tells of itself, and its process is this one', async () => {
    const source = await openLocal();
    const query = `{ gateway {
      version startedAt uptime reader heap { used mmapped heapCount } process { pid } viewer { name scopes }
    } }`;
    const { gateway } = await ask(source, query);
    expect(gateway).toMatchObject({
      version: '1.2.3',
      startedAt: '1970-01-01T00:00:00.000Z',
      uptime: 5,
      reader: 'COLD',
      process: { pid: process.pid },
      viewer: { name: 'anyone', scopes: ['READ'] },
    });
    expect(gateway.heap.heapCount).toBeNull();
    expect(gateway.heap.used).toBeGreaterThan(1_000_000);
  });
  test('reads nothing that was not asked for', async () => {
    const { source, calls } = recording(scripted(wholeHost(), { ...somewhere, ownPid: 2 }));
    await ask(source, '{ gateway { version uptime viewer { name } reader unsupported { field } } }');
    expect(calls).toEqual([]);
    await ask(source, '{ gateway { process { pid ppid } heap { used } } }');
    expect(calls).toEqual(['process stat+parent 2', 'heap allocator 0']);
  });
  test('has no process and no heap where there are none', async () => {
    expect(await ask(scripted({}), '{ gateway { process { pid } heap { used } } }')).toEqual({
      gateway: { process: null, heap: null },
    });
    const hidden = scripted({}, { ...somewhere, ownPid: 7 });
    expect(await ask(hidden, '{ gateway { process { pid } } }')).toEqual({ gateway: { process: null } });
  });
});

describe('what is always null', () => {
  const host = wholeHost();
  const lacking = (table: 'system' | 'process', faults: Record<string, 'UNSUPPORTED' | 'ABSENT' | 'TIMED_OUT'>) => ({
    ...host,
    [table]: host[table]!.map((row) => ({ ...row, faults })),
  });

  test('is what this platform has no line for, with the platforms that have it', async () => {
    const { found } = await unsupportedOf(host);
    expect(found).toContainEqual({
      field: 'HeapInfo.heapCount',
      reason: 'NOT_SUPPORTED',
      message: 'Only these platforms have it: WINDOWS.',
    });
  });
  test('is what is made of a column that this platform has not', async () => {
    const on = (platform: string) => unsupportedOf({ ...host, system: [{ ...host.system![0]!, platform }] });
    const all = [await on('LINUX'), await on('WINDOWS')];
    expect(all.map(({ fields }) => fields.includes('Process.container'))).toEqual([false, true]);
  });
  test('is found in two calls and those of lists, none for what is a secret', async () => {
    const { calls } = await unsupportedOf(host);
    expect(calls.filter((call) => /environ|smaps|files/.test(call))).toEqual([]);
    expect(calls.filter((call) => call.startsWith('process '))).toHaveLength(1);
  });
  test('is what this kernel lacks: a group by its own name, and nothing inside it', async () => {
    const { found, fields } = await unsupportedOf(lacking('system', { pressure: 'UNSUPPORTED', cpuinfo: 'ABSENT' }));
    expect(fields.filter((field) => field.startsWith('Pressure'))).toEqual([]);
    expect(found).toContainEqual({
      field: 'System.pressure',
      reason: 'NOT_SUPPORTED',
      message: expect.stringContaining('/proc/pressure'),
    });
    expect(fields).toEqual(expect.arrayContaining(['Cpu.vendor', 'Cpu.model']));
    expect(fields).not.toContain('System.cpu');
  });
  test('is what the kernel keeps of no process', async () => {
    const { fields } = await unsupportedOf(lacking('process', { io: 'UNSUPPORTED', rollup: 'UNSUPPORTED' }));
    expect(fields).toEqual(expect.arrayContaining(['Process.io', 'Process.memoryFootprint']));
    expect(fields).not.toContain('Process.cmdline');
  });
  test('is not what came too late, and not what a type has elsewhere', async () => {
    const { fields } = await unsupportedOf(lacking('system', { pressure: 'TIMED_OUT', network: 'UNSUPPORTED' }));
    expect(fields).not.toContain('System.pressure');
    // Interfaces have counts of the same type.
    expect(fields).toContain('System.network');
    expect(fields.filter((field) => field.startsWith('NetworkIo.'))).toEqual([]);
  });
  test('is everything where nothing can be read', async () => {
    const { fields } = await unsupportedOf({});
    expect(fields).toEqual(expect.arrayContaining(['System.memory', 'Process.cpuTimes', 'System.pressure']));
  });
  test('is a field of the schema', async () => {
    const every = Object.fromEntries(['pressure', 'disks', 'swap', 'machine'].map((name) => [name, 'ABSENT' as const]));
    const { fields } = await unsupportedOf({ ...lacking('system', every), process: [{ ...required, key: 1 }] });
    for (const field of fields) {
      const [type, name] = field.split('.');
      expect([field, Object.hasOwn((schema.getType(type!) as { getFields(): object }).getFields(), name!)]).toEqual([
        field,
        true,
      ]);
    }
  });
});

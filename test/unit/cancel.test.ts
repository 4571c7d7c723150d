import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { CancelledError, openLocal, processTable, type Source } from '../../native/index.ts';
import { scripted } from '../support/scripted.ts';
import { dir, withTree } from '../support/tree.ts';

const STAT = 1 << processTable.sources.indexOf('stat');
const EVERY = { except: [] };

/** A host whose first process is being read, and goes on being read: its stat is a pipe nobody writes to. */
async function heldUp(use: (source: Source, begun: () => Promise<FileHandle>) => Promise<void>): Promise<void> {
  await withTree({ '5': dir(), '6/stat': '6 (b) S', '7/stat': '7 (c) S' }, async (procRoot) => {
    const pipe = join(procRoot, '5/stat');
    const source = await openLocal({ procRoot });
    execFileSync('mkfifo', [pipe]);
    await use(source, () => opened(pipe));
  });
}

/** The end that can be opened only once somebody reads; closing it lets them go on. */
async function opened(pipe: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    }
  }
}

describe('a read under way', () => {
  test('goes on while it is wanted, and leaves nothing on the signal', () =>
    heldUp(async (source, begun) => {
      const { signal } = new AbortController();
      const reading = source.read(processTable, STAT, EVERY, signal);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await (await begun()).close();
      expect((await reading).count).toBe(3);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    }));
  test('stops at the next row once nobody wants it', () =>
    heldUp(async (source, begun) => {
      const controller = new AbortController();
      const reading = source.read(processTable, STAT, EVERY, controller.signal);
      const outcome = expect(reading).rejects.toThrow(CancelledError);
      const writer = await begun();
      controller.abort();
      await writer.close();
      await outcome;
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }));
});

test('a read that nobody wants does not start', async () => {
  const source = await openLocal();
  await expect(source.read(processTable, STAT, EVERY, AbortSignal.abort())).rejects.toThrow(CancelledError);
});

test('loaders read no more once nobody wants it', async () => {
  const controller = new AbortController();
  const reads: string[] = [];
  const host = scripted({ process: [{ key: 1 }] });
  const source: Source = {
    identity: host.identity,
    read(table, mask, keys, signal) {
      reads.push(`${table.name} ${signal === controller.signal}`);
      return host.read(table, mask, keys);
    },
  };
  const { process, system } = createLoaders(source, controller.signal);
  await process.all(0);
  controller.abort();
  await expect(process.at([1], STAT)).rejects.toThrow(CancelledError);
  await expect(system.at([0], 1)).rejects.toThrow(CancelledError);
  expect(reads).toEqual(['process true']);
});

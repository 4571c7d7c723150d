// Bytes of heap that a row of a list takes, in a process of its own: node FLAGS heap.ts QUERY. The flags leave nothing
// to chance: no optimized code, which allocates less as it likes, and room for all of it without a collection.
import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { parse } from 'graphql';
import { createLoaders } from '../../loaders/index.ts';
import type { Source } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { loadCompiler } from '../../server/compile.ts';
import { limited, withinTime } from '../../server/deadline.ts';
import { createExecutor } from '../../server/executor.ts';
import { contextOf } from './operation.ts';
import { scripted } from './scripted.ts';
import { optionsWith } from './serving.ts';

const ROUNDS = 20;
const [FEW, MANY] = [500, 1500];

const collect = globalThis.gc!;

const document = parse(process.argv[2]!);
const options = optionsWith({});
const executor = withinTime(createExecutor(), options);

const ALIKE = { ppid: 1, comm: 'worker', isCommCut: false, username: 'nobody', numThreads: 1, cpuTimesUser: 0.5 };

/** A list of so many processes, read before. */
function listing(size: number): () => Promise<string> {
  const rows = Array.from({ length: size }, (_, index) => ({
    ...ALIKE,
    ...{ key: index + 1, startTicks: index, cpuTimesSystem: index / 100, createTime: 1.7e12 + index },
    cmdline: ['/usr/bin/worker', `--number=${10_000 + index}`],
  }));
  const host = scripted({ process: rows });
  let batch: ReturnType<Source['read']> | undefined;
  const source: Source = {
    ...host,
    read: (...question) => {
      batch ??= host.read(...question);
      return batch;
    },
  };
  return async () => {
    const signal = limited(new AbortController().signal, options);
    const contextValue = { ...contextOf(source), loaders: createLoaders(source, signal), signal };
    return JSON.stringify(await executor.execute({ schema, document, contextValue }));
  };
}

/** Bytes that one takes once all code that it needs is there. What else there is happens to some, and adds to it. */
async function taken(size: number): Promise<number> {
  const list = listing(size);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    await setImmediate();
    collect();
    const before = getHeapStatistics().used_heap_size;
    await list();
    least = Math.min(least, getHeapStatistics().used_heap_size - before);
  }
  return least;
}

if (process.argv[1] === import.meta.filename) {
  await loadCompiler();
  const [few, many] = [await taken(FEW), await taken(MANY)];
  console.log(Math.round((many - few) / (MANY - FEW)));
}

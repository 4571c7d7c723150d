// What an operation costs, end to end, beside what psutil takes for the same: the processor time of both, in turns in
// the same minute, because figures of different minutes or machines compare nothing.
import { type DocumentNode, parse } from 'graphql';
import type { Source } from '../native/index.ts';
import type { Peer, Request } from '../test/support/peer.ts';
import { contextOf, createExecutor, schema } from './built.ts';

export const ROUNDS = 9;
/** Operations a round: enough for the processor clock to count them. */
const TIMES = 5;

export interface Case {
  readonly name: string;
  readonly query: string;
  readonly theirs: Request;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const executor = createExecutor();
const documents = new Map<string, DocumentNode>();

/** As the gateway does: what was asked before is parsed, and soon compiled. */
async function execute(source: Source, query: string): Promise<unknown> {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  return executor.execute({ schema, document, contextValue: contextOf(source) });
}

/** Milliseconds of the processor that one operation takes: executed, read, and written as JSON. */
async function ourCpu(source: Source, query: string): Promise<number> {
  const start = process.cpuUsage();
  for (let time = 0; time < TIMES; time++) JSON.stringify(await execute(source, query));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / TIMES;
}

/** Milliseconds that psutil takes; its answer is not written as JSON. */
async function theirCpu(peer: Peer, request: Request): Promise<number> {
  const { cpu } = await peer.cpu(request, TIMES);
  return (cpu * 1000) / TIMES;
}

/** Milliseconds of the processor that the native reads of one operation take, with no graph around them. */
async function nativeCpu(source: Source, query: string): Promise<number> {
  const asked: Parameters<Source['read']>[] = [];
  const noting: Source = {
    identity: source.identity,
    read(...args) {
      asked.push(args);
      return source.read(...args);
    },
  };
  await execute(noting, query);
  const start = process.cpuUsage();
  for (let time = 0; time < TIMES; time++) for (const args of asked) await source.read(...args);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / TIMES;
}

/** Native calls of one operation and the kernel reads they made, by source. */
async function readsOf(source: Source, query: string): Promise<string> {
  const counts = new Map<string, number>();
  let calls = 0;
  const counting: Source = {
    identity: source.identity,
    async read(table, mask, keys) {
      calls++;
      const batch = await source.read(table, mask, keys);
      for (const [index, name] of table.sources.entries())
        counts.set(name, (counts.get(name) ?? 0) + batch.reads[index]!);
      return batch;
    },
  };
  await execute(counting, query);
  const reads = [...counts].filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  return `${calls} native calls, reads: ${reads.join(', ')}`;
}

export async function compare({ name, query, theirs }: Case, source: Source, peer: Peer): Promise<void> {
  // The first of each loads code and fills caches.
  await ourCpu(source, query);
  await theirCpu(peer, theirs);
  const ours: number[] = [];
  const native: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await ourCpu(source, query));
    native.push(await nativeCpu(source, query));
    others.push(await theirCpu(peer, theirs));
  }
  const [our, their] = [median(ours), median(others)];
  console.log(
    `${name}: ${our.toFixed(1)} ms CPU; psutil ${their.toFixed(1)} ms; ${(their / our).toFixed(1)} times less`,
  );
  console.log(`  ${median(native).toFixed(1)} ms of ours in native reads; ${await readsOf(source, query)}`);
}

// What a list of processes costs, end to end, beside psutil: the processor time of the same fields of the same
// processes, in turns in the same minute, because figures of different minutes or machines compare nothing.
import { type DocumentNode, parse } from 'graphql';
import { openLocal, type Source } from '../native/index.ts';
import { schema } from '../schema/index.ts';
import { createExecutor } from '../server/executor.ts';
import { type Crowd, crowd } from '../test/support/crowd.ts';
import { contextOf, recording } from '../test/support/operation.ts';
import { type Peer, startPeer } from '../test/support/peer.ts';

const COUNT = 2_000;
const ROUNDS = 9;
/** Operations a round: enough for the processor clock to count them. */
const TIMES = 5;

interface Case {
  readonly name: string;
  readonly selection: string;
  readonly attrs: string[];
}

const cases: Case[] = [
  {
    name: 'ten fields',
    selection: 'pid ppid name status username cpuTimes { user system } memory { rss } numThreads cmdline createTime',
    attrs: 'pid ppid name status username cpu_times memory_info num_threads cmdline create_time'.split(' '),
  },
  { name: 'pid and name', selection: 'pid name', attrs: ['pid', 'name'] },
];

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
async function theirCpu(peer: Peer, attrs: string[]): Promise<number> {
  const { cpu } = await peer.cpu({ call: 'processes', attrs }, TIMES);
  return (cpu * 1000) / TIMES;
}

/** Milliseconds of the processor that the native reads of one operation take, with no graph around them. */
async function nativeCpu(source: Source, query: string): Promise<number> {
  const asked: Parameters<Source['read']>[] = [];
  const noting: Source = {
    ...source,
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
  const counting: Source = {
    ...source,
    async read(table, mask, keys) {
      const batch = await source.read(table, mask, keys);
      for (const [index, name] of table.sources.entries())
        counts.set(name, (counts.get(name) ?? 0) + batch.reads[index]!);
      return batch;
    },
  };
  const { source: watched, calls } = recording(counting);
  await execute(watched, query);
  const reads = [...counts].filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  return `${calls.length} native calls, reads: ${reads.join(', ')}`;
}

async function compare({ name, selection, attrs }: Case, source: Source, peer: Peer): Promise<void> {
  const query = `{ processes { nodes { ${selection} } } }`;
  // The first of each loads code and fills caches.
  await ourCpu(source, query);
  await theirCpu(peer, attrs);
  const ours: number[] = [];
  const native: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await ourCpu(source, query));
    native.push(await nativeCpu(source, query));
    theirs.push(await theirCpu(peer, attrs));
  }
  const [our, their] = [median(ours), median(theirs)];
  console.log(
    `${name}: ${our.toFixed(1)} ms CPU; psutil ${their.toFixed(1)} ms; ${(their / our).toFixed(1)} times less`,
  );
  console.log(`  ${median(native).toFixed(1)} ms of ours in native reads; ${await readsOf(source, query)}`);
}

async function bench(company: Crowd): Promise<void> {
  const source = await openLocal();
  const peer = startPeer();
  console.log(`processes: a crowd of ${company.pids.length}, median of ${ROUNDS} rounds in turns`);
  for (const each of cases) await compare(each, source, peer);
  await peer.close();
}

// A name shorter than 15 bytes, as most are: a longer one is looked up in the command line.
const company = await crowd({ count: COUNT, names: ['worker'] });
await bench(company).finally(() => company.stop());

// What one tick of everything a dashboard shows of a host costs, beside the same calls of psutil: in turns in the same
// minute, because figures of different minutes or machines compare nothing.
import { parse } from 'graphql';
import type { Source } from '../native/index.ts';
import { type Peer, type Request, startPeer } from '../test/support/peer.ts';
import { contextOf, createExecutor, openLocal, schema } from './built.ts';

const ROUNDS = 9;
const TIMES = 50;
/** Operations before the first that counts: the gateway of a dashboard has run for long, and so has its code. */
const WARM = 3_000;

const TIMES_OF = 'user system idle nice iowait irq softirq steal guest guestNice';
const IO = 'readCount writeCount readBytes writeBytes readTime writeTime busyTime';
const QUERY = `{
  system {
    bootTime loadAverage { one five fifteen }
    cpu { logicalCount times { ${TIMES_OF} } stats { ctxSwitches interrupts softInterrupts }
          frequency { current } logicalCpus { number times { ${TIMES_OF} } } }
    memory { total available used free percent active inactive buffers cached shared slab }
    swap { total used free percent swappedIn swappedOut }
    diskIo { ${IO} }
    sensors { temperatures { current } fans { rpm } batteries { percent } }
  }
  mounts { device mountpoint fstype usage { total used free percent } }
}`;

const calls: Request[] = [
  ['boot_time'],
  ['getloadavg'],
  ['cpu_count'],
  ['cpu_times'],
  ['cpu_stats'],
  ['cpu_freq'],
  ['cpu_times', { percpu: true }],
  ['virtual_memory'],
  ['swap_memory'],
  ['disk_io_counters'],
  ['sensors_temperatures'],
  ['sensors_fans'],
  ['sensors_battery'],
  ['disk_partitions'],
  ['disk_usage', ['/']],
].map(([name, args = []]) => ({ call: 'function', name, args }) as Request);

const executor = createExecutor();
const document = parse(QUERY);
const source = await openLocal();

/** As the gateway runs an operation that it has met before: parsed and validated once, then compiled. */
async function execute(from: Source) {
  const contextValue = contextOf(from, new AbortController().signal);
  return executor.execute({ schema, document, contextValue });
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Milliseconds of the processor that `work` takes. */
async function ourCpu(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let time = 0; time < TIMES; time++) await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / TIMES;
}

async function theirCpu(peer: Peer): Promise<number> {
  let cpu = 0;
  for (const call of calls) cpu += (await peer.cpu(call, TIMES)).cpu;
  return (cpu * 1000) / TIMES;
}

/** The native calls of one operation, and how many kernel reads they make. */
async function readsOf(source: Source) {
  const asked: Parameters<Source['read']>[] = [];
  let reads = 0;
  const noting: Source = {
    ...source,
    async read(...args) {
      asked.push(args);
      const batch = await source.read(...args);
      reads += batch.reads.reduce((sum, count) => sum + count, 0);
      return batch;
    },
  };
  await execute(noting);
  return { asked, reads };
}

/** The same reads with no graph around them. */
function readAgain(asked: readonly Parameters<Source['read']>[]) {
  const { signal } = new AbortController();
  return Promise.all(asked.map(([table, mask, keys]) => source.read(table, mask, keys, signal)));
}

const peer = startPeer();
const { asked, reads } = await readsOf(source);
const cold = await ourCpu(async () => JSON.stringify(await execute(source)));
for (let time = 0; time < WARM; time++) await execute(source);
const whole: number[] = [];
const native: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  whole.push(await ourCpu(async () => JSON.stringify(await execute(source))));
  native.push(await ourCpu(async () => readAgain(asked)));
  theirs.push(await theirCpu(peer));
}
await peer.close();
const [ours, kernel, psutil] = [whole, native, theirs].map(median) as [number, number, number];
console.log(
  [
    'one tick of the system, milliseconds of the processor, median of turns:',
    `  to JSON   ${ours.toFixed(3)}   ${(psutil / ours).toFixed(1)} times less than psutil`,
    `  rows      ${kernel.toFixed(3)}   ${(psutil / kernel).toFixed(1)} times less than psutil`,
    `  the first ${TIMES}: ${cold.toFixed(3)} to JSON, before the code is warm`,
    `  psutil    ${psutil.toFixed(3)}   (${calls.length} calls)`,
    `  reads asked ${asked.length}, kernel reads ${reads}`,
  ].join('\n'),
);

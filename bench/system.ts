// What one tick of everything a dashboard shows of a host costs, beside the same calls of psutil: in turns in the same
// minute, because figures of different minutes or machines compare nothing.
import { type DocumentNode, parse } from 'graphql';
import type { Source } from '../native/index.ts';
import { type Peer, startPeer } from '../test/support/peer.ts';
import { contextOf, createExecutor, openLocal, schema } from './built.ts';

const ROUNDS = 9;
const TIMES = 50;
/** Operations before the first that counts: the gateway of a dashboard has run for long, and so has its code. */
const WARM = 3_000;

const TIMES_OF = 'user system idle nice iowait irq softirq steal guest guestNice';
const IO = 'readCount writeCount readBytes writeBytes readTime writeTime busyTime';
const SECOND = `bootTime loadAverage { one five fifteen }
    memory { total available used free percent active inactive buffers cached shared slab }
    swap { total used free percent swappedIn swappedOut }
    diskIo { ${IO} }
    sensors { temperatures { current } fans { rpm } batteries { percent } }`;

type Call = readonly [name: string, args?: unknown[] | Record<string, unknown>];

interface Tick {
  readonly name: string;
  readonly query: string;
  /** The calls of psutil that tell the same. */
  readonly calls: readonly Call[];
}

const SECOND_CALLS: readonly Call[] = [
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
];

const TICKS: readonly Tick[] = [
  {
    name: 'what a dashboard shows of a host without its network',
    query: `{
      system {
        ${SECOND}
        cpu { logicalCount times { ${TIMES_OF} } stats { ctxSwitches interrupts softInterrupts }
              frequency { current min max } logicalCpus { number times { ${TIMES_OF} } } }
      }
      mounts { device mountpoint fstype options usage { total used free percent } }
    }`,
    calls: SECOND_CALLS,
  },
  {
    name: 'all figures of the system that psutil has',
    query: `{
      system {
        ${SECOND}
        cpu { logicalCount physicalCount times { ${TIMES_OF} } stats { ctxSwitches interrupts softInterrupts }
              frequency { current min max }
              logicalCpus { number times { ${TIMES_OF} } frequency { current min max } } }
        sessions { name terminal remoteHost startedAt pid }
        networkInterfaces {
          name isUp duplex speedMbps mtu flags
          io { bytesSent bytesReceived packetsSent packetsReceived errorsIn errorsOut dropsIn dropsOut }
          addresses { family address netmask broadcast peer }
        }
      }
      disks(all: true) { name io { ${IO} } }
      mounts { device mountpoint fstype options usage { total used free percent } }
    }`,
    calls: [
      ...SECOND_CALLS,
      ['cpu_count', { logical: false }],
      ['cpu_freq', { percpu: true }],
      ['disk_io_counters', { perdisk: true }],
      ['net_io_counters', { pernic: true }],
      ['net_if_addrs'],
      ['net_if_stats'],
      ['users'],
    ],
  },
];

const executor = createExecutor();
const source = await openLocal();

/** As the gateway runs an operation that it has met before: parsed and validated once, then compiled. */
async function execute(from: Source, document: DocumentNode) {
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

async function theirCpu(peer: Peer, calls: readonly Call[]): Promise<number> {
  let cpu = 0;
  for (const [name, args = []] of calls) cpu += (await peer.cpu({ call: 'function', name, args }, TIMES)).cpu;
  return (cpu * 1000) / TIMES;
}

/** The native calls of one operation, and how many kernel reads they make. */
async function readsOf(source: Source, document: DocumentNode) {
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
  await execute(noting, document);
  return { asked, reads };
}

/** The same reads with no graph around them. */
function readAgain(asked: readonly Parameters<Source['read']>[]) {
  const { signal } = new AbortController();
  return Promise.all(asked.map(([table, mask, keys]) => source.read(table, mask, keys, signal)));
}

async function compare({ name, query, calls }: Tick, peer: Peer): Promise<void> {
  const document = parse(query);
  const run = async () => JSON.stringify(await execute(source, document));
  const { asked, reads } = await readsOf(source, document);
  const cold = await ourCpu(run);
  for (let time = 0; time < WARM; time++) await run();
  const whole: number[] = [];
  const native: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    whole.push(await ourCpu(run));
    native.push(await ourCpu(async () => readAgain(asked)));
    theirs.push(await theirCpu(peer, calls));
  }
  const [ours, kernel, psutil] = [whole, native, theirs].map(median) as [number, number, number];
  console.log(
    [
      `${name}, milliseconds of the processor, median of turns:`,
      `  to JSON   ${ours.toFixed(3)}   ${(psutil / ours).toFixed(2)} times less than psutil`,
      `  rows      ${kernel.toFixed(3)}   ${(psutil / kernel).toFixed(2)} times less than psutil`,
      `  the first ${TIMES}: ${cold.toFixed(3)} to JSON, before the code is warm`,
      `  psutil    ${psutil.toFixed(3)}   (${calls.length} calls)`,
      `  native calls ${new Set(asked.map(([table]) => table.name)).size} tables, kernel reads ${reads}`,
    ].join('\n'),
  );
}

const peer = startPeer();
for (const tick of TICKS) await compare(tick, peer);
await peer.close();

// The warm tier beside the cold one and psutil: what is proved unchanged is not read.
import { crowd } from '../../test/support/crowd.ts';
import { sockets as holding } from '../../test/support/sockets.ts';
import { type Gateway, readsOf, startGateway } from '../contender/gateway.ts';
import { type Contender, contest, type Result } from '../contest.ts';
import type { Bench, Case } from './bench.ts';
import { watching } from './watch.ts';

const GATED = 'pid ppid name username cpuTimes { user system } numThreads cmdline createTime';
const GATED_OF_PSUTIL = 'pid ppid name username cpu_times num_threads cmdline create_time'.split(' ');
const TEN = `${GATED} status memory { rss }`;
const TEN_OF_PSUTIL = [...GATED_OF_PSUTIL, 'status', 'memory_info'];
const SOCKETS = 'family type status local { address port } remote { address port } owners { pid fd }';

/** The warm gateway, which the others are compared with, the cold one, and psutil. */
const both = (name: string, warm: Gateway, cold: Gateway, query: string, theirs: Contender | undefined) =>
  contest(name, [
    warm.asking('sysgraph, warm', query),
    cold.asking('sysgraph, cold', query),
    ...(theirs ? [theirs] : []),
  ]);

async function lists(size: number, warm: Gateway, { gateway, psutil }: Bench): Promise<Result[]> {
  const company = await crowd({ count: size, names: ['worker'] });
  const results: Result[] = [];
  const kinds = [
    ['what a process has to run for to change', GATED, GATED_OF_PSUTIL],
    ['ten fields', TEN, TEN_OF_PSUTIL],
  ] as const;
  try {
    for (const [name, selection, attrs] of kinds) {
      const query = `{ processes { nodes { ${selection} } } }`;
      const result = await both(`${size} processes, ${name}`, warm, gateway, query, psutil?.doing('processes', attrs));
      results.push({ ...result, counts: await readsOf(warm, query) });
    }
  } finally {
    await company.stop();
  }
  return results;
}

async function held(total: number, warm: Gateway, { gateway, psutil }: Bench): Promise<Result> {
  const company = await holding({ total, each: 250 });
  const query = `{ connections(kind: INET) { nodes { ${SOCKETS} } } }`;
  const theirs = psutil?.doing('calls', [['net_connections', { kind: 'inet' }]]);
  try {
    const result = await both(`${total} sockets and who holds them`, warm, gateway, query, theirs);
    return { ...result, counts: await readsOf(warm, query) };
  } finally {
    await company.stop();
  }
}

async function watched(size: number, warm: Gateway, { gateway, psutil }: Bench): Promise<Result> {
  const company = await crowd({ count: size, names: ['worker'] });
  const theirs = psutil ? [psutil.doing('watch')] : [];
  try {
    const contenders = [
      watching(warm, 'sysgraph, warm: processor time', 'pid cpuPercent'),
      watching(warm, 'sysgraph, warm: and memory', 'pid cpuPercent memory { rss }'),
      watching(gateway, 'sysgraph, cold: processor time', 'pid cpuPercent'),
      ...theirs,
    ];
    return await contest(`a second of watching ${size} processes`, contenders, { rounds: 5, times: 8 });
  } finally {
    await company.stop();
  }
}

export const warm: Case = async (bench) => {
  const gateway = await startGateway(['--reader', 'warm']);
  try {
    return [
      ...(await lists(2_000, gateway, bench)),
      await held(10_000, gateway, bench),
      await watched(5_000, gateway, bench),
    ];
  } finally {
    await gateway.stop();
  }
};

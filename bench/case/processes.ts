// Lists of processes: three sizes, three selections; the tree; the ten largest.
import { crowd } from '../../test/support/crowd.ts';
import { command } from '../contender/command.ts';
import { checkFloor, startFloor } from '../contender/floor.ts';
import { readsOf } from '../contender/gateway.ts';
import { startInformation } from '../contender/information.ts';
import { type Contender, contest, type Result } from '../contest.ts';
import type { Bench, Case } from './bench.ts';

const TEN = 'pid ppid name status username cpuTimes { user system } memory { rss } numThreads cmdline createTime';
const TEN_OF_PSUTIL = 'pid ppid name status username cpu_times memory_info num_threads cmdline create_time'.split(' ');

interface Selection {
  readonly fields: 2 | 10 | 25;
  readonly ours: string;
  readonly psutil: readonly string[];
  /** Columns of ps that say the same, where it has them all. */
  readonly ps?: string;
}

const selections: readonly Selection[] = [
  { fields: 2, ours: 'pid name', psutil: ['pid', 'name'], ps: 'pid,comm' },
  { fields: 10, ours: TEN, psutil: TEN_OF_PSUTIL, ps: 'pid,ppid,comm,state,user,cputimes,rss,nlwp,args,lstart' },
  {
    fields: 25,
    ours:
      'pid name ppid status username cpuTimes { user system childrenUser childrenSystem } ' +
      'memory { rss vms shared text } numThreads cmdline createTime nice cpuNum isKernelThread ' +
      'uids { real effective saved } gids { real effective saved }',
    psutil: [...TEN_OF_PSUTIL, 'nice', 'cpu_num', 'uids', 'gids'],
  },
];

const listOf = (selection: string): string => `{ processes { nodes { ${selection} } } }`;

async function lists(size: number, bench: Bench): Promise<Result[]> {
  const { gateway, psutil } = bench;
  const floor = startFloor();
  const information = size > 2_000 ? undefined : await startInformation(bench);
  const results: Result[] = [];
  for (const { fields, ours, psutil: attrs, ps } of selections) {
    const query = listOf(ours);
    await checkFloor(floor, fields, await gateway.ask(query));
    const columns = ps !== undefined && bench.has('ps', 'procps') ? command('ps -eo', 'ps', '-eo', ps) : undefined;
    const contenders: (Contender | undefined)[] = [
      gateway.asking('sysgraph, over HTTP', query),
      floor.listing(fields),
      psutil?.doing('processes', attrs),
      columns,
      fields === 10 ? information?.calling('processes') : undefined,
    ];
    const result = await contest(
      `${size} processes, ${fields} fields`,
      contenders.filter((each) => each !== undefined),
    );
    results.push({ ...result, counts: await readsOf(gateway, query) });
    await columns?.stop();
  }
  await Promise.all([floor.stop(), information?.stop()]);
  return results;
}

async function tree(size: number, { gateway, psutil }: Bench): Promise<Result> {
  const ours = gateway.asking('sysgraph, over HTTP', '{ processes { nodes { pid ppid name } } }');
  return contest(`tree of ${size} processes`, psutil ? [ours, psutil.doing('tree')] : [ours]);
}

async function largest(size: number, { gateway, psutil }: Bench): Promise<Result> {
  const query = `{ processes(first: 10, orderBy: { by: RSS, direction: DESC }) { nodes { ${TEN} } } }`;
  const ours = gateway.asking('sysgraph, over HTTP', query);
  const theirs = psutil ? [psutil.doing('largest', TEN_OF_PSUTIL, 10)] : [];
  const result = await contest(`ten largest of ${size} processes`, [ours, ...theirs]);
  return { ...result, counts: await readsOf(gateway, query) };
}

export const processes: Case = async (bench) => {
  const results: Result[] = [];
  for (const size of [500, 2_000, 10_000]) {
    // A name shorter than 15 bytes, as most are: a longer one is looked up in the command line.
    const company = await crowd({ count: size, names: ['worker'] });
    try {
      results.push(...(await lists(size, bench)));
      if (size === 2_000) results.push(await tree(size, bench), await largest(size, bench));
    } finally {
      await company.stop();
    }
  }
  return results;
};

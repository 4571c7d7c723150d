// What a list of processes costs.
import { type Crowd, crowd } from '../test/support/crowd.ts';
import { startPeer } from '../test/support/peer.ts';
import { openLocal } from './built.ts';
import { type Case, compare, ROUNDS } from './compare.ts';

const COUNT = 2_000;

const listing = (name: string, selection: string, attrs: string): Case => ({
  name,
  query: `{ processes { nodes { ${selection} } } }`,
  theirs: { call: 'processes', attrs: attrs.split(' ') },
});

const cases = [
  listing(
    'ten fields',
    'pid ppid name status username cpuTimes { user system } memory { rss } numThreads cmdline createTime',
    'pid ppid name status username cpu_times memory_info num_threads cmdline create_time',
  ),
  listing('pid and name', 'pid name', 'pid name'),
];

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

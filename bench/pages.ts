// What lists of 2,000 processes cost over HTTP: all of them, and the ten largest, as processor time of the gateway as
// it is shipped, beside what psutil takes only to read the same.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Crowd, crowd } from '../test/support/crowd.ts';
import { startPeer } from '../test/support/peer.ts';

const COUNT = 2_000;
const ROUNDS = 9;
const TIMES = 5;
const FIELDS = 'pid ppid name status username cpuTimes { user system } memory { rss } numThreads cmdline createTime';
const THEIRS = 'pid ppid name status username cpu_times memory_info num_threads cmdline create_time';
const FULL = `{ processes { nodes { ${FIELDS} } } }`;
const TOP = `{ processes(first: 10, orderBy: { by: RSS, direction: DESC }) { totalCount nodes { ${FIELDS} } } }`;

async function told<T>(child: ChildProcess, ask?: string): Promise<T> {
  if (ask !== undefined) child.send(ask);
  const [answer] = await once(child, 'message');
  return answer as T;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function bench(): Promise<void> {
  const serving = fork(new URL('./subscribers/server.ts', import.meta.url), ['gateway']);
  const { url } = await told<{ url: string }>(serving);
  const peer = startPeer();

  /** Milliseconds of the gateway's processor time for one request. */
  const cpuOf = async (query: string): Promise<number> => {
    const { cpuMs: before } = await told<{ cpuMs: number }>(serving, 'cpu');
    for (let time = 0; time < TIMES; time++) {
      const body = JSON.stringify({ query });
      const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      const text = await (await fetch(url.replace('ws', 'http'), sent)).text();
      if (!text.startsWith('{"data":{"processes":{')) throw new Error(text.slice(0, 500));
    }
    return ((await told<{ cpuMs: number }>(serving, 'cpu')).cpuMs - before) / TIMES;
  };
  const theirs = async (): Promise<number> =>
    ((await peer.cpu({ call: 'processes', attrs: THEIRS.split(' ') }, TIMES)).cpu * 1000) / TIMES;

  const measured = { full: [] as number[], top: [] as number[], psutil: [] as number[] };
  for (let round = -2; round < ROUNDS; round++) {
    const [full, top, psutil] = [await cpuOf(FULL), await cpuOf(TOP), await theirs()];
    if (round < 0) continue;
    measured.full.push(full);
    measured.top.push(top);
    measured.psutil.push(psutil);
  }
  const { full, top, psutil } = measured;
  const share = (a: number[], b: number[]) => (median(a) / median(b)).toFixed(2);
  console.log(`pages: ten fields of ${COUNT} processes over HTTP, median of ${ROUNDS} rounds in turns`);
  console.log(
    `  all: ${median(full).toFixed(1)} ms CPU, ${share(full, psutil)} of psutil's ${median(psutil).toFixed(1)}`,
  );
  console.log(`  the ten largest: ${median(top).toFixed(1)} ms CPU, ${share(top, full)} of all`);
  serving.kill();
  await peer.close();
}

const company: Crowd = await crowd({ count: COUNT, names: ['worker'] });
await bench().finally(() => company.stop());

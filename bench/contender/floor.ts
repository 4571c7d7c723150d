import { program } from '../../test/support/program.ts';
import type { Contender, Cost } from '../contest.ts';
import { lines } from './lines.ts';

export interface Floor {
  listing(fields: 2 | 10 | 25): Contender;
  list(fields: 2 | 10 | 25): Promise<string>;
  stop(): Promise<void>;
}

export function startFloor(): Floor {
  const { next, stop } = lines(program('floor', ['bench/contender/floor.cc'], ['-O2']), []);
  return {
    listing: (fields) => ({
      name: 'the floor, in C++',
      measure: async (times) => JSON.parse(await next(`${fields} ${times}`)) as Cost,
    }),
    list: (fields) => next(`${fields} 0`),
    stop,
  };
}

interface Answer {
  readonly data: { readonly processes: { readonly nodes: readonly { pid: number }[] } };
}

/** Throws unless the floor answers as the gateway does, of processes that did nothing in between. */
export async function checkFloor(floor: Floor, fields: 2 | 10 | 25, ours: string): Promise<void> {
  const nodesOf = (text: string) =>
    new Map((JSON.parse(text) as Answer).data.processes.nodes.map((row) => [row.pid, row]));
  const [gateway, theirs] = [nodesOf(ours), nodesOf(await floor.list(fields))];
  const idle = [...gateway].filter(([, row]) => (row as { name?: string }).name === 'worker');
  for (const [pid, row] of idle) {
    const [a, b] = [row, theirs.get(pid)].map((each) => JSON.stringify(sorted(each, ['createTime'])));
    if (a !== b) throw new Error(`the floor does not answer alike for process ${pid}: ${a} and ${b}`);
  }
}

/** With its properties in the order of their names, without those that are told a little differently each time. */
function sorted(value: unknown, without: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !without.includes(name));
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each, without)]),
  );
}

// Lists of sockets, with who holds them and without.
import { sockets as holding } from '../../test/support/sockets.ts';
import { command } from '../contender/command.ts';
import { readsOf } from '../contender/gateway.ts';
import { contest, type Result } from '../contest.ts';
import type { Bench, Case } from './bench.ts';

const COLUMNS = 'family type status local { address port } remote { address port }';
const listOf = (selection: string): string => `{ connections(kind: INET) { nodes { ${selection} } } }`;

async function lists(count: number, { gateway, psutil, has }: Bench): Promise<Result[]> {
  const held = listOf(`${COLUMNS} owners { pid fd }`);
  const calls = has('ss', 'iproute2', '-V')
    ? { holders: command('ss -tuanp', 'ss', '-tuanp'), alone: command('ss -tuan', 'ss', '-tuan') }
    : undefined;
  // psutil always looks for the holders.
  const theirs = psutil ? [psutil.doing('calls', [['net_connections', { kind: 'inet' }]])] : [];
  const withHolders = await contest(`${count} sockets and who holds them`, [
    gateway.asking('sysgraph, over HTTP', held),
    ...theirs,
    ...(calls ? [calls.holders] : []),
  ]);
  const alone = await contest(`${count} sockets`, [
    gateway.asking('sysgraph, over HTTP', listOf(COLUMNS)),
    ...(calls ? [calls.alone] : []),
  ]);
  await Promise.all([calls?.holders.stop(), calls?.alone.stop()]);
  const counts = await readsOf(gateway, held);
  // Who may not look for them would be told of none, and fast.
  if (!('reads of owner.socketFds' in counts)) throw new Error('nobody looked for the holders');
  return [{ ...withHolders, counts }, alone];
}

export const sockets: Case = async (bench) => {
  const results: Result[] = [];
  for (const total of [100, 5_000, 10_000]) {
    const held = await holding({ total, each: total < 500 ? 10 : 250 });
    try {
      results.push(...(await lists(total, bench)));
    } finally {
      await held.stop();
    }
  }
  return results;
};

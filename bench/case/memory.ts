// What is kept: live bytes after 100 and after 1,000 full lists.
import { crowd } from '../../test/support/crowd.ts';
import { type Gateway, repeat, startGateway } from '../contender/gateway.ts';
import type { Case } from './bench.ts';

const TEN = 'pid ppid name status username cpuTimes { user system } memory { rss } numThreads cmdline createTime';
const FULL = `{ processes { nodes { ${TEN} } } }`;

async function bytesOf({ ask }: Gateway): Promise<{ native: number; resident: number }> {
  const answer = JSON.parse(await ask('{ gateway { heap { used } process { memory { rss } } } }'));
  const { heap, process } = answer.data.gateway;
  return { native: heap.used, resident: process.memory.rss };
}

export const memory: Case = async () => {
  const company = await crowd({ count: 1_000, names: ['worker'] });
  const gateway = await startGateway();
  try {
    await repeat(100, () => gateway.ask(FULL));
    const early = await bytesOf(gateway);
    await repeat(900, () => gateway.ask(FULL));
    const late = await bytesOf(gateway);
    const counts = {
      'native bytes after 100': early.native,
      'native bytes after 1,000': late.native,
      'resident bytes after 100': early.resident,
      'resident bytes after 1,000': late.resident,
    };
    return [{ contest: 'memory after full lists of 1,000 processes', figures: [], counts }];
  } finally {
    await gateway.stop();
    await company.stop();
  }
};

// From the command to the first answer that could be had.

import { command } from '../contender/command.ts';
import { startGateway } from '../contender/gateway.ts';
import { takenBy } from '../contender/process-time.ts';
import { type Contender, contest } from '../contest.ts';
import type { Case } from './bench.ts';

/** Until it tells its URL; what it takes to stop is its own, and not counted. */
const gateway: Contender = {
  name: 'sysgraph, until it serves',
  async measure(times) {
    let [cpuMs, wallMs] = [0, 0];
    for (let time = 0; time < times; time++) {
      const start = performance.now();
      const started = await startGateway();
      wallMs += performance.now() - start;
      cpuMs += takenBy(started.pid);
      await started.stop();
    }
    return { cpuMs, wallMs };
  },
};

export const start: Case = async ({ has }) => {
  const node = command('node, with nothing to do', process.execPath, '-e', '0');
  const glances = has('glances', 'glances', '--version')
    ? command('glances --version', 'glances', '--version')
    : undefined;
  const result = await contest('start-up', [gateway, node, ...(glances ? [glances] : [])]);
  await Promise.all([node.stop(), glances?.stop()]);
  return [result];
};

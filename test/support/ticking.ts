// A stream of the system as a dashboard has it, without what serves it: each event is followed by a look at /again, for
// who watches its system calls.
import { statSync } from 'node:fs';
import { openLocal, systemTable } from '../../native/index.ts';
import { systemClock } from '../../subscriptions/clock.ts';
import { Watch } from '../../subscriptions/watch.ts';
import { maskOf } from './reading.ts';

const OWN = ['boot', 'stat', 'meminfo', 'swap', 'vmstat', 'loadavg', 'cpus', 'frequency', 'disks'];
const LISTS = ['cpuTimes', 'temperatures', 'fans', 'batteries'];

const events = new Watch(await openLocal(), systemClock).system(maskOf(systemTable, [...OWN, ...LISTS]), 100);
for (let event = 0; event < 6; event++) {
  await events.next();
  statSync('/again', { throwIfNoEntry: false });
}
await events.return();

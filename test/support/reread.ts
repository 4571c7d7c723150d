// Processes, or what they hold, read again and again in a process of its own, with what is kept between the times:
//
//     tsx test/support/reread.ts [--table NAME] [--nobody] [--reader COLD] [--times N] [--warm-bytes N] [--pids PID,…]
//       SOURCE…
//
// Each time begins with a look at /again, for who watches its system calls. It answers with what is kept, and with what
// was read the last time, by source.
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connectionTable, openLocal, ownerTable, processTable } from '../../native/index.ts';
import { ALL, maskOf } from './reading.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    table: { type: 'string', default: 'process' },
    nobody: { type: 'boolean', default: false },
    reader: { type: 'string', default: 'WARM' },
    times: { type: 'string', default: '4' },
    'warm-bytes': { type: 'string', default: String(2 ** 27) },
    pids: { type: 'string' },
  },
});

const source = await openLocal({ reader: values.reader as 'COLD' | 'WARM', warmBytes: Number(values['warm-bytes']) });
if (values.nobody) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
const keys = values.pids === undefined ? ALL : { keys: values.pids.split(',').map(Number) };
const table = [processTable, ownerTable, connectionTable].find(({ name }) => name === values.table)!;
const mask = maskOf(table, positionals);
let reads: (readonly [string, number])[] = [];
for (let time = 0; time < Number(values.times); time++) {
  statSync('/again', { throwIfNoEntry: false });
  const batch = await source.read(table, mask, keys);
  reads = table.sources.map((name, index) => [name, batch.reads[index]!] as const);
}
statSync('/again', { throwIfNoEntry: false });
const counts = Object.fromEntries(reads.filter(([, count]) => count > 0));
console.log(JSON.stringify({ use: source.use!(), reads: counts }));

// One operation in a process of its own, for a test that watches its system calls or takes its rights away:
//
//     tsx test/support/execute.ts [--proc DIR] [--nobody] [--sensitive] [--times N] QUERY
//
// More than once it answers with all answers, and with how many descriptors were open before and after.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openLocal } from '../../native/index.ts';
import { ask } from './operation.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    proc: { type: 'string', default: '/proc' },
    nobody: { type: 'boolean', default: false },
    sensitive: { type: 'boolean', default: false },
    times: { type: 'string' },
  },
});

const source = await openLocal({ procRoot: values.proc });
// Only now, because an ordinary user may have no way to where this file is.
if (values.nobody) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
const access = ['READ', 'SHOWN', 'OWNER', ...(values.sensitive ? ['SENSITIVE' as const] : [])] as const;
const once = () => ask(source, positionals[0]!, { access });

if (values.times === undefined) {
  console.log(JSON.stringify(await once()));
} else {
  // The first loads code, which opens files.
  await once();
  const count = () => readdirSync('/proc/self/fd').length;
  const before = count();
  const answers: unknown[] = [];
  for (let time = 0; time < Number(values.times); time++) answers.push(await once());
  console.log(JSON.stringify({ answers, descriptors: [before, count()] }));
}

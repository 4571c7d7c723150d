// One operation in a process of its own, for a test that watches its system calls or takes its rights away:
//
//     tsx test/support/execute.ts [--proc DIR] [--nobody] [--sensitive] QUERY
import { parseArgs } from 'node:util';
import { openLocal } from '../../native/index.ts';
import { ask } from './operation.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    proc: { type: 'string', default: '/proc' },
    nobody: { type: 'boolean', default: false },
    sensitive: { type: 'boolean', default: false },
  },
});

const source = await openLocal({ procRoot: values.proc });
// Only now, because an ordinary user may have no way to where this file is.
if (values.nobody) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
const access = ['READ', 'OWNER', ...(values.sensitive ? ['SENSITIVE' as const] : [])] as const;
console.log(JSON.stringify(await ask(source, positionals[0]!, { access })));

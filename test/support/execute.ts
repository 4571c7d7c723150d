// One operation on this host, in a process of its own, for a test that watches its system calls.
import { openLocal } from '../../native/index.ts';
import { ask } from './operation.ts';

console.log(JSON.stringify(await ask(await openLocal(), process.argv[2]!)));

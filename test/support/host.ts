import { property } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import type { ScriptedRow } from './scripted.ts';

/** Every column that is promised, with a value. */
export const required = Object.fromEntries(
  tables.flatMap(({ columns }) => columns.filter((column) => column.required).map(({ path }) => [property(path), 1])),
);

const process = { ...required, startTicks: 10, status: 'SLEEPING', isCommCut: true, isKernelThread: false };

/** A host with something in every table: two processes, the elder of which holds a socket. */
export const wholeHost = (): Record<string, ScriptedRow[]> => ({
  process: [
    { ...process, key: 1, ppid: 0, comm: 'init' },
    {
      ...process,
      key: 2,
      ppid: 1,
      comm: 'a-name-that-is-',
      cmdline: ['a-name-that-is-cut'],
      exe: '/bin/cut',
      cwd: '/',
    },
  ],
  owner: [{ key: 1, pid: 1, fd: 3, inode: 5 }],
  connection: [
    { ...required, key: 0, inode: 5, cookieHigh: 0, cookieLow: 1, family: 'INET', type: 'STREAM', status: 'LISTEN' },
  ],
  environment: [{ key: 1, name: 'EDITOR', value: 'hunter2' }],
  memoryMap: [{ ...required, key: 1, path: '/bin/init' }],
  openFile: [{ key: 1, path: '/etc/shadow', fd: 4 }],
  limit: [{ key: 1, resource: 'NOFILE', soft: 10, hard: 20 }],
  thread: [{ ...required, key: 1, startTicks: 10, status: 'SLEEPING' }],
  network: [{ key: 1, name: 'lo', flags: [] }],
  disk: [{ key: 1, name: 'sda', kind: 'DISK', parentNumbers: [], childNumbers: [] }],
  mount: [
    { ...required, key: 1, device: '/dev/sda', mountpoint: '/', options: ['rw'], isReal: true, isReachable: true },
  ],
  system: [{ ...required, key: 0, platform: 'LINUX' }],
  heap: [{ ...required, key: 0 }],
});

// Which descriptors of a process are sockets, beside what its folder of descriptors lists, wherever they stand.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openLocal, ownerTable, rowsOf } from '../../native/index.ts';

let child: ChildProcess | undefined;
afterEach(() => child?.kill());

/** A process that holds sockets and files under descriptors that a line of Python says. */
async function holding(descriptors: string): Promise<number> {
  const program = `import os, resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
one, file = socket.socket(), os.open('/dev/null', 0)
${descriptors}
print('ready', flush=True)
sys.stdin.read()`;
  child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child.pid!;
}

/** Of this process one goes with the look at the others. */
function linkOf(pid: number, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}

const listed = (pid: number): [number, number][] =>
  readdirSync(`/proc/${pid}/fd`)
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(pid, fd))?.[1];
      return inode === undefined ? [] : [[fd, Number(inode)]];
    });

test.each(['COLD', 'WARM'] as const)('sockets of this very process (%s)', async (reader) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const source = await openLocal({ reader });
    for (const keys of [{ keys: [process.pid] }, { except: [] }, { except: [] }]) {
      const rows = rowsOf(ownerTable, 1, await source.read(ownerTable, 1, keys));
      const own = rows.filter(({ key, fd }) => key === process.pid && fd !== null).map(({ fd, inode }) => [fd, inode]);
      expect(own).toEqual(listed(process.pid));
      expect(own.length).toBeGreaterThan(0);
    }
  } finally {
    server.close();
  }
});

test.each([
  ['one after the other', 'for fd in range(10, 400): os.dup2(one.fileno() if fd % 3 else file, fd)', 200],
  ['far apart', 'for fd in range(10, 4000, 37): os.dup2(one.fileno(), fd)', 100],
  ['one far away', 'os.dup2(one.fileno(), 1000)', 1],
  ['none of the first', 'for fd in range(300, 340): os.dup2(one.fileno(), fd)\nos.closerange(3, 300)', 40],
  [
    'half of them closed',
    'for fd in range(10, 800): os.dup2(one.fileno(), fd)\nfor fd in range(10, 800, 2): os.close(fd)',
    300,
  ],
  ['none at all', 'one.close()', 0],
])('sockets that stand %s', async (_, descriptors, least) => {
  const pid = await holding(descriptors);
  const source = await openLocal();
  const of = async (keys: Parameters<typeof source.read>[2]) => {
    const rows = rowsOf(ownerTable, 1, await source.read(ownerTable, 1, keys));
    return rows.flatMap(({ key, fd, inode }) => (key === pid && fd !== null ? [[fd, inode]] : []));
  };
  const wanted = listed(pid);
  expect(wanted.length).toBeGreaterThanOrEqual(least);
  expect(await of({ keys: [pid] })).toEqual(wanted);
  expect(await of({ except: [] })).toEqual(wanted);
});

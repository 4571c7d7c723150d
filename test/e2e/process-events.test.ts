// What happens to real processes, as a gateway tells that is started as people start it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { release } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, sysgraphIn, urlIn } from '../support/command.ts';
import { events, Peer } from '../support/live.ts';
import { needs, runs } from '../support/needs.ts';
import type { Answer } from '../support/operation.ts';

const [major, minor] = release().split('.').map(Number);
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const isRoot = process.getuid!() === 0;
const isForAll = major! > 6 || (major === 6 && minor! >= 6);
const ALONE = ['unshare', '--user', '--map-root-user'];

const places = [
  ['here', [], isRoot || isForAll ? 'KERNEL' : 'COMPARED', () => true],
  ['as an ordinary user', NOBODY, isForAll ? 'KERNEL' : 'COMPARED', () => isRoot],
  ['where the kernel tells nobody', ALONE, 'COMPARED', () => runs('unshare', '--user', '--map-root-user', 'true')],
] as const;

/** Only what this test starts itself. */
const OWN = `ppid: { eq: ${process.pid} }`;
const queryOf = (filter: string, every = 100) => `subscription { processEvents(everyMs: ${every}, filter: { ${filter} })
  { source lost folded events { kind at processId pid ppid name exit { exitCode signal } process { id } } } }`;

interface Reader {
  next(): Promise<Answer>;
  leave(): Promise<unknown>;
}

/** Both ways to watch. */
const protocols: Record<string, (url: URL, query: string) => Promise<Reader>> = {
  async WebSocket(url, query) {
    const peer = await Peer.greeted(url.href.replace('http', 'ws'));
    peer.subscribe('1', query);
    let read = 0;
    return {
      next: async () => (await peer.has(++read))[read - 1].payload.data.processEvents,
      async leave() {
        peer.socket.close();
        return peer.closed;
      },
    };
  },
  async SSE(url, query) {
    const leaving = new AbortController();
    const { data } = await events(url, query, leaving.signal);
    return { next: async () => (await data()).data.processEvents, leave: async () => leaving.abort() };
  },
};

/** What is told of one process, up to its end. */
async function toldOf(reader: Reader, pid: number): Promise<Answer[]> {
  const told: Answer[] = [];
  while (told.at(-1)?.kind !== 'EXITED') {
    const { events: all } = await reader.next();
    told.push(...all.filter((event: Answer) => event.pid === pid));
  }
  return told;
}

async function started(command: string, ...args: string[]) {
  const child = spawn(command, args);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  return { pid: child.pid!, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** What does not change any more. */
async function settledCount<T>(count: () => T): Promise<T> {
  for (let before = count(); ; before = count()) {
    await setTimeout(300);
    if (JSON.stringify(count()) === JSON.stringify(before)) return before;
  }
}

const kinds = (told: readonly Answer[]) => told.map(({ kind }) => kind);

describe.each(places)('a gateway %s', (where, inside, source, isPossible) => {
  describe.runIf(needs(`a gateway ${where}`, isPossible, 'run as root'))('', () => {
    let run: Run;
    let url: URL;
    const watch = async (protocol: string, query: string) => {
      const reader = await protocols[protocol]!(url, query);
      expect(await reader.next()).toEqual({ source, lost: false, folded: 0, events: [] });
      return reader;
    };

    beforeAll(async () => {
      run = sysgraphIn(inside, 'serve', '--port', '0');
      url = new URL('/graphql', urlIn(await run.firstLine));
    });
    afterAll(async () => {
      run.child.kill();
      await run.ended;
    });

    test.each(Object.keys(protocols))('tells what happens to a process, over %s', async (protocol) => {
      const reader = await watch(protocol, queryOf(OWN));
      const child = await started('sleep', '60');
      // Whoever compares lists must have seen it.
      const first: Answer[] = [];
      while (!first.some(({ pid }) => pid === child.pid)) first.push(...(await reader.next()).events);
      child.kill('SIGTERM');
      const told = [...first.filter(({ pid }) => pid === child.pid), ...(await toldOf(reader, child.pid))];
      const [start, end] = [told[0], told.at(-1)];
      expect(start).toMatchObject({ kind: 'STARTED', ppid: process.pid, process: { id: start.processId } });
      expect(end).toMatchObject({ kind: 'EXITED', processId: start.processId, name: 'sleep' });
      expect(end.exit).toEqual(source === 'KERNEL' ? { exitCode: null, signal: 'SIGTERM' } : null);
      expect(kinds(told)).toEqual(source === 'KERNEL' ? ['STARTED', 'EXECED', 'EXITED'] : ['STARTED', 'EXITED']);
      await child.ended;
      await reader.leave();
    });

    test('tells how one ended that was gone at once, where the kernel tells', async () => {
      if (source === 'COMPARED') return;
      const reader = await watch('WebSocket', queryOf(OWN));
      const child = await started('sh', '-c', 'exit 7');
      const told = await toldOf(reader, child.pid);
      expect(kinds(told)).toEqual(['STARTED', 'EXECED', 'EXITED']);
      expect(told.at(-1).exit).toEqual({ exitCode: 7, signal: null });
      await reader.leave();
    });

    test('tells of those alone that pass the filter', async () => {
      const reader = await watch('WebSocket', queryOf(`${OWN}, cmdline: { contains: "61" }`));
      const others = await Promise.all([started('sleep', '60'), started('true')]);
      const child = await started('sleep', '61');
      const pids = new Set<number>();
      while (!pids.has(child.pid)) for (const { pid } of (await reader.next()).events) pids.add(pid);
      for (const one of [others[0]!, child]) one.kill('SIGKILL');
      const told = await toldOf(reader, child.pid);
      expect([[...pids], told.at(-1).kind]).toEqual([[child.pid], 'EXITED']);
      await Promise.all([...others, child].map(({ ended }) => ended));
      await reader.leave();
    });

    test('listens as long as somebody watches', async () => {
      const held = () => ['fd', 'task'].map((folder) => readdirSync(`/proc/${run.child.pid}/${folder}`).length);
      const watchOnce = async () => {
        const reader = await watch('WebSocket', queryOf(OWN));
        const during = held();
        await reader.leave();
        return during;
      };
      // The first makes what is kept.
      await watchOnce();
      const before = await settledCount(held);
      const during = await watchOnce();
      if (source === 'KERNEL') expect(during[1]).toBeGreaterThan(before[1]!);
      // Threads that Node or the reader kept for a while may have ended meanwhile.
      const grown = () => held().filter((count, index) => count > before[index]!);
      await expect.poll(grown, { timeout: 20_000 }).toEqual([]);
    });

    test('says in what is always null whether the kernel tells', async () => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ gateway { unsupported { field reason } } }' }),
      });
      const { unsupported } = (await answer.json()).data.gateway;
      const fields = unsupported.map(({ field }: Answer) => field);
      expect(fields.includes('ProcessEvent.exit')).toBe(source === 'COMPARED');
    });
  });
});

import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addressTable, connectionTable, networkTable, openLocal, ownerTable, type Source } from '../../native/index.ts';
import { comesBackTo, held } from '../support/held.ts';
import { type Answer, ask } from '../support/operation.ts';
import { ALL } from '../support/reading.ts';
import { sockets } from '../support/sockets.ts';
import { dir, link, plant, type Tree, withTree } from '../support/tree.ts';

const ROUNDS = 400;
const PROTOCOLS = { keys: [0, 1, 2, 3, 4, 5, 6] };
/** What cannot be read, beside what can. */
const damaged: Tree = {
  ...{ 'net/dev': 'a\nb\n  lo: 1 2\n', 'net/tcp': dir(), 'net/unix': 'x\n', '1/ns/net': link('net:[1]') },
  ...{ '1/fd': 'no folder', '2/fd/1': link('socket:[7]'), '2/fd/x': '', '3/stat': '', '4/fd': dir() },
};

/** A round of calls: what is there, damaged and not, of this host and of none. */
async function round(live: Source, fake: Source, removed: Source): Promise<void> {
  for (const source of [live, fake, removed]) {
    await source.read(connectionTable, 7, PROTOCOLS);
    await source.read(ownerTable, 1, ALL);
    await source.read(ownerTable, 1, { keys: [1, 2, 3, 4, 5, process.pid] });
    await source.read(addressTable, 1, { keys: [1, 2, 99] });
    await source.read(networkTable, 7, { keys: [1, 2, 99] });
    await source.read(networkTable, 2, ALL).catch(() => undefined);
  }
}

test(`${(ROUNDS * 18).toLocaleString('en')} calls leave no descriptor behind`, { timeout: 240_000 }, () =>
  withTree(damaged, async (root) => {
    plant(root, { 'gone/1/stat': '' });
    const open = (procRoot: string) => openLocal({ procRoot, sysRoot: procRoot });
    const [live, fake, removed] = await Promise.all([openLocal(), open(root), open(`${root}/gone`)]);
    rmSync(`${root}/gone`, { recursive: true });
    await round(live, fake, removed);
    const before = held();
    for (let at = 0; at < ROUNDS; at++) await round(live, fake, removed);
    await comesBackTo(before);
  }),
);

test('two at once do not take each other’s answers, nor leave a descriptor', { timeout: 120_000 }, async () => {
  const source = await openLocal();
  const calls = () =>
    Array.from({ length: 8 }, (_, index) =>
      source.read(connectionTable, 7, { keys: [index % 7] }).then(({ count }) => count),
    );
  await Promise.all(calls());
  const before = held();
  for (let at = 0; at < 50; at++) await Promise.all(calls());
  await comesBackTo(before);
});

test('a read that is not wanted any more ends, also in another namespace', async () => {
  const source = await openLocal();
  const control = new AbortController();
  setMaxListeners(30, control.signal);
  const reads = Array.from({ length: 20 }, () => source.read(connectionTable, 7, PROTOCOLS, control.signal));
  control.abort();
  const ends = await Promise.allSettled(reads);
  expect(ends.every(({ status }) => status === 'fulfilled' || status === 'rejected')).toBe(true);
});

test('20,000 sockets are there, each once, each with its holder and its other end', { timeout: 240_000 }, async () => {
  const many = await sockets({ total: 20_000, each: 1_000 });
  try {
    const query = '{ connections(kind: TCP4) { totalCount nodes { id pid status peer { id pid } } } }';
    const { nodes, totalCount } = (await ask(await openLocal(), query)).connections;
    const pids = new Map(many.holders.map(({ pid }) => [pid, 0]));
    const held = nodes.filter(({ pid }: Answer) => pids.has(pid));
    for (const { pid } of held) pids.set(pid, pids.get(pid)! + 1);
    expect(new Set(pids.values())).toEqual(new Set([1_001]));
    const open = held.filter(({ status }: Answer) => status === 'ESTABLISHED');
    expect(open).toHaveLength(20_000);
    expect(open.every(({ pid, peer }: Answer) => peer.pid === pid)).toBe(true);
    expect(new Set(nodes.map(({ id }: Answer) => id)).size).toBe(totalCount);
  } finally {
    await many.stop();
  }
});

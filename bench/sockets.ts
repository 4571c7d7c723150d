// What a list of sockets costs, with and without who holds them.
import { startPeer } from '../test/support/peer.ts';
import { type Held, sockets } from '../test/support/sockets.ts';
import { openLocal } from './built.ts';
import { type Case, compare, ROUNDS } from './compare.ts';

const COUNT = 5_000;
const COLUMNS = 'family type status local { address port } remote { address port }';

// psutil always looks for the holders.
const listing = (name: string, selection: string): Case => ({
  name,
  query: `{ connections(kind: INET) { nodes { ${selection} } } }`,
  theirs: { call: 'function', name: 'net_connections', args: ['inet'] },
});

const cases = [listing('sockets and holders', `${COLUMNS} owners { pid fd }`), listing('sockets alone', COLUMNS)];

async function bench(held: Held): Promise<void> {
  const source = await openLocal();
  const peer = startPeer();
  console.log(`sockets: ${COUNT} of ${held.holders.length} processes, median of ${ROUNDS} rounds in turns`);
  for (const each of cases) await compare(each, source, peer);
  await peer.close();
}

const held = await sockets({ total: COUNT, each: 250 });
await bench(held).finally(() => held.stop());

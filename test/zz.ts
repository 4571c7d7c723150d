import { ask } from './support/operation.ts';
import { scripted } from './support/scripted.ts';
const rows = Array.from({ length: 10000 }, (_, i) => ({ key: 0, inode: i + 1, localAddress: '::1', localPort: i, family: 'INET', type: 'STREAM', status: 'LISTEN' }));
const source = scripted({ connection: rows } as never);
const { connections } = await ask(source, '{ connections(kind: TCP4) { nodes { id } } }');
const ids = connections.nodes.slice(-1400).map(({ id }: { id: string }) => id);
const t = performance.now();
const { nodes } = await ask(source, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { variables: { ids } });
console.log(nodes.length, nodes[0], Math.round(performance.now() - t), 'ms', JSON.stringify(ids).length);

// What executing costs, over HTTP: the same 5,000 processes by 20 fields, as compiled code, by graphql-js, and with a
// DataLoader's promise for every field, in turns; beside them the floor, which only writes the same JSON. What is
// measured is what is shipped: the build, not the sources as a loader changes them.
import { createServer, get, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import DataLoader from 'dataloader';
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Batch, Source } from '../../native/index.ts';
import { scripted } from '../../test/support/scripted.ts';
import { contextOf, createExecutor, executorPlugin, schema } from '../built.ts';
import { repeat } from '../contender/gateway.ts';
import { type Contender, contest } from '../contest.ts';
import type { Case } from './bench.ts';

const COUNT = 5_000;
const QUERY = `{ processes { nodes {
  pid ppid status username createTime nice numThreads cpuNum isKernelThread cmdline
  cpuTimes { user system childrenUser childrenSystem } memory { rss vms shared text } pageFaults { minor major }
} } }`;

/** A source whose every answer is made once. */
function frozen({ identity, read }: Source): Source {
  const known = new Map<string, Promise<Batch>>();
  return {
    identity,
    read(table, mask, keys) {
      const label = `${table.name} ${mask} ${JSON.stringify(keys)}`;
      const batch = known.get(label) ?? read(table, mask, keys);
      known.set(label, batch);
      return batch;
    },
  };
}

const rows = Array.from({ length: COUNT }, (_, index) => ({
  key: index + 1,
  ...{ ppid: index >> 1, startTicks: index, createTime: 1.8e12 + index, status: 'SLEEPING', username: 'someone' },
  ...{ nice: 0, numThreads: 4, cpuNum: 1, isKernelThread: false, isCommCut: false, cmdline: ['worker', '--index'] },
  ...{ cpuTimesUser: 1.25, cpuTimesSystem: 0.5, cpuTimesChildrenUser: 0, cpuTimesChildrenSystem: 0 },
  ...{ memoryRss: 4_096_000 + index, memoryVms: 9e9, memoryShared: 2e6, memoryText: 1e6 },
  ...{ pageFaultsMinor: 1234, pageFaultsMajor: 5, uidsReal: 1, uidsEffective: 1, uidsSaved: 1 },
}));
const source = frozen(scripted({ process: rows }));

interface Slow {
  readonly fields: DataLoader<() => unknown, unknown>;
}

/** The same graph, each leaf of which is loaded by itself. */
function withPromises(of: GraphQLSchema): GraphQLSchema {
  const types = new Map<GraphQLObjectType, GraphQLObjectType>();
  const swap = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(swap(type.ofType) as GraphQLNullableOutputType);
    if (isListType(type)) return new GraphQLList(swap(type.ofType));
    return isObjectType(type) ? slowed(type) : type;
  };
  const field = (config: GraphQLFieldConfig<unknown, Slow>): GraphQLFieldConfig<unknown, Slow> => {
    const type = swap(config.type);
    const resolve = config.resolve ?? defaultFieldResolver;
    if (type !== config.type && !isNonNullType(config.type)) return { ...config, type };
    const load: typeof resolve = (row, args, context, info) =>
      context.fields.load(() => resolve(row, args, context, info));
    return { ...config, type, resolve: load };
  };
  const slowed = (type: GraphQLObjectType): GraphQLObjectType => {
    const config = type.toConfig();
    const fields = () => Object.fromEntries(Object.entries(config.fields).map(([name, each]) => [name, field(each)]));
    const made = types.get(type) ?? new GraphQLObjectType({ ...config, interfaces: [], fields });
    types.set(type, made);
    return made;
  };
  return new GraphQLSchema({ query: slowed(of.getQueryType()!) });
}

function yoga(graph: GraphQLSchema, from: number): RequestListener {
  const fields = () =>
    new DataLoader<() => unknown, unknown>(async (all) => all.map((each) => each()), { cache: false });
  return createYoga({
    schema: graph,
    context: () => ({ ...contextOf(source), fields: fields() }),
    plugins: [executorPlugin(createExecutor({ room: 1000, from }))],
    logging: false,
  });
}

interface Serving extends Contender {
  readonly server: Server;
}

/** Servers and their client are this one process: what the client takes is the same for all. */
async function serve(name: string, listener: RequestListener): Promise<Serving> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const measure: Contender['measure'] = async (times) => {
    const [before, start] = [process.cpuUsage(), performance.now()];
    await repeat(times, () => ask(server));
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000, wallMs: performance.now() - start };
  };
  return { name, server, measure };
}

/** Bytes of an answer, read and thrown away: the client is to cost little. */
function ask(server: Server): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const path = `/graphql?query=${encodeURIComponent(QUERY)}`;
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { accept: 'application/json' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
    }).on('error', reject);
  });
}

async function answerOf(server: Server): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/graphql?query=${encodeURIComponent(QUERY)}`);
  return response.json();
}

export const executors: Case = async () => {
  const code = await serve('as code', yoga(schema, 1));
  const plain = await answerOf(code.server);
  const floor: RequestListener = (_, response) => {
    const body = JSON.stringify(plain);
    const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(200, head).end(body);
  };
  const all = [
    code,
    await serve('the floor: JSON alone', floor),
    await serve('graphql-js', yoga(schema, Number.POSITIVE_INFINITY)),
    await serve('a promise a field', yoga(withPromises(schema), Number.POSITIVE_INFINITY)),
  ];
  const bytes = await Promise.all(all.map(({ server }) => ask(server)));
  if (new Set(bytes).size !== 1) throw new Error(`they do not answer alike: ${bytes.join(', ')} bytes`);
  const result = await contest(`executing ${COUNT} processes by 20 fields`, all);
  for (const { server } of all) server.close();
  return [{ ...result, counts: { 'bytes of the answer': bytes[0]! } }];
};

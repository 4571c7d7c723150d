// Run by node.exe: answers over HTTP with rows as the addon gives them, so that tests on another machine read this one.
import { createServer } from 'node:http';
import { type Batch, openLocal, processTable } from '../../native/index.ts';
import { tableOf } from './tables.ts';

const source = await openLocal();
const own = process.pid;

// What no number is, JSON has not.
const packed = (batch: Batch) => ({
  ...batch,
  statuses: [...batch.statuses],
  reads: [...batch.reads],
  numbers: Array.from(batch.numbers, (number) => (Number.isNaN(number) ? null : number)),
});

/** Reads everything there is of itself, so many times. */
async function repeat(times: number): Promise<void> {
  const keys = { keys: [own] };
  const mask = (1 << processTable.sources.length) - 1;
  for (let i = 0; i < times; i++) {
    await source.read(processTable, mask, keys);
    for (const { table } of processTable.lists) if (i % 500 === 0) await source.read(table, 1, keys);
  }
}

const ANSWERS: Record<string, (asked: never) => Promise<object>> = {
  read: async ({ table, mask, keys }: { table: string; mask: number; keys: { keys: number[] } }) =>
    packed(await source.read(tableOf(table), mask, keys)),
  mountAt: async ({ path }: { path: string }) => ({ key: await source.mountAt!(path, true) }),
  serviceKeys: async ({ names }: { names: string[] }) => ({ keys: await source.serviceKeys!(names) }),
  repeat: async ({ times }: { times: number }) => ({ done: await repeat(times) }),
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  try {
    const answer = ANSWERS[request.url!.slice(1)]!;
    response.end(JSON.stringify(await answer(JSON.parse(body) as never)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
// Who asks again later finds it open.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(JSON.stringify({ port, identity: source.identity }));
});

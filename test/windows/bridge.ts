// Run by node.exe: answers over HTTP with rows as the addon gives them, so that tests on another machine read this one.
import { createServer } from 'node:http';
import { type Batch, openLocal, processTable, type Target } from '../../native/index.ts';
import { OTHERS, tableOf, tables } from './tables.ts';

const source = await openLocal();
const own = process.pid;
const PIDS = [own, ...OTHERS];

// What no number is, JSON has not.
const packed = (batch: Batch) => ({
  ...batch,
  statuses: [...batch.statuses],
  reads: [...batch.reads],
  numbers: Array.from(batch.numbers, (number) => (Number.isNaN(number) ? null : number)),
});

const all = ({ sources }: { sources: readonly string[] }): number => 2 ** sources.length - 1;

const CONT = { act: 'signal', signal: 'CONT' } as const;

/** Reads everything there is of these processes. */
const readProcesses = () => source.read(processTable, all(processTable), { keys: PIDS });

/** Reads every table there is, lists of these processes too, and does what cannot be done. */
async function doEverything(): Promise<void> {
  for (const table of tables.values()) {
    const isOfProcesses = processTable.lists.some((list) => list.table === table);
    await source.read(table, all(table), { keys: isOfProcesses ? PIDS : [0, 1, 2, 3] });
    if (!isOfProcesses) await source.read(table, all(table), { except: [] });
  }
  // The start of none of them.
  const targets = PIDS.map((pid) => ({ pid, startTicks: 1 }));
  for (const target of targets) await source.act!(target, CONT);
  await source.wait!(targets, { timeoutMs: 1 });
  await source.controlService!('nobody', 'START', 1);
}

async function repeated(times: number, work: () => Promise<unknown>): Promise<object> {
  for (let i = 0; i < times; i++) await work();
  return {};
}

const ANSWERS: Record<string, (asked: never) => Promise<object>> = {
  read: async ({ table, mask, keys }: { table: string; mask: number; keys: { keys: number[] } }) =>
    packed(await source.read(tableOf(table), mask, keys)),
  mountAt: async ({ path }: { path: string }) => ({ key: await source.mountAt!(path, true) }),
  serviceKeys: async ({ names }: { names: string[] }) => ({ keys: await source.serviceKeys!(names) }),
  act: async ({ target }: { target: Target }) => source.act!(target, CONT),
  repeat: ({ times }: { times: number }) => repeated(times, readProcesses),
  everything: ({ times }: { times: number }) => repeated(times, doEverything),
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

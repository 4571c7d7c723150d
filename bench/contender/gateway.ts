// The gateway as its command starts it, asked over HTTP by who may see everything, as its peers do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../contest.ts';
import { costOf } from './process-time.ts';

const COMMAND = fileURLToPath(new URL('../../dist/bin/sysgraph.js', import.meta.url));

export interface Gateway {
  readonly pid: number;
  readonly url: string;
  /** The text of an answer. */
  ask(query: string, headers?: Record<string, string>): Promise<string>;
  /** Asking it this, again and again. */
  asking(name: string, query: string): Contender;
  stop(): Promise<void>;
}

export async function startGateway(flags: readonly string[] = []): Promise<Gateway> {
  const args = [COMMAND, 'serve', '--port', '0', '--max-connections', '10000', '--max-sockets', '11000', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { url, token } = await addressOf(child);
  const agent = new Agent({ keepAlive: true });
  const ask: Gateway['ask'] = (query, headers) =>
    post(agent, url, query, { authorization: `Bearer ${token}`, ...headers });
  const pid = child.pid!;
  return {
    pid,
    url,
    ask,
    asking: (name, query) => ({ name, measure: (times) => costOf(pid, () => repeat(times, () => ask(query))) }),
    async stop() {
      agent.destroy();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

export async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) await work();
}

async function addressOf(child: ChildProcess): Promise<{ url: string; token: string }> {
  for await (const line of createInterface(child.stdout!)) {
    const { url, token } = line.match(/(?<url>http:\/\/[^\s#]+)#token=(?<token>\S+)/)?.groups ?? {};
    if (url !== undefined && token !== undefined) return { url, token };
  }
  throw new Error('the gateway did not start');
}

/** A client that does little itself, for both share the processors. */
function post(agent: Agent, url: string, query: string, headers: Record<string, string> = {}): Promise<string> {
  const body = JSON.stringify({ query });
  const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (text.startsWith('{"data":{')) resolve(text);
        else reject(new Error(text.slice(0, 500)));
      });
    });
    asked.on('error', reject).end(body);
  });
}

/** What an answer was read from: kernel reads by source. */
export async function readsOf(gateway: Gateway, query: string): Promise<Record<string, number>> {
  const text = await gateway.ask(query, { 'x-sysgraph-cost': '1' });
  const { reads } = JSON.parse(text).extensions.cost as { reads: Record<string, Record<string, number>> };
  const counts = Object.entries(reads).flatMap(([table, sources]) =>
    Object.entries(sources).map(([source, count]) => [`reads of ${table}.${source}`, count] as const),
  );
  return Object.fromEntries(counts);
}

import { getEventListeners } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { CancelledError, type Source } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import { contextOf } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';
import { JSON_BODY, optionsWith } from '../support/serving.ts';

// A client that goes away stops its operation, and nobody hears of it.

const host = scripted({
  process: Array.from({ length: 50 }, (_, index) => ({ key: index + 1, startTicks: index, isCommCut: true })),
});

let gateway: Gateway;
let reads: string[];
/** Resolves once a read is under way, and what lets it end. */
let held: { readonly begun: Promise<AbortSignal>; begin: (signal: AbortSignal) => void };
let holds: boolean;
let written: number;
const unheard: unknown[] = [];
const note = (reason: unknown): void => void unheard.push(reason);

const source: Source = {
  identity: host.identity,
  async read(table, mask, keys, signal) {
    reads.push(table.name);
    if (holds && signal) {
      held.begin(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw new CancelledError();
    }
    return host.read(table, mask, keys);
  },
};

beforeEach(async () => {
  reads = [];
  holds = true;
  written = 0;
  let begin: (signal: AbortSignal) => void = () => undefined;
  const begun = new Promise<AbortSignal>((resolve) => {
    begin = resolve;
  });
  held = { begun, begin };
  process.on('unhandledRejection', note);
  gateway = await startGateway({
    schema,
    options: optionsWith({}),
    context: ({ signal }) => ({ ...contextOf(source), loaders: createLoaders(source, signal), signal }),
  });
});

afterEach(async () => {
  await gateway.close();
  process.off('unhandledRejection', note);
  vi.restoreAllMocks();
  expect(unheard).toEqual([]);
});

const BODY = JSON.stringify({
  query:
    '{ processes { nodes { name parent { name } children { pid } } } process(pid: 1) { name } system { hostname } }',
});

/** Asks, and leaves once the machine is being read. */
async function askAndLeave(): Promise<AbortSignal> {
  const { port } = new URL(gateway.url);
  const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers: JSON_BODY });
  sent.on('error', () => undefined);
  sent.end(BODY);
  const signal = await held.begun;
  sent.destroy();
  await expect.poll(() => signal.aborted, { timeout: 20_000 }).toBe(true);
  return signal;
}

const answered = async (): Promise<Response> => fetch(gateway.url, { method: 'POST', headers: JSON_BODY, body: BODY });

describe.each(['graphql-js', 'code'])('by %s', (executor) => {
  beforeEach(async () => {
    holds = false;
    for (let use = 0; use < (executor === 'code' ? 2 : 0); use++) expect((await answered()).status).toBe(200);
    holds = true;
    reads = [];
  });

  test('what a client who left had asked for is neither read nor written', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stringify = vi.spyOn(JSON, 'stringify').mockImplementation((value) => {
      if (typeof value === 'object' && value !== null && 'data' in value && value.data !== null) written++;
      return 'null';
    });
    const signal = await askAndLeave();
    await expect.poll(() => getEventListeners(signal, 'abort').length, { timeout: 20_000 }).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stringify.mockRestore();
    expect(reads.sort()).toEqual(['process', 'system']);
    expect(written).toBe(0);
    expect(logged).not.toHaveBeenCalled();
  });

  test('others are answered', async () => {
    await askAndLeave();
    holds = false;
    expect((await (await answered()).json()).data.processes.nodes).toHaveLength(50);
  });
});

test('who leaves in the middle of what they send asked for nothing, and others are answered', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  holds = false;
  const { port } = new URL(gateway.url);
  const headers = { ...JSON_BODY, 'content-length': BODY.length };
  for (const how of [{ headers }, { headers: JSON_BODY }]) {
    const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', ...how });
    sent.on('error', () => undefined);
    sent.write(BODY.slice(0, -10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    sent.destroy();
  }
  expect((await answered()).status).toBe(200);
  expect(reads).toContain('process');
  expect(reads.filter((name) => name === 'system')).toHaveLength(1);
  expect(logged).not.toHaveBeenCalled();
});

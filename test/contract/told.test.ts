// Lists that are written where they are read, of the host that the test runs on.
import { type ChildProcess, spawn } from 'node:child_process';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sight, viewOf } from '../../loaders/view.ts';
import { openLocal, type Source, type Telling } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { loadCompiler } from '../../server/compile.ts';
import { createExecutor } from '../../server/executor.ts';
import { type Answer, contextOf } from '../support/operation.ts';

await loadCompiler();
const compiler = createExecutor({ room: 20_000, from: 1 });

let host: Source;
let child: ChildProcess;
beforeAll(async () => {
  host = await openLocal();
  child = spawn('sh', ['-c', 'read x', 'app', '--password=hunter2', 'café'], { stdio: ['pipe', 'ignore', 'ignore'] });
});
afterAll(() => child.kill());

/** The processes of a view as code answers, and what was written of them. */
async function list(sight: Sight, selection: string): Promise<{ nodes: Answer[]; told: Telling[] }> {
  const told: Telling[] = [];
  const { tell } = host;
  const watched: Source = {
    ...host,
    async tell(...asked) {
      const telling = await tell!(...asked);
      told.push(telling);
      return telling;
    },
  };
  const contextValue = contextOf(viewOf(watched, sight));
  const document = parse(`{ processes { nodes { ${selection} } } }`);
  const { data, errors } = await compiler.execute({ schema, document, contextValue });
  expect(errors).toBeUndefined();
  return { nodes: (JSON.parse(JSON.stringify(data)) as Answer).processes.nodes, told };
}

const lineOf = (nodes: readonly Answer[]): Answer => nodes.find(({ pid }) => pid === child.pid)?.cmdline;
const command = (password: string) => ['sh', '-c', 'read x', 'app', `--password=${password}`, 'café'];

test('of rows that are not written their text is there, and no other', async () => {
  const child = spawn('sh', ['-c', 'read x', 'well-to-do'], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    const { nodes, told } = await list({ onlyUid: null, showSecrets: false }, 'pid cmdline name');
    expect(nodes.find(({ pid }) => pid === child.pid)).toMatchObject({ cmdline: ['sh', '-c', 'read x', 'well-to-do'] });
    const [{ text, batches }] = told as [Telling];
    expect(Buffer.from(text).includes('well-to-do')).toBe(true);
    expect(batches[0]!.text).not.toContain('well-to-do');
    expect(batches[0]!.text).toContain('café');
  } finally {
    child.kill();
  }
});

describe('a secret', () => {
  test('is redacted in a row that stands between those that are written', async () => {
    const { nodes, told } = await list({ onlyUid: null, showSecrets: false }, 'pid cmdline');
    expect(lineOf(nodes)).toEqual(command('[redacted]'));
    expect(told[0]!.count).toBeGreaterThan(0);
    expect(Buffer.from(told[0]!.text).includes('hunter2')).toBe(false);
  });
  test('is written where secrets are shown', async () => {
    const { nodes, told } = await list({ onlyUid: null, showSecrets: true }, 'pid cmdline');
    expect(lineOf(nodes)).toEqual(command('hunter2'));
    expect(Buffer.from(told[0]!.text).includes('hunter2')).toBe(true);
  });
});

test.each([true, false])('of what one user sees nothing is written where everybody is read', async (showSecrets) => {
  const sight = { onlyUid: process.getuid!(), showSecrets };
  expect(viewOf(host, sight)).not.toHaveProperty('tell');
  const { nodes, told } = await list(sight, 'pid');
  expect(nodes).toContainEqual({ pid: child.pid });
  expect(told).toEqual([]);
});

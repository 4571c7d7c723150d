// Programs under Wine, and a host that is read through one of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Batch, HostIdentity, Keys, Layout, Source } from '../../native/index.ts';
import { root } from '../support/source.ts';

const NODE = process.env.SYSGRAPH_WINDOWS_NODE!;
const WINE = '/usr/lib/wine/wine64';

export interface Program {
  /** The first line it printed. */
  readonly line: string;
  /** All that it has printed by now. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

/** Runs node.exe. Wine wants a file to print to, and no pipe. */
export async function run(...args: string[]): Promise<Program> {
  const path = join(mkdtempSync(join(process.env.SYSGRAPH_SCRATCH ?? tmpdir(), 'run-')), 'out');
  const out = openSync(path, 'w');
  const child = spawn(WINE, [NODE, ...args], { cwd: root, stdio: ['ignore', out, out] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = (): string => readFileSync(path, 'utf8');
  while (!said().includes('\n')) {
    if (child.exitCode !== null) throw new Error(`it ended at once: ${said()}`);
    await setTimeout(50);
  }
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { line: said().split('\n', 1)[0]!.trim(), said, stop };
}

interface Told {
  readonly port: number;
  readonly identity: HostIdentity;
}

export interface Windows {
  readonly source: Source;
  /** Has it read everything of itself so many times. */
  readonly repeat: (times: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The host that Wine makes, read by the addon there and told here. */
export async function windows(): Promise<Windows> {
  const program = await run('test/windows/bridge.ts');
  const { port, identity } = JSON.parse(
    program
      .said()
      .split('\n')
      .find((line) => line.startsWith('{'))!,
  ) as Told;
  async function ask<T>(what: string, asked: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}/${what}`, { method: 'POST', body: JSON.stringify(asked) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  }
  const source: Source = {
    identity,
    read: async ({ name }: Layout, mask: number, keys: Keys) =>
      unpacked(await ask('read', { table: name, mask, keys })),
    mountAt: async (path) => (await ask<{ key: number | null }>('mountAt', { path })).key,
    serviceKeys: async (names) => (await ask<{ keys: number[] }>('serviceKeys', { names })).keys,
  };
  const repeat = async (times: number) => void (await ask('repeat', { times }));
  return { source, repeat, stop: program.stop };
}

type Packed = Omit<Batch, 'numbers'> & { readonly numbers: readonly (number | null)[] };

const unpacked = (batch: Packed): Batch => ({
  ...batch,
  statuses: Uint8Array.from(batch.statuses),
  reads: Uint32Array.from(batch.reads),
  numbers: Float64Array.from(batch.numbers, (number) => number ?? Number.NaN),
});

// Programs under Wine, and a host that is read through one of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Batch, HostIdentity, Keys, Layout, Source } from '../../native/index.ts';
import { root } from '../support/source.ts';

const NODE = process.env.SYSGRAPH_WINDOWS_NODE!;
const GUEST = join(process.env.SYSGRAPH_SCRATCH ?? tmpdir(), 'guest.exe');
const WINE = '/usr/lib/wine/wine64';

export interface Program {
  /** The first line it printed. */
  readonly line: string;
  /** All that it has printed by now. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

/** Runs node.exe. */
export const run = (...args: string[]): Promise<Program> => start([NODE, ...args]);

/** Runs the program of guest.c. */
export const guest = (...args: string[]): Promise<Program> => start([GUEST, ...args]);

/** Wine wants a file to print to, and no pipe. */
async function start(command: readonly string[]): Promise<Program> {
  const path = join(mkdtempSync(join(process.env.SYSGRAPH_SCRATCH ?? tmpdir(), 'run-')), 'out');
  const out = openSync(path, 'w');
  const child = spawn(WINE, command, { cwd: root, stdio: ['ignore', out, out] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = (): string => readFileSync(path, 'utf8');
  while (!said().includes('\n')) {
    if (child.exitCode !== null && !said().includes('\n')) throw new Error(`it ended without a line: ${said()}`);
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
  /** Has it read everything of itself and of `OTHERS` so many times. */
  readonly repeat: (times: number) => Promise<void>;
  /** Has it do everything there is to ask for so many times, whether that can be done or not. */
  readonly everything: (times: number) => Promise<void>;
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
    act: (target) => ask('act', { target }),
    serviceKeys: async (names) => (await ask<{ keys: number[] }>('serviceKeys', { names })).keys,
  };
  const repeat = async (times: number) => void (await ask('repeat', { times }));
  const everything = async (times: number) => void (await ask('everything', { times }));
  return { source, repeat, everything, stop: program.stop };
}

type Packed = Omit<Batch, 'numbers'> & { readonly numbers: readonly (number | null)[] };

const unpacked = (batch: Packed): Batch => ({
  ...batch,
  statuses: Uint8Array.from(batch.statuses),
  reads: Uint32Array.from(batch.reads),
  numbers: Float64Array.from(batch.numbers, (number) => number ?? Number.NaN),
});

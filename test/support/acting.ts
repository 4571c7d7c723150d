// A gateway of this machine that has actions on, what it is asked to do, and what it records of that.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../../server/compose.ts';
import { startGateway } from '../../server/gateway.ts';
import type { Options } from '../../server/options.ts';
import { addToken, type Terms } from '../../server/tokens.ts';
import type { Answer } from './operation.ts';
import { JSON_BODY, optionsWith, send } from './serving.ts';

export interface Acting {
  readonly url: URL;
  /** The token of the gateway itself. */
  readonly token: string;
  /** Answers as the holder of a token, of the gateway's own without one, or of none at all. */
  ask(query: string, variables?: object, token?: string | null): Promise<Answer>;
  /** The data of an answer without errors. */
  data(query: string, variables?: object, token?: string): Promise<Answer>;
  idOf(pid: number): Promise<string>;
  /** What was recorded since it was asked last. */
  records(): Answer[];
  /** Makes a token. */
  admit(terms: Partial<Terms> & Pick<Terms, 'name' | 'scopes'>): string;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startActing(some: Partial<Options> = {}): Promise<Acting> {
  const folder = mkdtempSync(join(tmpdir(), 'sysgraph-acting-'));
  const auditLog = join(folder, 'audit.log');
  const tokens = join(folder, 'tokens.json');
  const options = optionsWith({ allowActions: true, tokenFile: join(folder, 'token'), auditLog, tokens, ...some });
  const composed = await compose(options).catch((error) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  const gateway = await startGateway({ ...composed, options });
  const url = new URL(gateway.url);
  const own = composed.token.text;
  let told = 0;

  const ask: Acting['ask'] = async (query, variables = {}, token = own) => {
    const headers = { ...JSON_BODY, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
    const where = { host: url.hostname, port: url.port, path: '/graphql', method: 'POST', headers };
    return JSON.parse((await send(where, JSON.stringify({ query, variables }))).text);
  };
  const data: Acting['data'] = async (query, variables, token) => {
    const { data, errors } = await ask(query, variables, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  return {
    ...{ url, token: own, ask, data, folder },
    idOf: async (pid) => (await data('query ($pid: Int!) { process(pid: $pid) { id } }', { pid })).process.id,
    records() {
      const lines = readFileSync(options.auditLog, 'utf8').split('\n').slice(0, -1);
      const fresh = lines.slice(told);
      told = lines.length;
      return fresh.map((line) => JSON.parse(line));
    },
    admit: (terms) => addToken(tokens, { expires: null, onlyUser: null, showSecrets: false, ...terms }),
    async stop() {
      await gateway.close();
      await composed.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const started: ChildProcess[] = [];

/** A process of this test. */
export function start(command: string, ...args: string[]): ChildProcess & { readonly pid: number } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  started.push(child);
  return child as ChildProcess & { readonly pid: number };
}

/** Ends those that are left, with what they started: each leads a group of its own. */
export async function endStarted(): Promise<void> {
  for (const child of started.splice(0)) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    const ended = hasEnded || once(child, 'exit');
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Nobody of them is left.
    }
    await ended;
  }
}

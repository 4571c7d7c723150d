// A gateway on Windows, asked by clients on this machine.
import { expect } from 'vitest';
import { urlIn } from '../support/command.ts';
import type { Answer } from '../support/operation.ts';
import { run } from './wine.ts';

export interface Serving {
  readonly url: string;
  /** Whatever is answered; with the token, unless other headers are given. */
  readonly answer: (query: string, of?: string, headers?: object) => Promise<Answer>;
  /** The data of an operation that has no errors. */
  readonly ask: (query: string, of?: string, headers?: object) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** One that has actions on. */
export async function startServing(...flags: string[]): Promise<Serving> {
  const program = await run('dist/bin/sysgraph.js', 'serve', '--port', '0', '--allow-actions', ...flags);
  const url = urlIn(program.line);
  const token = /#token=([\w-]+)/.exec(program.said())![1]!;
  async function answer(query: string, of = url, headers: object = { authorization: `Bearer ${token}` }) {
    const all = { 'content-type': 'application/json', ...headers } as Record<string, string>;
    return (await fetch(of, { method: 'POST', headers: all, body: JSON.stringify({ query }) })).json();
  }
  async function ask(query: string, of?: string, headers?: object): Promise<Answer> {
    const { data, errors } = await answer(query, of, headers);
    expect(errors).toBeUndefined();
    return data;
  }
  return { url, answer, ask, stop: program.stop };
}

// The same operation as compiled code, on the very readings that graphql-js had: what comes out must be the same.
import { deepStrictEqual } from 'node:assert';
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, parse, validate } from 'graphql';
import type { Batch, Keys, Layout, Source } from '../../native/index.ts';
import { loadCompiler } from '../../server/compile.ts';
import { createExecutor } from '../../server/executor.ts';

await loadCompiler();

/** Compiles what it is given, the first time it sees it. */
export const compiler = createExecutor({ room: 20_000, from: 1 });

export interface Question {
  readonly schema: GraphQLSchema;
  readonly query: string;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly contextOf: (source: Source) => object;
}

/** Runs an operation twice: the second time as code, if it can be compiled. Throws where the answers differ. */
export async function agreeing(
  { schema, query, variableValues, contextOf }: Question,
  on: Source,
  run: (contextValue: object) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const { source, replay } = taped(on);
  const result = await run(contextOf(source));
  const document = understood(schema, query);
  if (!document) return result;
  const again = await compiler.execute({ schema, document, variableValues, contextValue: contextOf(replay) });
  deepStrictEqual(comparable(again), comparable(result), `the executors disagree about ${query}`);
  return result;
}

function understood(schema: GraphQLSchema, query: string): DocumentNode | null {
  try {
    const document = parse(query);
    return validate(schema, document).length === 0 ? document : null;
  } catch {
    return null;
  }
}

/** Data as a client gets it, but for when it was read; of errors what a client may build on. Wording may differ. */
function comparable({ data, errors = [] }: ExecutionResult) {
  const text = JSON.stringify(data ?? null, (key, value) => (key === 'at' ? '' : value));
  const lines = errors.map(({ path, extensions, locations }) => JSON.stringify([path, extensions.code, locations]));
  // Once nothing is left of the data, what else would have gone wrong may be told or not.
  return { data: JSON.parse(text), keys: text, errors: data === null ? lines.length > 0 : lines.sort() };
}

/** A source that keeps what it read, and one that gives the same again, in its order, and nothing else. */
function taped({ tell: _, ...of }: Source): { source: Source; replay: Source } {
  const tape = new Map<string, Promise<Batch>[]>();
  const source: Source = {
    ...of,
    read(table, mask, keys) {
      const batch = of.read(table, mask, keys);
      const line = label(table, mask, keys);
      tape.set(line, [...(tape.get(line) ?? []), batch]);
      return batch;
    },
  };
  const replay: Source = {
    ...of,
    async read(table, mask, keys) {
      const batch = tape.get(label(table, mask, keys))?.shift();
      if (!batch) throw new Error(`graphql-js did not read ${label(table, mask, keys)}`);
      return batch;
    },
  };
  return { source, replay };
}

const label = ({ name }: Layout, mask: number, keys: Keys): string => `${name} ${mask} ${JSON.stringify(keys)}`;

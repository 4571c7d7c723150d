// The same operation as compiled code, on the very readings that graphql-js had: what comes out must be the same.
import { deepStrictEqual } from 'node:assert';
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, parse, validate } from 'graphql';
import { type Batch, type Keys, type Layout, type Source, stride } from '../../native/index.ts';
import { loadCompiler } from '../../server/compile.ts';
import { createExecutor } from '../../server/executor.ts';
import { telling } from './form.ts';

await loadCompiler();

/** Compiles what it is given, the first time it sees it. */
export const compiler = createExecutor({ room: 20_000, from: 1 });

/** Lists that were written on the way, and the rows of them that were. */
export const written = { lists: 0, rows: 0 };

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

/** A source that keeps what it read, and one that gives or writes the same again, in its order, and nothing else. */
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
  const given = new Map<string, Batch>();
  const read: Source['read'] = async (table, mask, keys) => {
    const line = label(table, mask, keys);
    // Code that failed has read already what it is run again without.
    const batch = (await tape.get(line)?.shift()) ?? given.get(line);
    if (batch) return batch;
    const all = 'except' in keys && given.get(label(table, mask, { except: [] }));
    if (!all) throw new Error(`graphql-js did not read ${line}`);
    return without(new Set(keys.except), table, mask, all);
  };
  const tell: Source['tell'] = async (asked, form) => {
    const told = await telling(async (table, mask, keys) => {
      const line = label(table, mask, keys);
      // Who holds sockets is read beside them, though there may be none.
      const batch = await (tape.get(line)?.shift() ?? of.read(table, mask, keys));
      given.set(line, batch);
      return batch;
    })(asked, form);
    written.lists++;
    written.rows += told.count;
    return told;
  };
  // The program that writes is built on Linux, where all of these are asked too.
  return { source, replay: { ...of, read, ...(process.platform === 'win32' ? {} : { tell }) } };
}

const label = ({ name }: Layout, mask: number, keys: Keys): string => `${name} ${mask} ${JSON.stringify(keys)}`;

/** The rows of a batch but those of these keys. */
function without(keys: ReadonlySet<number>, table: Layout, mask: number, batch: Batch): Batch {
  const width = stride(table, mask);
  const ranks = batch.statuses.length / batch.count;
  const rows = Array.from({ length: batch.count }, (_, row) => row).filter(
    (row) => !keys.has(batch.numbers[row * width]!),
  );
  const numbers = rows.flatMap((row) => [...batch.numbers.subarray(row * width, (row + 1) * width)]);
  const statuses = rows.flatMap((row) => [...batch.statuses.subarray(row * ranks, (row + 1) * ranks)]);
  return { ...batch, count: rows.length, numbers: Float64Array.from(numbers), statuses: Uint8Array.from(statuses) };
}

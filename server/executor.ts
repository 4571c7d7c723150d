// How operations are run: the first time by graphql-js, from the second on as code compiled for them.
import {
  type ExecutionArgs,
  type ExecutionResult,
  executeRootSelectionSet,
  GraphQLError,
  type OperationDefinitionNode,
  type ValidatedExecutionArgs,
  validateExecutionArgs,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Compiled, compile, type Outline, outline } from './compile.ts';

type Result = ExecutionResult | Promise<ExecutionResult>;

export interface Executor {
  readonly execute: (args: ExecutionArgs) => Result;
  /** For one event of a subscription too, whose arguments were validated once. */
  readonly run: (args: ValidatedExecutionArgs) => Result;
  /** Operations kept, and how often one was run as code. */
  readonly counts: { readonly kept: number; readonly compiled: number };
}

interface Entry {
  uses: number;
  /** Not tried yet, or tried in vain. */
  code: Compiled | null | undefined;
}

export interface Settings {
  /** Operations that are remembered; the one that was not used for longest goes. */
  readonly room: number;
  /** The use from which on an operation is compiled. */
  readonly from: number;
}

export function createExecutor({ room, from }: Settings = { room: 200, from: 2 }): Executor {
  const entries = new Map<string, Entry>();
  let compiled = 0;

  const run = (args: ValidatedExecutionArgs): Result => {
    const key = keyOf(args);
    const entry = key === null ? null : touch(entries, key, room);
    const code = entry && codeOf(entry, args, from);
    if (!code) return executeRootSelectionSet(args);
    compiled++;
    // Code that fails where graphql-js would answer with errors is not used again. Nothing it runs has effects.
    const failed = (): Result => {
      entry.code = null;
      return executeRootSelectionSet(args);
    };
    try {
      const result = code(args);
      return result instanceof Promise ? result.catch(failed) : result;
    } catch {
      return failed();
    }
  };

  const execute = (args: ExecutionArgs): Result => {
    const validated = validateExecutionArgs(args);
    return 'schema' in validated ? run(validated) : { errors: validated.map(asRefusal) };
  };

  const counts = {
    get kept() {
      return entries.size;
    },
    get compiled() {
      return compiled;
    },
  };
  return { execute, run, counts };
}

/** Nothing was run: over HTTP that is a bad request, where the client knows the media type of GraphQL. */
function asRefusal({ message, nodes, originalError, extensions }: GraphQLError): GraphQLError {
  const http = { spec: true, status: 400 };
  return new GraphQLError(message, { nodes, originalError, extensions: { ...extensions, http } });
}

interface Known extends Outline {
  readonly number: number;
}

const known = new WeakMap<OperationDefinitionNode, Known>();
let numbered = 0;

/** An operation of a document and the values of its switches; nothing if it is not to be compiled. */
function keyOf({ document, operation, variableValues }: ValidatedExecutionArgs): string | null {
  const about = known.get(operation) ?? { ...outline(document, operation), number: ++numbered };
  known.set(operation, about);
  if (!about.isSound) return null;
  const values = about.switches.map((name) => variableValues.coerced[name]);
  return values.every((value) => typeof value === 'boolean') ? [about.number, ...values].join() : null;
}

/** The entry of a key, made if there is none, and now the one used last. */
function touch(entries: Map<string, Entry>, key: string, room: number): Entry {
  const entry = entries.get(key) ?? { uses: 0, code: undefined };
  entries.delete(key);
  entries.set(key, entry);
  if (entries.size > room) entries.delete(entries.keys().next().value!);
  entry.uses++;
  return entry;
}

function codeOf(entry: Entry, args: ValidatedExecutionArgs, from: number): Compiled | null {
  if (entry.code === undefined && entry.uses >= from) entry.code = attempt(args);
  return entry.code ?? null;
}

function attempt(args: ValidatedExecutionArgs): Compiled | null {
  try {
    return compile(args);
  } catch {
    return null;
  }
}

/** Runs what comes over HTTP; an answer that nobody waits for any more is not even written. */
export const executorPlugin = ({ execute }: Executor): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
  onResultProcess({ request, setResult }) {
    if (request.signal.aborted) setResult({ data: null });
  },
});

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
import { Irregular } from './flat.ts';
import { Kept } from './kept.ts';
import { hasWritten, write } from './written.ts';

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
  /** Fields of the operations that are remembered: one takes two kilobytes as code. */
  readonly room: number;
  /** The use from which on an operation is compiled. */
  readonly from: number;
}

type Run = Executor['run'];

const SETTINGS: Settings = { room: 20_000, from: 2 };

type Variables = ExecutionArgs['variableValues'];

/** `around` may refuse to run an operation, and change what comes out; `refuse` looks at variables before that. */
export function createExecutor(
  { room, from }: Settings = SETTINGS,
  around = (run: Run): Run => run,
  refuse: (variables: Variables) => GraphQLError | null = () => null,
): Executor {
  const entries = new Kept<Entry>(room);
  let compiled = 0;

  const run = around((args) => {
    const about = knownOf(args);
    const key = keyOf(about, args);
    if (key === null) return executeRootSelectionSet(args);
    const entry = entries.get(key, about.weight, () => ({ uses: 0, code: undefined }));
    const code = codeOf(entry, args, from);
    if (!code) return executeRootSelectionSet(args);
    compiled++;
    // Code that fails where graphql-js would answer with errors is not used again, unless it was for what it read.
    // Nothing it runs has effects.
    const failed = (error: unknown): Result => {
      if (!(error instanceof Irregular)) entry.code = null;
      return executeRootSelectionSet(args);
    };
    try {
      const result = code(args);
      return result instanceof Promise ? result.catch(failed) : result;
    } catch (error) {
      return failed(error);
    }
  });

  const execute = (args: ExecutionArgs): Result => {
    const refused = refuse(args.variableValues);
    const validated = refused ? [refused] : validateExecutionArgs(args);
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

function knownOf({ document, operation }: ValidatedExecutionArgs): Known {
  const about = known.get(operation) ?? { ...outline(document, operation), number: ++numbered };
  known.set(operation, about);
  return about;
}

/** An operation of a document and the values of its switches; nothing if it is not to be compiled. */
function keyOf({ isSound, number, switches }: Known, { variableValues }: ValidatedExecutionArgs): string | null {
  const values = switches.map((name) => variableValues.coerced[name]);
  return isSound && values.every((value) => typeof value === 'boolean') ? [number, ...values].join() : null;
}

function codeOf(entry: Entry, args: ValidatedExecutionArgs, from: number): Compiled | null {
  entry.uses++;
  if (entry.code === undefined && entry.uses >= from) entry.code = attempt(args);
  return entry.code ?? null;
}

function attempt(args: ValidatedExecutionArgs): Compiled | null | undefined {
  try {
    return compile(args);
  } catch {
    return null;
  }
}

/** Runs what comes over HTTP; an answer that nobody waits for any more is not even written. */
export const executorPlugin = ({ execute }: Executor): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
  onResultProcess({ request, result, setResult }) {
    if (request.signal.aborted) return setResult({ data: null });
    // Yoga takes whatever it writes for a body.
    if (hasWritten(result)) setResult({ ...result, stringify: write } as unknown as typeof result);
  },
});

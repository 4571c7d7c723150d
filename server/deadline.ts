// How long an operation may take. When its time is up it is answered, and what it reads is given up.
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { Notes } from '../native/notes.ts';
import type { Executor } from './executor.ts';
import { limitError } from './limits.ts';
import type { Options } from './options.ts';

interface Deadline {
  readonly over: Promise<void>;
  readonly cancel: () => void;
}

const deadlines = new Notes<AbortSignal, Deadline>();

/** A signal that aborts with another one, and when the time is up, unless the operation has ended by then. */
export function limited(signal: AbortSignal, { maxMs }: Options): AbortSignal {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
  const abort = (): void => {
    cancel();
    controller.abort();
  };
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      resolve();
      abort();
    }, maxMs).unref();
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  deadlines.set(controller.signal, { over, cancel });
  return controller.signal;
}

/** For what goes on until its client leaves: a timer would keep it longer than that. */
export const lift = ({ signal }: { readonly signal?: AbortSignal }): void => signal && deadlines.get(signal)?.cancel();

/** The same executor, for operations whose context has such a signal. */
export const withinTime = (executor: Executor, options: Options): Executor => ({
  ...executor,
  counts: executor.counts,
  execute(args: ExecutionArgs) {
    const { signal } = args.contextValue as { signal?: AbortSignal };
    const deadline = signal && deadlines.get(signal);
    const result = executor.execute(args);
    if (!(result instanceof Promise)) {
      deadline?.cancel();
      return result;
    }
    if (!deadline) return result;
    const late = deadline.over.then((): ExecutionResult => ({ data: null, errors: [tooLong(options)] }));
    return Promise.race([result, late]).finally(deadline.cancel);
  },
});

const tooLong = (options: Options) => limitError('maxMs', options, 'This operation takes too many milliseconds');

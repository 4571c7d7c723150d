import type { ActionError as Failure } from '../resolvers/action.ts';
import type { WaitResult as Result } from '../resolvers/wait.ts';
import { builder } from './builder.ts';
import { ProcessExit } from './exit.ts';

const ActionErrorCode = builder.enumType('ActionErrorCode', {
  description: 'Why something was not done.',
  values: {
    ACCESS_DENIED: { description: 'The kernel does not let the gateway do it.' },
    NO_SUCH_PROCESS: { description: 'That very process has ended, whoever has its pid now.' },
    NO_SUCH_SERVICE: { description: 'There is no such service.' },
    INVALID_ARGUMENT: { description: 'A value that cannot be; the message says what can.' },
    NOT_SUPPORTED: { description: 'This host has no such thing, or the gateway cannot do it there.' },
    TIMED_OUT: { description: 'It was not done in time.' },
    REFUSED: { description: 'The gateway does not do this, to anybody or to this one.' },
    FAILED: { description: 'It went wrong, or it may have reached another process.' },
  } as const,
});

export const ActionError = builder.objectRef<Failure>('ActionError').implement({
  description: 'Why something was not done to one of those it was asked for.',
  fields: (t) => ({
    code: t.expose('code', { type: ActionErrorCode, description: 'The reason.' }),
    message: t.exposeString('message', { description: 'The same in words.' }),
    processId: t.exposeID('processId', { nullable: true, description: 'Id of the process that it is about.' }),
  }),
});

export const WaitResult = builder.objectRef<Result>('WaitResult').implement({
  description: 'How waiting for a process went.',
  fields: (t) => ({
    processId: t.exposeID('processId', { description: 'Its id, as it was given.' }),
    exited: t.exposeBoolean('exited', {
      description: 'Whether it has ended: with all its threads, and whether its parent has taken note or not.',
    }),
    exit: t.expose('exit', {
      type: ProcessExit,
      nullable: true,
      description:
        'How it ended. Null where that is not known: it had ended before, its parent takes no note of it, or it is ' +
        'no child of the gateway and the kernel older than Linux 6.15.',
    }),
    error: t.expose('error', {
      type: ActionError,
      nullable: true,
      description: 'Why it could not be waited for; null where it could, also if the time was up.',
    }),
  }),
});

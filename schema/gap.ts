import type { Gap as GapValue } from '../resolvers/gaps.ts';
import { builder } from './builder.ts';

export const GapReason = builder.enumType('GapReason', {
  description: 'Why a field is null.',
  values: {
    ACCESS_DENIED: { description: 'The kernel does not let the gateway read it.' },
    GONE: { description: 'It ended while it was being read.' },
    ZOMBIE: { description: 'It has ended, and the kernel keeps no more of it.' },
    NOT_SUPPORTED: { description: 'This platform or kernel has no such thing.' },
    NOT_AUTHORIZED: { description: 'The caller lacks the scope.' },
    TIMED_OUT: { description: 'The kernel did not answer in time.' },
    MALFORMED: { description: 'What the kernel gave could not be understood.' },
    FAILED: { description: 'Reading failed.' },
  } as const,
});

export const Gap = builder.objectRef<GapValue>('Gap').implement({
  description: 'Why a selected field is null. Null without a gap means that there is none.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Path in the schema from the object the gap stands on, dotted, never an alias: "memory.swap".',
    }),
    reason: t.expose('reason', { type: GapReason, description: 'Why.' }),
    message: t.exposeString('message', { nullable: true, description: 'What happened, and what would help.' }),
  }),
});

import { builder } from './builder.ts';

interface Exit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export const ProcessExit = builder.objectRef<Exit>('ProcessExit').implement({
  description: 'How a process ended; null where the kernel tells only its parent.',
  fields: (t) => ({
    exitCode: t.expose('exitCode', { type: 'BigInt', nullable: true, description: 'What it returned.' }),
    signal: t.exposeString('signal', { nullable: true, description: 'The signal that ended it: SIGKILL.' }),
  }),
});

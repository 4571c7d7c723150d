// What happens to processes.
import { ProcessEventKind } from '../native/spec/event.ts';
import type { Happening } from '../resolvers/context.ts';
import { eventProcess, eventProcessId, happenings, watchEvents } from '../resolvers/event.ts';
import { asks } from '../resolvers/process-fact.ts';
import { happenedIn } from '../subscriptions/gather.ts';
import { builder } from './builder.ts';
import { choiceType } from './columns.ts';
import { ProcessExit } from './exit.ts';
import { Process } from './process.ts';
import { ProcessFilter } from './process-filter.ts';

const EventSource = builder.enumType('EventSource', {
  description: 'How it is known what happens to processes.',
  values: {
    KERNEL: { description: 'The kernel tells of each. On Linux, by its process connector.' },
    COMPARED: {
      description:
        'One list of processes is compared with the next: what started and ended in between is not known, nor how ' +
        'anything ended, nor that it began another program.',
    },
  } as const,
});

const ProcessEvent = builder.objectRef<Happening>('ProcessEvent').implement({
  description: 'Something that happened to a process.',
  fields: (t) => ({
    kind: t.field({ type: choiceType(ProcessEventKind), description: 'What happened.', resolve: ({ kind }) => kind }),
    at: t.expose('at', { type: 'DateTime', description: 'When; where it was found by comparing, when that was.' }),
    processId: t.id({
      nullable: true,
      description: 'Id of the process; null of one that was gone before its start was known.',
      resolve: eventProcessId,
    }),
    pid: t.exposeInt('pid', { description: 'Its process id.' }),
    ppid: t.exposeInt('ppid', { nullable: true, description: 'Process id of its parent, as far as that is known.' }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'Its name, as far as that is known, and as the kernel keeps it: 15 bytes.',
    }),
    exit: t.expose('exit', {
      type: ProcessExit,
      nullable: true,
      description: 'How it ended; null of what is no end, and where nobody told.',
    }),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'The process as it is now; null once it is gone.',
      resolve: eventProcess,
    }),
  }),
});

interface Happened {
  readonly at: number;
  readonly folded: number;
  readonly source: 'KERNEL' | 'COMPARED';
  readonly lost: boolean;
  readonly events: readonly Happening[];
}

const ProcessEvents = builder.objectRef<Happened>('ProcessEvents').implement({
  description: 'What happened to processes since the event before; a first event has nothing before it.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Up to when.' }),
    folded: t.exposeInt('folded', { description: 'Events merged into this one because the reader was slow.' }),
    source: t.expose('source', { type: EventSource, description: 'How it is known.' }),
    lost: t.exposeBoolean('lost', {
      description: 'The kernel could not tell everything: the rest of it was found by comparing.',
    }),
    events: t.field({
      type: [ProcessEvent],
      description: 'What happened, in its order.',
      resolve: ({ events }) => [...events],
    }),
  }),
});

const processEventArgs = builder.args((t) => ({
  filter: t.field({
    type: ProcessFilter,
    description:
      'Of which processes; of all without it. A start is tested by what can be read then, an end by what was read ' +
      'last. Nothing is sent where nothing passes.',
  }),
  everyMs: t.int({
    required: true,
    defaultValue: 250,
    description: 'Milliseconds for which what happens is gathered, from 100 to 3,600,000.',
  }),
}));

builder.subscriptionField('processEvents', (t) =>
  t.field({
    type: ProcessEvents,
    args: processEventArgs,
    extensions: { cost: { asks } },
    description:
      'What happens to processes: starts, programs and ends. A first event, which is empty, says that what happens ' +
      'from now on is told. Who sees the processes of one user alone is told of no others.',
    subscribe: watchEvents,
    resolve: async (seen, args, context) => {
      const happened = happenedIn(seen);
      const events = await happenings(happened.events, args, context);
      if (seen.last !== null && events.length === 0 && !happened.lost) context.silence?.();
      return { ...happened, events, at: seen.sample.at, folded: seen.folded };
    },
  }),
);

import { bitsOf } from '../native/spec/define.ts';
import { process as table } from '../native/spec/process.ts';
import * as resolve from '../resolvers/process-group.ts';
import { builder } from './builder.ts';
import { described, orderInput, pageType, paging } from './filter.ts';
import { Process } from './process.ts';
import { ProcessFilter } from './process-filter.ts';

export const ProcessGroupKey = builder.enumType('ProcessGroupKey', {
  description: 'What processes of a group share.',
  values: {
    NAME: { description: 'The name.' },
    USERNAME: { description: 'The real user.' },
    STATUS: { description: 'What they are doing.' },
    SERVICE: { description: 'The service they are part of. On Linux, Windows.' },
    CGROUP: { description: 'The control group. On Linux.' },
    CONTAINER: { description: 'The container. On Linux.' },
    EXE: { description: 'The program, as a path.' },
  } as const,
});

const costs = (source: string) => ({ cost: { sources: bitsOf(table, source) } });

export const ProcessGroup = builder.objectRef<resolve.ProcessGroup>('ProcessGroup').implement({
  description: 'Processes that share something.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; the same for the same key, until the host is started anew. It names no node.',
      resolve: resolve.id,
    }),
    key: t.exposeString('shared', {
      nullable: true,
      description: 'What they share; null for those that have none, or whose cannot be read.',
    }),
    count: t.int({ description: 'How many they are.', resolve: resolve.count }),
    cpuPercent: t.float({
      nullable: true,
      description: 'What they use of one CPU; null if it is not known of one. In percent, 250 is two and a half CPUs.',
      extensions: { cost: { sources: bitsOf(table, 'stat'), rates: bitsOf(table, 'stat') } },
      resolve: resolve.cpuPercent,
    }),
    memoryPercent: t.float({
      nullable: true,
      description: "Their resident sets, of the host's memory; null if it is not known of one. In percent, 0 to 100.",
      extensions: costs('statm'),
      resolve: resolve.memoryPercent,
    }),
    rss: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Memory they occupy, what they share counted for each; null if it is not known of one. In bytes.',
      extensions: costs('statm'),
      resolve: resolve.rss,
    }),
    numThreads: t.int({
      nullable: true,
      description: 'Threads of all of them; null if it is not known of one.',
      extensions: costs('stat'),
      resolve: resolve.numThreads,
    }),
    processes: t.field({
      type: [Process],
      nullable: true,
      args: { first: t.arg.int({ description: 'At most so many, 0 or more; all of them without it.' }) },
      description: 'They themselves, by pid.',
      resolve: resolve.processes,
    }),
  }),
});

const ProcessGroupOrderField = builder.enumType('ProcessGroupOrderField', {
  description: 'What groups are sorted by.',
  values: described({
    KEY: 'What they share.',
    COUNT: 'How many they are.',
    CPU_PERCENT: 'What they use of one CPU.',
    RSS: 'Memory they occupy.',
    NUM_THREADS: 'Threads of all of them.',
  }),
});

export const ProcessGroupOrder = orderInput(
  'ProcessGroupOrder',
  ProcessGroupOrderField,
  'An order of groups; where all that is asked for is equal, by key.',
);

export const ProcessGroupPage = pageType<resolve.ProcessGroup>('ProcessGroupPage', ProcessGroup, {
  description: 'A page of groups of processes.',
  totalCount: 'How many groups there are, on this page and off it.',
  nodes: 'The groups, by key unless another order was asked for.',
});

export const groupArgs = builder.args((t) => ({
  by: t.field({ type: ProcessGroupKey, required: true, description: 'What those of a group share.' }),
  filter: t.field({ type: ProcessFilter, description: 'Of which processes; of all without it.' }),
  orderBy: t.field({ type: [ProcessGroupOrder], description: 'By what, the first first; by key without it.' }),
  ...paging,
}));

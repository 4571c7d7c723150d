import { bitOf } from '../native/spec/define.ts';
import { thread as table } from '../native/spec/thread.ts';
import { type ThreadRow, threadGroups } from '../native/src/gen/rows.ts';
import { owner } from '../resolvers/process.ts';
import { cpuPercent } from '../resolvers/rate.ts';
import * as resolve from '../resolvers/thread.ts';
import { builder } from './builder.ts';
import { columns, platforms, rowsAre } from './columns.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';
import { Process } from './process.ts';

const Thread = builder.objectRef<ThreadRow>('Thread');
rowsAre(table, Thread);

Thread.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries host, boot, process id namespace, pid, thread id and start.',
      extensions: { cost: { sources: bitOf(table, 'task') } },
      resolve: resolve.id,
    }),
    ...columns(t, table, threadGroups),
    cpuPercent: t.field({
      type: 'Float',
      nullable: true,
      description:
        'Time on a CPU, since the gateway looked before; of a new thread since it started. ' +
        `In percent, 0 to 100. ${platforms(table, 'task')}`,
      extensions: { cost: { sources: bitOf(table, 'task'), rates: bitOf(table, 'task') } },
      resolve: cpuPercent,
    }),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'The process it is a thread of. Everywhere.',
      resolve: owner,
    }),
    gaps: t.field({
      type: [Gap],
      description: 'Why selected fields of it are null. Everywhere.',
      resolve: resolve.gaps,
    }),
  }),
});

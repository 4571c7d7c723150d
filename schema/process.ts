import { bitOf, bitsOf, shiftOf } from '../native/spec/define.ts';
import { memoryMap } from '../native/spec/memory-map.ts';
import { openFile } from '../native/spec/open-file.ts';
import { process as table } from '../native/spec/process.ts';
import { type ProcessRow, processGroups } from '../native/src/gen/rows.ts';
import { connectionsOf, gapsOfProcess } from '../resolvers/connection.ts';
import { container } from '../resolvers/container.ts';
import { memoryMaps } from '../resolvers/memory.ts';
import { openFiles } from '../resolvers/open-file.ts';
import * as resolve from '../resolvers/process.ts';
import { cpuPercent, ioRate } from '../resolvers/rate.ts';
import { builder } from './builder.ts';
import { columns, describeList, platforms, platformsOfColumn, rowType } from './columns.ts';
import { Connection, ConnectionKind } from './connection.ts';
import { Container } from './container.ts';
import { figures } from './figures.ts';
import { pageType } from './filter.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';

const stat = { cost: { sources: bitOf(table, 'stat') } };
const line = { cost: { sources: bitOf(table, 'stat') | bitOf(table, 'parent') } };

const io = { cost: { sources: bitOf(table, 'io') | bitOf(table, 'stat'), rates: bitOf(table, 'io') } };

const ProcessIoRate = builder.objectRef<object>('ProcessIoRate').implement({
  description: 'What a process reads and writes in a second, since the gateway looked before.',
  fields: (t) =>
    figures(t, ` a second. ${platforms(table, 'stat', 'io')}`, {
      readBytes: 'Fetched from block devices. In bytes',
      writeBytes: 'Sent, or to be sent, to block devices. In bytes',
      reads: 'Calls that read. In calls',
      writes: 'Calls that wrote. In calls',
    }),
});

export const Process = builder.objectRef<ProcessRow>('Process');

Process.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries host, boot, process id namespace, pid and start.',
      extensions: { ...stat, writes: { steps: resolve.ID } },
      resolve: resolve.id,
    }),
    pid: t.exposeInt('pid', {
      description: 'Process id, in the namespace the gateway sees. Everywhere.',
      extensions: { writes: { steps: resolve.PID } },
    }),
    name: t.string({
      nullable: true,
      description:
        'Its name; in full where the kernel cut it at 15 bytes and the command line tells the rest. ' +
        platforms(table, 'stat'),
      extensions: { ...stat, writes: { steps: resolve.NAME } },
      resolve: resolve.name,
    }),
    ...columns(t, table, processGroups),
    memoryMaps: t.field({
      type: [rowType(memoryMap)],
      nullable: true,
      args: {
        grouped: t.arg.boolean({
          required: true,
          defaultValue: true,
          description: 'Fold the parts that are of the same file.',
        }),
        first: t.arg.int({ description: 'At most so many, 0 or more; all of them without it.' }),
      },
      description: describeList(table.lists.memoryMaps!),
      extensions: { cost: { sources: bitsOf(table, 'smaps'), shift: shiftOf(table, table.lists.memoryMaps!) } },
      resolve: memoryMaps,
    }),
    openFiles: t.field({
      type: [rowType(openFile)],
      nullable: true,
      args: {
        deleted: t.arg.boolean({ description: 'Those that are gone from their directories, or those that are not.' }),
        first: t.arg.int({ description: 'At most so many, 0 or more; all of them without it.' }),
      },
      description: describeList(table.lists.openFiles!),
      extensions: { cost: { sources: bitsOf(table, 'files'), shift: shiftOf(table, table.lists.openFiles!) } },
      resolve: openFiles,
    }),
    connections: t.field({
      type: [Connection],
      nullable: true,
      args: {
        kind: t.arg({ type: ConnectionKind, required: true, defaultValue: 'INET', description: 'Which sockets.' }),
        first: t.arg.int({ description: 'At most so many, 0 or more; all of them without it.' }),
      },
      description: `Sockets it holds, in whichever network namespace they are. ${platforms(table, 'socketFds')}`,
      extensions: { cost: { sources: bitsOf(table, 'socketFds') } },
      resolve: connectionsOf,
    }),
    container: t.field({
      type: Container,
      nullable: true,
      description: `The container it is in; null outside of any. ${platformsOfColumn(table, 'containerId')}`,
      extensions: { cost: { sources: bitsOf(table, 'cgroup') } },
      resolve: container,
    }),
  }),
});

builder.objectFields(Process, (t) => ({
  isRunning: t.boolean({
    description: 'False once this very process is gone. Everywhere.',
    resolve: resolve.isRunning,
  }),
  gaps: t.field({
    type: [Gap],
    description: 'Why selected fields of it are null. Everywhere.',
    resolve: gapsOfProcess,
  }),
  cpuPercent: t.field({
    type: 'Float',
    nullable: true,
    description:
      'Time on CPUs, since the gateway looked before; of a new process since it started. In percent of one CPU: ' +
      `250 is two and a half CPUs. ${platforms(table, 'stat')}`,
    extensions: { cost: { ...stat.cost, rates: stat.cost.sources } },
    resolve: cpuPercent,
  }),
  ioRate: t.field({
    type: ProcessIoRate,
    nullable: true,
    description: `What it reads and writes. ${platforms(table, 'stat', 'io')}`,
    extensions: io,
    resolve: ioRate,
  }),
}));

builder.objectFields(Process, (t) => ({
  parent: t.field({
    type: Process,
    nullable: true,
    description: 'The process that started it or took it over; null where there is none. Everywhere.',
    extensions: line,
    resolve: resolve.parent,
  }),
  parents: t.field({
    type: [Process],
    nullable: true,
    description: 'From the parent up to the first process. Everywhere.',
    extensions: line,
    resolve: resolve.parents,
  }),
  children: t.field({
    type: [Process],
    nullable: true,
    args: {
      recursive: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'The whole tree below, depth first.',
      }),
      first: t.arg.int({ description: 'At most so many.' }),
    },
    description: 'Processes it started or took over, by pid. Everywhere.',
    extensions: line,
    resolve: resolve.children,
  }),
}));

export const ProcessPage = pageType<ProcessRow>('ProcessPage', Process, {
  description: 'A page of processes.',
  totalCount:
    'How many pass the filter, on this page and off it. Those off it are not looked at again: one that has ended ' +
    'since they were listed counts.',
  nodes: 'The processes, by pid unless another order was asked for.',
});

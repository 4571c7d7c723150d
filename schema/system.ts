import { bitOf } from '../native/spec/define.ts';
import { ProcessStatus } from '../native/spec/status.ts';
import { system as table } from '../native/spec/system.ts';
import { type SystemRow, systemGroups } from '../native/src/gen/rows.ts';
import { networkInterfaces } from '../resolvers/network.ts';
import { disksRate, networkRate } from '../resolvers/rate.ts';
import * as resolve from '../resolvers/system.ts';
import { builder } from './builder.ts';
import { choiceType, columns, platforms } from './columns.ts';
import './cpu.ts';
import { DiskRate } from './disk.ts';
import { Gap } from './gap.ts';
import { NetworkInterface, NetworkRate } from './network.ts';
import { Node } from './node.ts';

const StatusCount = builder.objectRef<resolve.StatusCount>('StatusCount').implement({
  description: 'Processes that do the same.',
  fields: (t) => ({
    status: t.expose('status', { type: choiceType(ProcessStatus), description: 'What they do.' }),
    count: t.exposeInt('count', { description: 'How many they are.' }),
  }),
});

const ProcessCounts = builder.objectRef<resolve.ProcessCounts>('ProcessCounts').implement({
  description: 'Processes and threads, counted.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'Processes.' }),
    threads: t.exposeInt('threads', { nullable: true, description: 'Threads of all of them.' }),
    byStatus: t.expose('byStatus', {
      type: [StatusCount],
      description: 'Processes by what they do; none are left out.',
    }),
  }),
});

const rateOf = (source: string) => ({ cost: { sources: bitOf(table, source), rates: bitOf(table, source) } });

export const System = builder.objectRef<SystemRow>('System');

System.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Opaque; carries the host.', resolve: resolve.id }),
    ...columns(t, table, systemGroups),
    networkInterfaces: t.field({
      type: [NetworkInterface],
      nullable: true,
      description: `Network interfaces, in the network namespace of the gateway. ${platforms(table, 'network')}`,
      extensions: { cost: { sources: bitOf(table, 'network') } },
      resolve: networkInterfaces,
    }),
    networkRate: t.field({
      type: NetworkRate,
      nullable: true,
      description: `What all network interfaces together send and receive. ${platforms(table, 'network')}`,
      extensions: rateOf('network'),
      resolve: networkRate,
    }),
    diskRate: t.field({
      type: DiskRate,
      nullable: true,
      description: `What is read from and written to all whole disks together. ${platforms(table, 'disks')}`,
      extensions: rateOf('disks'),
      resolve: disksRate,
    }),
    processCounts: t.field({
      type: ProcessCounts,
      nullable: true,
      description: 'How many processes there are.',
      resolve: resolve.processCounts,
    }),
    gaps: t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: resolve.gaps }),
  }),
});

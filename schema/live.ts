import { bitOf, bitsOf } from '../native/spec/define.ts';
import { process as processSpec } from '../native/spec/process.ts';
import { system as systemSpec } from '../native/spec/system.ts';
import { type SystemRow, systemGroups } from '../native/src/gen/rows.ts';
import { asks as ofSockets } from '../resolvers/connection-fact.ts';
import type { Seen } from '../resolvers/context.ts';
import { disks } from '../resolvers/disk.ts';
import * as resolve from '../resolvers/live.ts';
import { asks as ofProcesses } from '../resolvers/process-fact.ts';
import { asks as ofServices } from '../resolvers/service-fact.ts';
import { cpuDelta } from '../subscriptions/cpu.ts';
import { memoryDelta } from '../subscriptions/memory.ts';
import { processDelta } from '../subscriptions/process.ts';
import { momentOf } from '../subscriptions/sampler.ts';
import { builder } from './builder.ts';
import { groupType } from './columns.ts';
import { CpuTimesPercent } from './cpu.ts';
import { Disk } from './disk.ts';
import { ProcessExit } from './exit.ts';
import { moment } from './moment.ts';
import { Process } from './process.ts';
import { System } from './system.ts';
import {
  ConnectionTableDelta,
  connectionTableArgs,
  ProcessTableDelta,
  processTableArgs,
  ServiceTableDelta,
  serviceTableArgs,
} from './table.ts';

const stat = { cost: { sources: bitOf(systemSpec, 'stat') } };
const meminfo = { cost: { sources: bitOf(systemSpec, 'meminfo') } };
const swap = { cost: { sources: bitOf(systemSpec, 'swap') } };
const vmstat = { cost: { sources: bitOf(systemSpec, 'vmstat') } };
const statm = { cost: { sources: bitsOf(processSpec, 'statm') } };
const cpuTimes = { cost: { sources: bitOf(systemSpec, 'cpuTimes') } };
const group = { cost: { group: true } };

type EachCpu = NonNullable<ReturnType<typeof cpuDelta>['logicalCpus']>[number];

const LogicalCpuDelta = builder.objectRef<EachCpu>('LogicalCpuDelta').implement({
  description: 'What one CPU did between two events.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number.' }),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description: 'Time not spent idle or waiting for a disk. Null in a first event. In percent, 0 to 100.',
    }),
    timesPercent: t.expose('timesPercent', {
      type: CpuTimesPercent,
      nullable: true,
      description: 'What it spent its time on. Null in a first event.',
    }),
  }),
});

const CpuDelta = builder.objectRef<ReturnType<typeof cpuDelta>>('CpuDelta').implement({
  description: 'What the CPUs did between two events.',
  fields: (t) => ({
    ...moment(t),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description: 'Time not spent idle or waiting for a disk. Null in a first event. In percent, 0 to 100.',
      extensions: stat,
    }),
    timesPercent: t.expose('timesPercent', {
      type: CpuTimesPercent,
      nullable: true,
      description: 'What they spent their time on. Null in a first event.',
      extensions: stat,
    }),
    times: t.expose('times', {
      type: groupType(systemSpec, systemGroups, 'cpu.times'),
      nullable: true,
      description: 'Time that all of them together spent in this interval. Null in a first event.',
      extensions: stat,
    }),
    logicalCpus: t.expose('logicalCpus', {
      type: [LogicalCpuDelta],
      nullable: true,
      description: 'Each by itself, by number.',
      extensions: cpuTimes,
    }),
    stats: t.expose('stats', {
      type: groupType(systemSpec, systemGroups, 'cpu.stats'),
      nullable: true,
      description: 'What they counted in this interval. Null in a first event.',
      extensions: stat,
    }),
    loadAverage: t.expose('loadAverage', {
      type: groupType(systemSpec, systemGroups, 'loadAverage'),
      nullable: true,
      description: 'How many processes run or wait to.',
      extensions: group,
    }),
  }),
});

type Change = NonNullable<ReturnType<typeof memoryDelta>['change']>;

const MemoryChange = builder.objectRef<Change>('MemoryChange').implement({
  description: 'What memory gained, or lost where it is negative.',
  fields: (t) => ({
    available: t.expose('available', { type: 'BigInt', description: 'Could be had without swapping. In bytes.' }),
    used: t.expose('used', { type: 'BigInt', description: 'What is not available. In bytes.' }),
    free: t.expose('free', { type: 'BigInt', description: 'Used for nothing at all. In bytes.' }),
    cached: t.expose('cached', { type: 'BigInt', nullable: true, description: 'Cached files. In bytes.' }),
    buffers: t.expose('buffers', {
      type: 'BigInt',
      nullable: true,
      description: 'Cached blocks of devices. In bytes.',
    }),
    swapUsed: t.expose('swapUsed', {
      type: 'BigInt',
      description: 'Taken of swap; 0 where there is none. In bytes.',
      extensions: swap,
    }),
    swappedIn: t.expose('swappedIn', {
      type: 'BigInt',
      nullable: true,
      description: 'Read back from swap in this interval. In bytes.',
      extensions: vmstat,
    }),
    swappedOut: t.expose('swappedOut', {
      type: 'BigInt',
      nullable: true,
      description: 'Written out to swap in this interval. In bytes.',
      extensions: vmstat,
    }),
  }),
});

const MemoryDelta = builder.objectRef<ReturnType<typeof memoryDelta>>('MemoryDelta').implement({
  description: 'Memory, and what it gained or lost between two events.',
  fields: (t) => ({
    ...moment(t),
    memory: t.expose('memory', {
      type: groupType(systemSpec, systemGroups, 'memory'),
      nullable: true,
      description: 'Main memory.',
      extensions: group,
    }),
    swap: t.expose('swap', {
      type: groupType(systemSpec, systemGroups, 'swap'),
      nullable: true,
      description: 'Swap; null where the kernel has none.',
      extensions: { cost: { ...swap.cost, group: true } },
    }),
    change: t.expose('change', {
      type: MemoryChange,
      nullable: true,
      description: 'Gained or lost in this interval; null in a first event.',
      extensions: { cost: { ...meminfo.cost, group: true } },
    }),
  }),
});

type Delta = ReturnType<typeof processDelta>;

const ProcessDelta = builder.objectRef<Delta>('ProcessDelta').implement({
  description: 'One process, and what became of it between two events.',
  fields: (t) => ({
    ...moment(t),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'Null when there was none to begin with; once it has ended, as it was last seen.',
      extensions: group,
      resolve: resolve.processSeen,
    }),
    rssChange: t.expose('rssChange', {
      type: 'BigInt',
      nullable: true,
      description: 'What its resident memory gained or lost in this interval; null in a first event. In bytes.',
      extensions: statm,
    }),
    exit: t.expose('exit', {
      type: ProcessExit,
      nullable: true,
      description: 'That it has ended, and how, where the kernel tells: no event follows.',
    }),
  }),
});

const SystemDelta = builder.objectRef<Seen<SystemRow> & ReturnType<typeof momentOf>>('SystemDelta').implement({
  description: 'The host as a whole.',
  fields: (t) => ({
    ...moment(t),
    system: t.field({
      type: System,
      nullable: true,
      description: 'Anything of it.',
      resolve: resolve.systemSeen,
    }),
    disks: t.field({
      type: [Disk],
      nullable: true,
      description: 'Whole disks.',
      resolve: (event, _, context, info) => disks(event, { all: false }, context, info),
    }),
  }),
});

const pace = builder.args((t) => ({
  everyMs: t.int({
    required: true,
    defaultValue: 1000,
    description: 'Milliseconds from one event to the next, from 100 to 3,600,000.',
  }),
}));

builder.subscriptionType({
  description:
    'Streams: a first event as soon as it is read, later ones at a pace that all who watch share. A slow reader is ' +
    'given the newest only, and is told how many it missed.',
  fields: (t) => ({
    cpu: t.field({
      type: CpuDelta,
      args: pace,
      description: 'What the CPUs do.',
      subscribe: resolve.watchSystem,
      resolve: (event) => cpuDelta(event),
    }),
    memory: t.field({
      type: MemoryDelta,
      args: pace,
      description: 'What becomes of memory.',
      subscribe: resolve.watchSystem,
      resolve: (event) => memoryDelta(event),
    }),
    system: t.field({
      type: SystemDelta,
      args: pace,
      description: 'Anything of the host as a whole, and its disks.',
      subscribe: resolve.watchWhole,
      resolve: (event) => ({ ...event, ...momentOf(event) }),
    }),
    process: t.field({
      type: ProcessDelta,
      args: {
        id: t.arg.id({ description: 'What the field id of a process gave: that very process.' }),
        pid: t.arg.int({ description: 'Process id, 0 or more: whoever has it now.' }),
        ...pace,
      },
      description: 'One process, by exactly one of id and pid, until it ends.',
      subscribe: resolve.watchProcess,
      resolve: (event, args, context) => processDelta(event, resolve.targetOf(args, context)?.startTicks ?? null),
    }),
    processes: t.field({
      type: ProcessTableDelta,
      args: processTableArgs,
      extensions: { cost: { asks: ofProcesses } },
      description: 'Processes: what the query of that name gives, kept up to date.',
      subscribe: resolve.watchProcesses,
      resolve: async (event, args, context, info) => ({
        ...momentOf(event),
        ...(await resolve.processTable(event, args, context, info)),
      }),
    }),
    connections: t.field({
      type: ConnectionTableDelta,
      args: connectionTableArgs,
      extensions: { cost: { asks: ofSockets } },
      description: 'Sockets: what the query of that name gives, kept up to date.',
      subscribe: resolve.watchConnections,
      resolve: async (event, args, context, info) => ({
        ...momentOf(event),
        ...(await resolve.connectionTable(event, args, context, info)),
      }),
    }),
    services: t.field({
      type: ServiceTableDelta,
      args: serviceTableArgs,
      extensions: { cost: { asks: ofServices } },
      description: 'Services: what the query of that name gives, kept up to date.',
      subscribe: resolve.watchServices,
      resolve: async (event, args, context, info) => ({
        ...momentOf(event),
        ...(await resolve.serviceTable(event, args, context, info)),
      }),
    }),
  }),
});

import { bitOf, bitsOf } from '../native/spec/define.ts';
import { process as processSpec } from '../native/spec/process.ts';
import { system as systemSpec } from '../native/spec/system.ts';
import { systemGroups } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/live.ts';
import { type CpuTimes, cpuDelta } from '../subscriptions/cpu.ts';
import { memoryDelta } from '../subscriptions/memory.ts';
import { processDelta } from '../subscriptions/process.ts';
import { builder } from './builder.ts';
import { groupType } from './columns.ts';
import { Process } from './process.ts';

const stat = { cost: { sources: bitOf(systemSpec, 'stat') } };
const meminfo = { cost: { sources: bitOf(systemSpec, 'meminfo') } };
const statm = { cost: { sources: bitsOf(processSpec, 'statm') } };
const group = { cost: { group: true } };

// biome-ignore lint/suspicious/noExplicitAny: each stream has an event type of its own, and these fields stand in all
const moment = (t: any) => ({
  at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
  elapsed: t.exposeFloat('elapsed', {
    description: 'Time covered; 0 in a first event, which has nothing before it. In seconds.',
  }),
  folded: t.exposeInt('folded', { description: 'Ticks merged into this event because the reader was slow.' }),
});

const PERCENT: Record<keyof CpuTimes, string> = {
  user: 'In programs, guests included.',
  system: 'In the kernel.',
  idle: 'Doing nothing.',
  nice: 'In programs of lowered priority, their guests included.',
  iowait: 'Doing nothing while a disk was waited for.',
  irq: 'Serving interrupts.',
  softirq: 'Serving what interrupts left to do.',
  steal: 'Taken by other guests of the same machine.',
  guest: 'Running guests; inside user.',
  guestNice: 'Running guests of lowered priority; inside nice.',
};
const EVERYWHERE = new Set(['user', 'system', 'idle']);

const CpuTimesPercent = builder.objectRef<CpuTimes>('CpuTimesPercent').implement({
  description: 'Shares of the time of CPUs. Guest is inside user.',
  fields: (t) =>
    Object.fromEntries(
      Object.entries(PERCENT).map(([name, says]) => [
        name,
        t.expose(
          name as keyof CpuTimes,
          {
            type: 'Float',
            nullable: !EVERYWHERE.has(name),
            description: `${says} In percent, 0 to 100.`,
          } as never,
        ),
      ]),
    ),
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
    change: t.expose('change', {
      type: MemoryChange,
      nullable: true,
      description: 'Gained or lost in this interval; null in a first event.',
      extensions: meminfo,
    }),
  }),
});

type Delta = ReturnType<typeof processDelta>;

const ProcessExit = builder.objectRef<NonNullable<Delta['exit']>>('ProcessExit').implement({
  description: 'How a process ended; null where only its parent is told.',
  fields: (t) => ({
    exitCode: t.expose('exitCode', { type: 'BigInt', nullable: true, description: 'What it returned.' }),
    signal: t.exposeString('signal', { nullable: true, description: 'The signal that ended it: SIGKILL.' }),
  }),
});

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
      description: 'That it has ended: no event follows.',
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
  }),
});

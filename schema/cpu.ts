import { cpu } from '../native/spec/cpu.ts';
import { bitOf, bitsOf } from '../native/spec/define.ts';
import { system } from '../native/spec/system.ts';
import { systemGroups } from '../native/src/gen/rows.ts';
import * as rate from '../resolvers/rate.ts';
import { builder } from './builder.ts';
import { groupType, rowType } from './columns.ts';
import { figures } from './figures.ts';

export const CpuTimesPercent = builder.objectRef<object>('CpuTimesPercent').implement({
  description: 'Shares of the time of CPUs. Guest is inside user.',
  fields: (t) => ({
    ...figures(t, ' In percent, 0 to 100.', false, {
      user: 'In programs, guests included.',
      system: 'In the kernel.',
      idle: 'Doing nothing.',
    }),
    ...figures(t, ' In percent, 0 to 100.', true, {
      nice: 'In programs of lowered priority, their guests included.',
      iowait: 'Doing nothing while a disk was waited for.',
      irq: 'Serving interrupts.',
      softirq: 'Serving what interrupts left to do.',
      steal: 'Taken by other guests of the same machine.',
      guest: 'Running guests; inside user.',
      guestNice: 'Running guests of lowered priority; inside nice.',
      dpc: 'Serving what interrupts put off.',
    }),
  }),
});

const SINCE = 'since the gateway looked before; of who asks first, over a fifth of a second.';

// biome-ignore lint/suspicious/noExplicitAny: the fields of two types whose rows have the same rates
const shares = (t: any, sources: number) => ({
  percent: t.field({
    type: 'Float',
    nullable: true,
    description: `Time not spent idle or waiting for a disk, ${SINCE} In percent, 0 to 100. On Linux.`,
    extensions: { cost: { sources, rates: sources } },
    resolve: rate.busyPercent,
  }),
  timesPercent: t.field({
    type: CpuTimesPercent,
    nullable: true,
    description: `What the time was spent on, ${SINCE} On Linux.`,
    extensions: { cost: { sources, rates: sources } },
    resolve: rate.timesPercent,
  }),
});

builder.objectFields(groupType(system, systemGroups, 'cpu'), (t) => shares(t, bitsOf(system, 'stat')));
builder.objectFields(rowType(cpu), (t) => shares(t, bitOf(cpu, 'cpuTimes')));

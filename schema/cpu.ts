import { cpu, timesOf } from '../native/spec/cpu.ts';
import { bitOf, bitsOf } from '../native/spec/define.ts';
import { system } from '../native/spec/system.ts';
import { systemGroups } from '../native/src/gen/rows.ts';
import * as rate from '../resolvers/rate.ts';
import { builder } from './builder.ts';
import { describe, groupType, platforms, rowType } from './columns.ts';

export const CpuTimesPercent = builder.objectRef<object>('CpuTimesPercent').implement({
  description: 'Shares of the time of CPUs. Guest is inside user.',
  fields: (t) =>
    Object.fromEntries(
      timesOf('', 'cpuTimes').map((column) => {
        const description = describe(cpu, { ...column, kind: 'percent' });
        const name = column.path.slice(1);
        return [name, t.expose(name as never, { type: 'Float', nullable: column.required !== true, description })];
      }),
    ),
});

const SINCE = 'since the gateway looked before; of who asks first, over a fifth of a second.';

// biome-ignore lint/suspicious/noExplicitAny: the fields of two types whose rows have the same rates
const shares = (t: any, where: string, sources: number) => ({
  percent: t.field({
    type: 'Float',
    nullable: true,
    description: `Time not spent idle or waiting for a disk, ${SINCE} In percent, 0 to 100. ${where}`,
    extensions: { cost: { sources, rates: sources } },
    resolve: rate.busyPercent,
  }),
  timesPercent: t.field({
    type: CpuTimesPercent,
    nullable: true,
    description: `What the time was spent on, ${SINCE} ${where}`,
    extensions: { cost: { sources, rates: sources } },
    resolve: rate.timesPercent,
  }),
});

builder.objectFields(groupType(system, systemGroups, 'cpu'), (t) =>
  shares(t, platforms(system, 'stat'), bitsOf(system, 'stat')),
);
builder.objectFields(rowType(cpu), (t) => shares(t, platforms(cpu, 'cpuTimes'), bitOf(cpu, 'cpuTimes')));

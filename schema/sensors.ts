import { fan, temperature } from '../native/spec/sensor.ts';
import { system } from '../native/spec/system.ts';
import { type FanRow, systemGroups, type TemperatureRow } from '../native/src/gen/rows.ts';
import { sensorId } from '../resolvers/id.ts';
import { sensorGaps } from '../resolvers/system.ts';
import { builder } from './builder.ts';
import { columns, groupType, rowsAre } from './columns.ts';
import { Gap } from './gap.ts';

const id = 'Opaque; tells it from any other of the same name, and is the same after the next boot.';
/** The list itself. */
const extensions = { cost: { sources: 1 } };

const Temperature = builder.objectRef<TemperatureRow>('Temperature').implement({
  description: temperature.description,
  fields: (t) => ({
    id: t.id({
      description: id,
      extensions,
      resolve: ({ sensor }, _, { host }) => sensorId('Temperature', host, sensor),
    }),
    ...columns(t, temperature, {}),
  }),
});

const Fan = builder.objectRef<FanRow>('Fan').implement({
  description: fan.description,
  fields: (t) => ({
    id: t.id({ description: id, extensions, resolve: ({ sensor }, _, { host }) => sensorId('Fan', host, sensor) }),
    ...columns(t, fan, {}),
  }),
});

rowsAre(temperature, Temperature);
rowsAre(fan, Fan);

builder.objectField(groupType(system, systemGroups, 'sensors'), 'gaps', (t) =>
  t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: sensorGaps }),
);

import { fan, temperature } from '../native/spec/sensor.ts';
import { system as systemTable } from '../native/spec/system.ts';
import { type FanRow, systemGroups, type TemperatureRow } from '../native/src/gen/rows.ts';
import { sensorId } from '../resolvers/id.ts';
import { sensorGaps } from '../resolvers/system.ts';
import { builder } from './builder.ts';
import { groupType, rowType } from './columns.ts';
import { Gap } from './gap.ts';

const description = 'Opaque; tells it from any other of the same name, and is the same after the next boot.';

for (const table of [temperature, fan])
  builder.objectField(rowType(table), 'id', (t) =>
    t.id({
      description,
      extensions: { cost: { sources: 1 } },
      resolve: (row, _, { host }) => sensorId(table.type, host, (row as TemperatureRow | FanRow).sensor),
    }),
  );

builder.objectField(groupType(systemTable, systemGroups, 'sensors'), 'gaps', (t) =>
  t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: sensorGaps }),
);

import { bitOf } from '../native/spec/define.ts';
import { network as table } from '../native/spec/network.ts';
import { type NetworkRow, networkGroups } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/network.ts';
import { builder } from './builder.ts';
import { columns } from './columns.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';

export const NetworkInterface = builder.objectRef<NetworkRow>('NetworkInterface');

NetworkInterface.implement({
  description: table.description,
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque; carries the host and the name.',
      extensions: { cost: { sources: bitOf(table, 'link') } },
      resolve: resolve.id,
    }),
    ...columns(t, table, networkGroups),
    gaps: t.field({
      type: [Gap],
      description: 'Why selected fields of it are null. Everywhere.',
      resolve: resolve.gaps,
    }),
  }),
});

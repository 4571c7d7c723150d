import { system as table } from '../native/spec/system.ts';
import { type SystemRow, systemGroups } from '../native/src/gen/rows.ts';
import { networkInterfaces } from '../resolvers/network.ts';
import * as resolve from '../resolvers/system.ts';
import { builder } from './builder.ts';
import { columns } from './columns.ts';
import { Gap } from './gap.ts';
import { NetworkInterface } from './network.ts';
import { Node } from './node.ts';

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
      description: 'Network interfaces, in the network namespace of the gateway. On Linux.',
      resolve: networkInterfaces,
    }),
    gaps: t.field({ type: [Gap], description: 'Why selected fields of it are null.', resolve: resolve.gaps }),
  }),
});

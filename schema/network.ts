import { bitOf } from '../native/spec/define.ts';
import { network as table } from '../native/spec/network.ts';
import { type NetworkRow, networkGroups } from '../native/src/gen/rows.ts';
import * as resolve from '../resolvers/network.ts';
import { interfaceRate } from '../resolvers/rate.ts';
import { builder } from './builder.ts';
import { columns, platforms } from './columns.ts';
import { figures } from './figures.ts';
import { Gap } from './gap.ts';
import { Node } from './node.ts';

export const NetworkRate = builder.objectRef<object>('NetworkRate').implement({
  description: 'What is sent and received in a second, since the gateway looked before.',
  fields: (t) =>
    figures(t, ` a second. ${platforms(table, 'io')}`, {
      bytesSent: 'Sent. In bytes',
      bytesReceived: 'Received. In bytes',
      packetsSent: 'Sent. In packets',
      packetsReceived: 'Received. In packets',
      errors: 'Arrived damaged, or could not be sent. In packets',
      drops: 'Thrown away, arriving or leaving. In packets',
    }),
});

const io = bitOf(table, 'io');

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
    rate: t.field({
      type: NetworkRate,
      nullable: true,
      description: `What it sends and receives. ${platforms(table, 'io')}`,
      extensions: { cost: { sources: io, rates: io } },
      resolve: interfaceRate,
    }),
    gaps: t.field({
      type: [Gap],
      description: 'Why selected fields of it are null. Everywhere.',
      resolve: resolve.gaps,
    }),
  }),
});

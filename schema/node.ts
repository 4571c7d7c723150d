import { resolveType } from '../resolvers/node.ts';
import { builder } from './builder.ts';

export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'Anything that has an id and can be asked for by it.',
  resolveType,
  fields: (t) => ({
    id: t.id({ description: 'Opaque. It carries the host, and never comes to mean something else.' }),
  }),
});

import type { Container as Value } from '../resolvers/container.ts';
import { id } from '../resolvers/container.ts';
import { builder } from './builder.ts';
import { Node } from './node.ts';

export const Container = builder.objectRef<Value>('Container').implement({
  description: 'What runs processes in an image of its own.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Opaque; carries the host.', resolve: id }),
    containerId: t.exposeString('containerId', { description: 'What its runtime calls it. On Linux.' }),
    runtime: t.exposeString('runtime', {
      nullable: true,
      description:
        'docker, podman, containerd, cri-o, lxc or systemd-nspawn; null where its control group does not tell.',
    }),
  }),
});

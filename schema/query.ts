import { listConnections } from '../resolvers/connection.ts';
import { asks as ofSockets } from '../resolvers/connection-fact.ts';
import { disks } from '../resolvers/disk.ts';
import { gateway } from '../resolvers/gateway.ts';
import { mount, mounts } from '../resolvers/mount.ts';
import { node, nodes } from '../resolvers/node.ts';
import { listProcesses, process } from '../resolvers/process.ts';
import { asks } from '../resolvers/process-fact.ts';
import { processGroups } from '../resolvers/process-group.ts';
import { service, services } from '../resolvers/service.ts';
import { asks as ofServices } from '../resolvers/service-fact.ts';
import { system } from '../resolvers/system.ts';
import { waitProcesses } from '../resolvers/wait.ts';
import { WaitResult } from './action.ts';
import { builder } from './builder.ts';
import { ConnectionPage, connectionArgs } from './connection.ts';
import { Disk, Mount } from './disk.ts';
import { Gateway } from './gateway.ts';
import { Node } from './node.ts';
import { Process, ProcessPage } from './process.ts';
import { processArgs } from './process-filter.ts';
import { groupArgs, ProcessGroupPage } from './process-group.ts';
import './sensors.ts';
import { Service, ServicePage, serviceArgs } from './service.ts';
import { System } from './system.ts';

const ON_WHICH =
  'The file system a path lies on; null where there is no such path. A caller who may see only what every user sees ' +
  'is answered by the letters of the path: links are not followed, and nothing is looked for.';

const ofProcesses = { cost: { asks } };

const HostGraph = builder.interfaceRef<object>('HostGraph').implement({
  description:
    'Everything that can be asked of one host. Query implements it for the host the gateway runs on: what is written ' +
    'for one works on any.',
  fields: (t) => ({
    system: t.field({ type: System, nullable: true, description: 'The host as a whole.', resolve: system }),
    process: t.field({
      type: Process,
      nullable: true,
      args: { pid: t.arg.int({ required: true, description: 'Process id, 0 or more.' }) },
      description: 'One process; null when there is none of that pid.',
      resolve: process,
    }),
    processes: t.field({
      type: ProcessPage,
      nullable: true,
      args: processArgs,
      description: 'Processes.',
      extensions: ofProcesses,
      resolve: listProcesses,
    }),
    processGroups: t.field({
      type: ProcessGroupPage,
      nullable: true,
      args: groupArgs,
      description: 'Processes folded by what they share: what others call applications, users, containers.',
      extensions: ofProcesses,
      resolve: processGroups,
    }),
    connections: t.field({
      type: ConnectionPage,
      nullable: true,
      args: connectionArgs,
      description:
        'Sockets of every network namespace that the gateway may look into; null where not all protocols can be read.',
      extensions: { cost: { asks: ofSockets } },
      resolve: listConnections,
    }),
    disks: t.field({
      type: [Disk],
      nullable: true,
      args: {
        all: t.arg.boolean({ required: true, defaultValue: false, description: 'Partitions, volumes and loops too.' }),
      },
      description: 'Whole disks, or all block devices.',
      resolve: disks,
    }),
    mounts: t.field({
      type: [Mount],
      nullable: true,
      args: {
        all: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'What the kernel makes up, what is seen twice and what cannot be reached too.',
        }),
      },
      description: 'Mounted file systems.',
      resolve: mounts,
    }),
    mount: t.field({
      type: Mount,
      nullable: true,
      args: { path: t.arg.string({ required: true, description: 'An absolute path.' }) },
      description: ON_WHICH,
      resolve: mount,
    }),
    gateway: t.field({
      type: Gateway,
      nullable: true,
      description: 'The gateway that answers for this host.',
      resolve: gateway,
    }),
  }),
});

builder.interfaceFields(HostGraph, (t) => ({
  services: t.field({
    type: ServicePage,
    nullable: true,
    args: serviceArgs,
    extensions: { cost: { asks: ofServices } },
    description:
      'Services by name: those that are loaded, and those that are only installed. Where nothing manages services ' +
      'there are none, and gaps of the page says so. On Linux with systemd.',
    resolve: services,
  }),
  service: t.field({
    type: Service,
    nullable: true,
    args: { name: t.arg.string({ required: true, description: 'Its name: ssh, or in full ssh.service.' }) },
    description: 'One service, by its name or an alias; null when there is none. On Linux with systemd.',
    resolve: service,
  }),
}));

// Not builder.queryType: that one cannot implement an interface, and Pothos takes any object of this name for the root.
builder.objectRef<object>('Query').implement({
  description: 'The host the gateway runs on.',
  interfaces: [HostGraph],
  fields: (t) => ({
    node: t.field({
      type: Node,
      nullable: true,
      args: { id: t.arg.id({ required: true, description: 'What the field id of an object gave.' }) },
      description: 'Whatever has this id; null once it is gone.',
      resolve: node,
    }),
    nodes: t.field({
      type: [Node],
      nullable: { list: false, items: true },
      args: { ids: t.arg.idList({ required: true, description: 'What the field id of objects gave.' }) },
      description: 'Whatever has these ids, in their order; null in the place of what is gone.',
      resolve: async (root, args, context, info) => [...(await nodes(root, args, context, info))],
    }),
    waitProcesses: t.field({
      type: [WaitResult],
      args: {
        ids: t.arg({ type: ['ID'], required: true, description: 'Ids of processes, at most 1,000.' }),
        timeoutMs: t.arg.int({
          required: true,
          defaultValue: 5000,
          description: 'Milliseconds to wait, from 0 to 60,000; 0 only looks.',
        }),
      },
      description: 'Answers when all of them have ended or the time is up, in the order of the ids.',
      resolve: waitProcesses,
    }),
  }),
});

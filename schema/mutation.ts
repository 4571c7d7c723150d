import { ResourceKind } from '../native/spec/limit.ts';
import { IoClass, PriorityClass } from '../native/spec/process.ts';
import { trimHeap } from '../resolvers/action-heap.ts';
import * as resolve from '../resolvers/action-process.ts';
import * as services from '../resolvers/action-service.ts';
import { ActionError } from './action.ts';
import { builder } from './builder.ts';
import { choiceType } from './columns.ts';
import { Process } from './process.ts';
import { Service } from './service.ts';

const ProcessActionResult = builder.objectRef<resolve.ProcessActionResult>('ProcessActionResult').implement({
  description: 'What came of an action on a process, or on a tree of them: some may be reached, and others not.',
  fields: (t) => ({
    process: t.field({
      type: Process,
      nullable: true,
      description:
        'The process that was named, as it is now; null once it is gone. One that was killed ends soon after.',
      resolve: resolve.process,
    }),
    affected: t.exposeInt('affected', { description: 'How many processes were reached.' }),
    errors: t.field({
      type: [ActionError],
      description: 'Why others were not, one for each.',
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

const ServiceActionResult = builder.objectRef<services.ServiceActionResult>('ServiceActionResult').implement({
  description: 'What came of an action on a service, once its manager has done it.',
  fields: (t) => ({
    service: t.field({
      type: Service,
      nullable: true,
      description: 'The service as it is now; null where there is none.',
      resolve: services.service,
    }),
    errors: t.field({
      type: [ActionError],
      description: 'Why it was not done; empty where it was.',
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

const LimitInput = builder.inputRef<resolve.LimitInput>('LimitInput').implement({
  description: 'What a limit is to be. Exactly one of them.',
  isOneOf: true,
  fields: (t) => ({
    value: t.field({ type: 'BigInt', description: 'So much, 0 or more, in the unit of the resource.' }),
    unlimited: t.boolean({ description: 'True: as much as there is.' }),
  }),
});

const PROCESS_ID = 'Id of the process: what its field id gave.';
const ON_LINUX = 'On Linux.';
const ON_BOTH = 'On Linux, Windows.';
const SCOPE = 'Needs the scope CONTROL, and a gateway that has actions on.';

builder.mutationType({
  description:
    'What can be done to the host: nothing, unless the operator of the gateway turned actions on, and then by those ' +
    'with the scope CONTROL alone. Fields of one operation are run one after the other, and every attempt is recorded.',
});

const OF_PROCESS = { type: ProcessActionResult } as const;

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true, description: PROCESS_ID });
  const recursive = t.arg.boolean({
    required: true,
    defaultValue: false,
    description: 'All processes below it too, children first. While they are gathered they are stopped.',
  });
  return {
    signalProcess: t.field({
      ...OF_PROCESS,
      args: { id, signal: t.arg.string({ required: true, description: 'SIGHUP, HUP, SIGRTMIN+3.' }), recursive },
      description: `Sends a signal. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.signalProcess,
    }),
    terminateProcess: t.field({
      ...OF_PROCESS,
      args: { id, recursive },
      description: `Asks it to end: SIGTERM. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.terminateProcess,
    }),
    killProcess: t.field({
      ...OF_PROCESS,
      args: { id, recursive },
      description: `Ends it, whatever it is doing: SIGKILL. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.killProcess,
    }),
    suspendProcess: t.field({
      ...OF_PROCESS,
      args: { id },
      description: `Stops it until it is resumed: SIGSTOP. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.suspendProcess,
    }),
    resumeProcess: t.field({
      ...OF_PROCESS,
      args: { id },
      description: `Lets it go on: SIGCONT. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.resumeProcess,
    }),
  };
});

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true, description: PROCESS_ID });
  return {
    setProcessNice: t.field({
      ...OF_PROCESS,
      args: { id, nice: t.arg.int({ required: true, description: 'From -20 (first) to 19 (last).' }) },
      description: `Sets the scheduling priority of its main thread. ${SCOPE} ${ON_LINUX}`,
      resolve: resolve.setProcessNice,
    }),
    setProcessPriorityClass: t.field({
      ...OF_PROCESS,
      args: {
        id,
        priorityClass: t.arg({ type: choiceType(PriorityClass), required: true, description: 'The class.' }),
      },
      description: `Sets its priority class. ${SCOPE} On Windows.`,
      resolve: resolve.setProcessPriorityClass,
    }),
    setProcessIoNice: t.field({
      ...OF_PROCESS,
      args: {
        id,
        ioClass: t.arg({
          type: choiceType(IoClass),
          required: true,
          description: 'NONE, REALTIME, BEST_EFFORT or IDLE. On Windows VERY_LOW, LOW, NORMAL, HIGH or CRITICAL.',
        }),
        value: t.arg.int({ description: 'From 0 (first) to 7, of REALTIME and BEST_EFFORT alone; 4 without it.' }),
      },
      description: `Sets the priority at the disks of its main thread. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.setProcessIoNice,
    }),
    setProcessCpuAffinity: t.field({
      ...OF_PROCESS,
      args: {
        id,
        cpus: t.arg.intList({ required: true, description: 'Numbers of CPUs; none asks for all it may have.' }),
      },
      description: `Sets the CPUs that its main thread may run on. ${SCOPE} ${ON_BOTH}`,
      resolve: resolve.setProcessCpuAffinity,
    }),
    setProcessLimit: t.field({
      ...OF_PROCESS,
      args: {
        id,
        resource: t.arg({ type: choiceType(ResourceKind), required: true, description: 'What is limited.' }),
        soft: t.arg({ type: LimitInput, description: 'What is enforced; without it that stays as it is.' }),
        hard: t.arg({ type: LimitInput, description: 'How far soft may be raised; without it that stays as it is.' }),
      },
      description: `Sets how much of a resource it may use. ${SCOPE} ${ON_LINUX}`,
      resolve: resolve.setProcessLimit,
    }),
  };
});

const HOW =
  'Its manager does it, and is waited for, a minute at most. Only of services that the operator of the gateway ' +
  `allows. ${SCOPE} On Linux with systemd.`;

builder.mutationFields((t) => {
  const args = { id: t.arg.id({ required: true, description: 'Id of the service: what its field id gave.' }) };
  const of = { type: ServiceActionResult, args } as const;
  return {
    startService: t.field({ ...of, description: `Starts it. ${HOW}`, resolve: services.startService }),
    stopService: t.field({ ...of, description: `Stops it. ${HOW}`, resolve: services.stopService }),
    restartService: t.field({
      ...of,
      description: `Stops it if it runs, and starts it. ${HOW}`,
      resolve: services.restartService,
    }),
    trimHeap: t.boolean({
      description:
        'Gives freed memory of the gateway back to the system; false where there is none to give, or where the ' +
        `attempt cannot be recorded. ${SCOPE} ${ON_BOTH}`,
      resolve: trimHeap,
    }),
  };
});

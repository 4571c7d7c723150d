import { heap } from '../native/spec/heap.ts';
import type { HeapRow } from '../native/src/gen/rows.ts';
import type { Gateway as GatewayValue } from '../resolvers/context.ts';
import * as resolve from '../resolvers/gateway.ts';
import type { Unsupported as UnsupportedValue } from '../resolvers/unsupported.ts';
import type { Viewer as ViewerValue } from '../resolvers/viewer.ts';
import { builder } from './builder.ts';
import { platforms, rowType } from './columns.ts';
import { GapReason } from './gap.ts';
import { Process } from './process.ts';

const ReaderTier = builder.enumType('ReaderTier', {
  description: 'How the machine is read.',
  values: {
    COLD: { description: 'What is asked is read, each time.' },
    WARM: {
      description:
        'As COLD, but what is proved unchanged is not read again: of a process that runs right now its name, times, ' +
        'threads, ids, arguments, I/O and sockets may be from up to one kernel tick ago (4 ms, mostly).',
    },
    BPF: { description: 'The kernel is asked for all processes at once.' },
  } as const,
});

const Scope = builder.enumType('Scope', {
  description: 'What a caller may do.',
  values: {
    READ: { description: 'See what an ordinary user of the host may see.' },
    SENSITIVE: {
      description:
        'See environments, open files, memory maps, what the kernel shows only to the owner of a process, and ' +
        'arguments where the host hides them.',
    },
    CONTROL: { description: 'Change things. Nobody has it where the gateway has actions off.' },
  } as const,
});

const Viewer = builder.objectRef<ViewerValue>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the gateway calls who sends this request.' }),
    scopes: t.field({ type: [Scope], description: 'What they may do.', resolve: ({ scopes }) => [...scopes] }),
  }),
});

const Unsupported = builder.objectRef<UnsupportedValue>('Unsupported').implement({
  description: 'A field that is always null on this host.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Its coordinate in the schema: "System.pressure".' }),
    reason: t.expose('reason', { type: GapReason, description: 'Why.' }),
    message: t.exposeString('message', { nullable: true, description: 'What is missing.' }),
  }),
});

const HeapInfo = rowType(heap) as ReturnType<typeof builder.objectRef<HeapRow>>;

export const Gateway = builder.objectRef<GatewayValue>('Gateway').implement({
  description: 'The program that answers for a host.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Its version: 1.2.3.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was started.' }),
    uptime: t.float({ description: 'Since it was started. In seconds.', resolve: ({ uptime }) => uptime() }),
    process: t.field({
      type: Process,
      nullable: true,
      description: 'Its own process, so that a client can watch what watching costs; null where the host hides it.',
      resolve: resolve.process,
    }),
    viewer: t.field({ type: Viewer, description: 'Who sends this request.', resolve: resolve.viewer }),
    unsupported: t.field({
      type: [Unsupported],
      description: 'Fields that are always null on this host, and why; what stands inside one is not named.',
      resolve: async ({ unsupported }) => [...(await unsupported())],
    }),
    reader: t.expose('reader', { type: ReaderTier, description: 'How it reads the machine.' }),
    heap: t.field({
      type: HeapInfo,
      nullable: true,
      description: `Its own allocator; null where the C library does not tell. ${platforms(heap, 'allocator')}`,
      resolve: resolve.heap,
    }),
  }),
});

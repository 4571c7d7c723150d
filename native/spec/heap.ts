import { bytes, int, on, required, source, table } from './define.ts';

export const heap = table('heap', {
  type: 'HeapInfo',
  description: "The gateway's own allocator.",
  key: 'none',
  sources: { allocator: source({ LINUX: 'mallinfo2(3)', WINDOWS: 'HeapWalk' }) },
  columns: [
    required(bytes('used', 'allocator', 'Handed out of its heaps.')),
    required(bytes('mmapped', 'allocator', 'Handed out in maps of their own.')),
    on(['WINDOWS'], int('heapCount', 'allocator', 'How many heaps there are.')),
  ],
});

import { choice, choices, count, hidden, int, required, source, table, text, time } from './define.ts';

export const ProcessEventKind = choices('ProcessEventKind', 'What happened to a process.', {
  STARTED: 'It was made, as a copy of its parent.',
  EXECED: 'It began to run another program.',
  EXITED: 'It ended, with all its threads.',
});

/** Nobody asks for these: the kernel tells them, and so they come in batches of their own. */
export const event = table('event', {
  type: 'ProcessEvent',
  description: 'What happened to a process. The key is its pid.',
  key: 'number',
  sources: { told: source({ LINUX: 'process connector' }) },
  columns: [
    required(choice('kind', 'told', ProcessEventKind, 'What happened.')),
    required(time('at', 'told', 'When it happened.')),
    hidden(count('ticks', 'told', 'The same moment in ticks since boot, as starts of processes are told.')),
    hidden(count('startTicks', 'told', 'When the process started, in ticks since boot.')),
    int('ppid', 'told', 'Pid of its parent.'),
    text('name', 'told', 'Its name, as far as the kernel keeps it: 15 bytes.'),
    int('exitCode', 'told', 'What it returned.'),
    text('signal', 'told', 'The signal that ended it.'),
  ],
});

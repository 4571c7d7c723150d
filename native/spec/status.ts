import { choices } from './define.ts';

export const ProcessStatus = choices('ProcessStatus', 'What a process or thread is doing.', {
  RUNNING: 'On a CPU or waiting for one.',
  SLEEPING: 'Waiting for an event; a signal wakes it.',
  DISK_SLEEP: 'Waiting where no signal reaches it, mostly for a disk.',
  STOPPED: 'Stopped by a signal.',
  TRACING_STOP: 'Stopped by a debugger.',
  ZOMBIE: 'Ended, and its parent has not asked for its exit code yet.',
  DEAD: 'Being taken down.',
  WAKE_KILL: 'Waiting where only a fatal signal reaches it.',
  WAKING: 'About to run.',
  PARKED: 'A parked kernel thread.',
  IDLE: 'An idle kernel thread.',
  LOCKED: 'Waiting for a lock.',
  WAITING: 'Waiting.',
  SUSPENDED: 'Suspended.',
  UNKNOWN: 'A state this version does not know.',
});

import { required, source, table, text } from './define.ts';

export const environment = table('environment', {
  type: 'EnvironmentVariable',
  description: 'A variable of the environment a process was started with.',
  key: 'owner',
  sources: {
    environ: source(
      { LINUX: '/proc/PID/environ', WINDOWS: 'PEB' },
      { access: 'SENSITIVE', gated: true, beside: 'stat' },
    ),
  },
  columns: [
    required(text('name', 'environ', 'Its name; a name may come more than once.')),
    required(text('value', 'environ', 'Its value.')),
  ],
});

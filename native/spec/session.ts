import { int, on, required, source, table, text, time } from './define.ts';

export const session = table('session', {
  type: 'UserSession',
  description: 'Somebody who is logged in.',
  key: 'owner',
  apart: true,
  sources: {
    sessions: source({ LINUX: '/run/utmp; ListSessions of systemd-logind', WINDOWS: 'WTSEnumerateSessionsW' }),
  },
  columns: [
    required(text('name', 'sessions', 'Name of the user.')),
    text('terminal', 'sessions', 'Where they are: pts/0, tty1, or :0 for a display.'),
    text('remoteHost', 'sessions', 'Where they come from; null where they are at the host itself.'),
    time('startedAt', 'sessions', 'When they logged in.'),
    on(['LINUX'], int('pid', 'sessions', 'Process id of what let them in.')),
  ],
});

import { bytes, choice, choices, int, on, required, seconds, source, table, text, time } from './define.ts';

export const ServiceManager = choices('ServiceManager', 'What starts and stops services.', {
  SYSTEMD: 'Linux: systemd.',
  WINDOWS_SCM: 'Windows: the service control manager.',
  LAUNCHD: 'macOS: launchd.',
  RC: 'BSD: rc scripts.',
  OPENRC: 'Linux: OpenRC.',
  SMF: 'illumos and Solaris: the service management facility.',
  SRC: 'AIX: the system resource controller.',
  OTHER: 'None of these.',
});

export const ServiceStatus = choices('ServiceStatus', 'What a service is doing.', {
  RUNNING: 'It is active; subStatus tells of one that has done its work and has no process any more.',
  START_PENDING: 'It is being started, or waits to be started again.',
  PAUSED: 'Windows: it is paused.',
  PAUSE_PENDING: 'Windows: it is being paused.',
  CONTINUE_PENDING: 'Windows: it is about to go on.',
  STOP_PENDING: 'It is being stopped.',
  STOPPED: 'It is not active.',
  FAILED: 'It is not active because it failed.',
  RELOADING: 'It is active and reads its configuration anew.',
  UNKNOWN: 'A state this version does not know.',
});

export const ServiceStartType = choices('ServiceStartType', 'When a service is started.', {
  AUTOMATIC: 'With the host, or with what it was made for.',
  MANUAL: 'When somebody starts it.',
  DISABLED: 'When somebody or something else starts it, as nobody enabled it.',
  STATIC: 'Linux: when something else wants it; it can be neither enabled nor disabled.',
  MASKED: 'Linux: never; it was made impossible to start.',
  BOOT: 'Windows: by the boot loader.',
  SYSTEM: 'Windows: by the kernel as it starts.',
  UNKNOWN: 'Nobody says, or this version does not know it.',
});

export const service = table('service', {
  type: 'Service',
  description: 'A service, as what manages it knows it.',
  key: 'number',
  apart: true,
  sources: {
    units: source({ LINUX: 'ListUnits of systemd', WINDOWS: 'EnumServicesStatusExW' }),
    files: source({ LINUX: 'ListUnitFiles or UnitFileState of systemd', WINDOWS: 'QueryServiceConfigW' }),
    description: source({ LINUX: 'ListUnits of systemd', WINDOWS: 'QueryServiceConfig2W' }),
    unit: source({ LINUX: 'GetAll of systemd', WINDOWS: 'QueryServiceConfigW' }),
    memory: source({ LINUX: 'MemoryCurrent of systemd' }),
    cpu: source({ LINUX: 'CPUUsageNSec of systemd' }),
  },
  columns: [
    required(text('name', 'units', 'What its manager calls it: ssh.service.')),
    required(choice('manager', 'units', ServiceManager, 'What starts and stops it.')),
    required(choice('status', 'units', ServiceStatus, 'What it is doing.')),
    on(
      ['LINUX'],
      text('subStatus', 'units', 'The same as its manager says it, which tells more: exited, auto-restart.'),
    ),
    required(choice('startType', 'files', ServiceStartType, 'When it is started.')),
    text('displayName', 'description', 'What people are to call it; its name where nobody says.'),
    text('description', 'description', 'What it is, as its maker says.'),
    text('binaryPath', 'unit', 'The program it starts, the first where it starts several.'),
    text('username', 'unit', 'Whose rights it has; null where a user is made for each run.'),
    int('pid', 'unit', 'Process id of its main process; null where it has none now.'),
    on(['LINUX'], time('startedAt', 'unit', 'When it was last started; null where it is stopped or has failed.')),
    bytes('memory', 'memory', 'Memory of all its processes and of what they cached.'),
    seconds('cpuTime', 'cpu', 'CPU time of all its processes, of those that ended too, since it was started.'),
  ],
});

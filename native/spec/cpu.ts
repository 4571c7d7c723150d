import { type Column, clock, group, int, number, on, required, seconds, source, table } from './define.ts';

// Times and frequencies are the same columns for all CPUs together and for each of them.

export const timesGroup = (description: string) =>
  group('CpuTimes', 'Time that CPUs spent. Guest is inside user.', description);

export const timesOf = (path: string, from: string): Column[] => [
  required(seconds(`${path}.user`, from, 'In programs, guests included.')),
  required(seconds(`${path}.system`, from, 'In the kernel.')),
  required(seconds(`${path}.idle`, from, 'Doing nothing.')),
  on(['LINUX'], seconds(`${path}.nice`, from, 'In programs of lowered priority, their guests included.')),
  on(['LINUX'], seconds(`${path}.iowait`, from, 'Doing nothing while a disk was waited for.')),
  seconds(`${path}.irq`, from, 'Serving interrupts.'),
  on(['LINUX'], seconds(`${path}.softirq`, from, 'Serving what interrupts left to do.')),
  on(['LINUX'], seconds(`${path}.steal`, from, 'Taken by other guests of the same machine.')),
  on(['LINUX'], seconds(`${path}.guest`, from, 'Running guests; inside user.')),
  on(['LINUX'], seconds(`${path}.guestNice`, from, 'Running guests of lowered priority; inside nice.')),
  on(['WINDOWS'], seconds(`${path}.dpc`, from, 'Serving what interrupts put off.')),
];

export const frequencyGroup = (description: string) => group('CpuFrequency', 'How fast CPUs run.', description);

export const frequencyOf = (path: string, from: string): Column[] => [
  number(`${path}.current`, from, 'Now. In MHz.'),
  number(`${path}.min`, from, 'The slowest it may be set to; null where that is not known. In MHz.'),
  number(`${path}.max`, from, 'The fastest it may be set to; null where that is not known. In MHz.'),
];

export const cpu = table('cpu', {
  type: 'LogicalCpu',
  description: 'What runs one thread at a time: a core, or a part of one.',
  key: 'owner',
  sources: {
    cpuTimes: source({ LINUX: '/proc/stat', WINDOWS: 'SystemProcessorPerformanceInformation' }),
    cpuFrequency: source({
      LINUX: '/sys/devices/system/cpu/cpufreq, /proc/cpuinfo',
      WINDOWS: 'ProcessorInformation of CallNtPowerInformation',
    }),
  },
  groups: {
    times: timesGroup('Time it spent since boot.'),
    frequency: frequencyGroup('How fast it runs.'),
  },
  columns: [
    required(int('number', 'cpuTimes', 'Its number; a CPU that is switched off leaves a gap.')),
    ...timesOf('times', 'cpuTimes'),
    clock('timesClock', 'cpuTimes'),
    ...frequencyOf('frequency', 'cpuFrequency'),
  ],
});

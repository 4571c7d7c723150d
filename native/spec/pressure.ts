import { type Column, type Group, group, percent, required, seconds } from './define.ts';

// Pressure stall information: the same shape for each of four resources, twice.

const RESOURCES = { cpu: 'the CPU', memory: 'memory', io: 'input and output', irq: 'interrupts' };
const LINE = 'How much time was lost for want of a resource.';
const SHARE = 'Time lost, of all time.';

const groupsOf = ([name, what]: [string, string]): [string, Group][] => [
  [`pressure.${name}`, group('PressureLine', LINE, `Time lost waiting for ${what}.`)],
  [`pressure.${name}.some`, group('PressureShare', SHARE, 'Some tasks waited.')],
  [`pressure.${name}.full`, group('PressureShare', SHARE, 'All tasks that had something to do waited.')],
];

export const pressureGroups: Readonly<Record<string, Group>> = {
  pressure: group('Pressure', 'What tasks wait for.', 'What tasks wait for.'),
  ...Object.fromEntries(Object.entries(RESOURCES).flatMap(groupsOf)),
};

const columnsOf = (path: string): Column[] => [
  required(percent(`${path}.avg10`, 'pressure', 'Over the last 10 seconds.')),
  required(percent(`${path}.avg60`, 'pressure', 'Over the last minute.')),
  required(percent(`${path}.avg300`, 'pressure', 'Over the last five minutes.')),
  required(seconds(`${path}.total`, 'pressure', 'Since boot.')),
];

export const pressureColumns: readonly Column[] = Object.keys(RESOURCES).flatMap((name) =>
  ['some', 'full'].flatMap((share) => columnsOf(`pressure.${name}.${share}`)),
);

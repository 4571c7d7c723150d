import { expect, test } from 'vitest';
import { createLoaders } from '../../loaders/index.ts';
import { CpuRow, hang, SystemRow, systemTable } from '../../native/index.ts';
import { scripted } from '../support/scripted.ts';

test('what hangs on a row read for many is told to each as a copy: their rates are of other times', async () => {
  const [row, cpu] = [new SystemRow(0), new CpuRow(0)];
  const list = systemTable.lists.find(({ property }) => property === 'cpuLogicalCpus')!;
  hang(row, list, list.mask, [Object.assign(cpu, { number: 1, rates: { cpu: 5 } })]);
  const [one, other] = [createLoaders(scripted({})), createLoaders(scripted({}))];
  for (const { system } of [one, other]) system.adoptAll([row]);
  const [[mine], [theirs]] = await Promise.all([one.system.at([0], list.mask), other.system.at([0], list.mask)]);
  mine!.cpuLogicalCpus![0]!.rates = { cpu: 7 };
  expect(theirs!.cpuLogicalCpus).toMatchObject([{ number: 1, rates: null }]);
  expect(row.cpuLogicalCpus).toEqual([cpu]);
});

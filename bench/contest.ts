// How anything is compared: contenders take turns in the same minutes, because figures of different minutes or machines
// compare nothing, and what counts is the processor time all their processes took.
export interface Cost {
  /** Milliseconds of the processor, and of the wall, that one answer took. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Contender {
  readonly name: string;
  /** Does it so many times, and tells what that took in all. */
  measure(times: number): Promise<Cost>;
}

export interface Figure extends Cost {
  readonly name: string;
  /** Processor time of the first contender as a share of this one's: 4 is four times less than this one takes. */
  readonly timesLess: number;
}

export interface Result {
  readonly contest: string;
  readonly figures: readonly Figure[];
  /** Anything else that was counted: reads by source, bytes of an answer. */
  readonly counts?: Readonly<Record<string, number>>;
}

const ROUNDS = 7;
/** Milliseconds of the processor that one turn takes at least: the kernel counts those of others in hundredths. */
const TURN = 400;
const MOST = 100;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** How often one turn has to do it, from what the second time took: the first loads code and fills caches. */
async function timesOf(contender: Contender): Promise<number> {
  await contender.measure(2);
  const { cpuMs } = await contender.measure(2);
  return Math.max(1, Math.min(MOST, Math.ceil(TURN / Math.max(cpuMs / 2, 0.1))));
}

export interface Rules {
  readonly rounds?: number;
  /** How often a turn does it, where that is not to be found out. */
  readonly times?: number;
}

/** The first of them is the one that the others are compared with. */
export async function contest(
  name: string,
  contenders: readonly Contender[],
  { rounds = ROUNDS, times: fixed }: Rules = {},
): Promise<Result> {
  const turns: { contender: Contender; times: number; costs: Cost[] }[] = [];
  for (const contender of contenders) turns.push({ contender, times: fixed ?? (await timesOf(contender)), costs: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { contender, times, costs } of turns) {
      const { cpuMs, wallMs } = await contender.measure(times);
      costs.push({ cpuMs: cpuMs / times, wallMs: wallMs / times });
    }
  }
  const medians = turns.map(({ contender, costs }) => ({
    name: contender.name,
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
  }));
  const first = medians[0]!;
  return { contest: name, figures: medians.map((each) => ({ ...each, timesLess: each.cpuMs / first.cpuMs })) };
}

/** One line a contender. */
export function table(results: readonly Result[]): string {
  const rows = results.flatMap(({ contest: name, figures, counts = {} }) => [
    ...figures.map(({ name: contender, cpuMs, wallMs, timesLess }, index) => [
      index === 0 ? name : '',
      contender,
      cpuMs.toFixed(2),
      wallMs.toFixed(2),
      index === 0 ? '' : timesLess.toFixed(2),
    ]),
    ...Object.entries(counts).map(([what, count]) => ['', `  ${what}`, String(count), '', '']),
  ]);
  const all = [['contest', 'contender', 'CPU ms', 'wall ms', 'times our CPU'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const pad = (text: string, column: number) =>
    column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

// When we read: every request of one operation for rows of one table, gathered, and no (row, source) pair read twice.
import DataLoader from 'dataloader';
import { fillRow, type Row, rowsOf, type Source, type TableShape } from '../native/index.ts';

export interface RowLoader<R extends Row> {
  /** Every row there is, by key, each with the sources of `mask` asked. */
  all(mask: number): Promise<readonly R[]>;
  /** The rows of these keys, whether or not there is such a thing: their faults tell. */
  at(keys: readonly number[], mask: number): Promise<readonly R[]>;
  /** Reads what these rows lack of `mask`. */
  ensure(rows: readonly R[], mask: number): Promise<void>;
}

interface Wish<R> {
  readonly rows: readonly R[] | 'all';
  readonly mask: number;
}

/** What is still to be read, rows that lack the same sources together. */
function missing<R extends Row>(gathered: readonly Wish<R>[], listed: readonly R[]): Map<number, R[]> {
  const wanted = new Map<R, number>();
  for (const wish of gathered) {
    for (const row of wish.rows === 'all' ? listed : wish.rows) {
      const mask = (wanted.get(row) ?? 0) | (wish.mask & ~row.asked);
      if (mask !== 0) wanted.set(row, mask);
    }
  }
  const groups = new Map<number, R[]>();
  for (const [row, mask] of wanted) {
    const group = groups.get(mask);
    if (group) group.push(row);
    else groups.set(mask, [row]);
  }
  return groups;
}

/** `settle` is called with each row whenever something was read into it. */
export function rowLoader<R extends Row>(
  source: Source,
  table: TableShape<R>,
  settle: (row: R) => void = () => undefined,
): RowLoader<R> {
  const rows = new Map<number, R>();
  let listed: readonly R[] | null = null;
  // One wave at a time: what a wave reads, the next one knows.
  let wave: Promise<void> = Promise.resolve();
  const wishes = new DataLoader<Wish<R>, void>(
    async (gathered) => {
      const turn = wave.then(() => serve(gathered));
      wave = turn.catch(() => undefined);
      await turn;
      return gathered.map(() => undefined);
    },
    { cache: false },
  );

  async function serve(gathered: readonly Wish<R>[]): Promise<void> {
    const everything = gathered.reduce((mask, wish) => (wish.rows === 'all' ? mask | wish.mask : mask), 0);
    if (listed === null && gathered.some((wish) => wish.rows === 'all')) listed = await list(everything);
    await Promise.all([...missing(gathered, listed ?? [])].map(([mask, lacking]) => read(lacking, mask)));
  }

  async function list(mask: number): Promise<readonly R[]> {
    const batch = await source.read(table, mask, { except: [...rows.keys()] });
    for (const row of rowsOf(table, mask, batch)) {
      settle(row);
      rows.set(row.key, row);
    }
    return [...rows.values()].sort((a, b) => a.key - b.key);
  }

  async function read(lacking: readonly R[], mask: number): Promise<void> {
    const batch = await source.read(table, mask, { keys: lacking.map((row) => row.key) });
    lacking.forEach((row, index) => {
      fillRow(table, mask, batch, index, row);
      settle(row);
    });
  }

  function rowOf(key: number): R {
    const row = rows.get(key) ?? table.create(key);
    rows.set(key, row);
    return row;
  }

  const loader: RowLoader<R> = {
    async all(mask) {
      await wishes.load({ rows: 'all', mask });
      return listed!;
    },
    async at(keys, mask) {
      const asked = keys.map(rowOf);
      await loader.ensure(asked, mask);
      return asked;
    },
    async ensure(asked, mask) {
      if (asked.some((row) => (mask & ~row.asked) !== 0)) await wishes.load({ rows: asked, mask });
    },
  };
  return loader;
}

import { type OwnerRow, ownerTable, rowsOf, type Source } from '../native/index.ts';
import { groupByKey } from './group.ts';

type ByPid = Map<number, readonly OwnerRow[]>;

/** Which sockets processes hold: the descriptors of each are looked at once an operation, whoever asks about them. */
export class OwnerLoader {
  readonly #source: Source;
  readonly #byPid: ByPid = new Map();
  /** What was read of all the others, until somebody asks for some of them. */
  #others: readonly OwnerRow[] = [];
  #all: Promise<readonly OwnerRow[]> | undefined;
  // One reading at a time: what one reads, the next one knows.
  #last: Promise<unknown> = Promise.resolve();

  constructor(source: Source) {
    this.#source = source;
  }

  /** What all processes hold, as far as they may be looked at. Who holds nothing has a row that says so. */
  all(): Promise<readonly OwnerRow[]> {
    this.#all ??= this.#next(async () => {
      this.#others = await this.#read({ except: [...this.#byPid.keys()] });
      const before = [...this.#byPid.values()].flat();
      return before.length === 0 ? this.#others : [...before, ...this.#others].sort((a, b) => a.key - b.key);
    });
    return this.#all;
  }

  /** Takes in what all processes hold, as it was read elsewhere. */
  adoptAll(rows: readonly OwnerRow[]): void {
    this.#others = rows;
    this.#all = Promise.resolve(rows);
  }

  /** What each of these holds; of one that cannot be looked at a row that says why. */
  of(pids: readonly number[]): Promise<ReadonlyMap<number, readonly OwnerRow[]>> {
    return this.#next(async () => {
      for (const [pid, own] of groupByKey(this.#others, ({ key }) => key)) this.#byPid.set(pid, own);
      this.#others = [];
      const lacking = pids.filter((pid) => !this.#byPid.has(pid));
      if (lacking.length > 0) {
        const byPid = groupByKey(await this.#read({ keys: lacking }), ({ key }) => key);
        for (const pid of lacking) this.#byPid.set(pid, byPid.get(pid) ?? []);
      }
      return new Map(pids.map((pid) => [pid, this.#byPid.get(pid)!.filter(isTold)]));
    });
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #read(keys: Parameters<Source['read']>[2]): Promise<OwnerRow[]> {
    return rowsOf(ownerTable, 1, await this.#source.read(ownerTable, 1, keys));
  }
}

/** All but the row of who holds none. */
const isTold = ({ inode, faults }: OwnerRow): boolean => inode !== null || faults !== null;

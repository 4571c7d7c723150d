import { type MountRow, mountTable, rowsOf, type Source } from '../native/index.ts';
import { RowLoader } from './rows.ts';

export class MountLoader extends RowLoader<MountRow> {
  readonly #source: Source;
  #shown: Promise<readonly MountRow[]> | undefined;

  constructor(source: Source) {
    super(source, mountTable);
    this.#source = source;
  }

  /** Those worth showing, each with the sources of `mask` asked: the kernel is not asked about the others. */
  async shown(mask: number): Promise<readonly MountRow[]> {
    this.#shown ??= this.#list(mask);
    const rows = await this.#shown;
    await this.ensure(rows, mask);
    return rows;
  }

  async #list(mask: number): Promise<readonly MountRow[]> {
    const batch = await this.#source.read(mountTable, mask, { except: [], worthShowing: true });
    const rows = rowsOf(mountTable, mask, batch);
    for (const row of rows) this.adopt(row);
    return rows;
  }

  /** The mount that a path lies on, each with the sources of `mask` asked; null if there is no such path. */
  async of(path: string, follow: boolean, mask: number): Promise<MountRow | null> {
    const key = (await this.#source.mountAt?.(path, follow)) ?? null;
    return key === null ? null : (await this.at([key], mask))[0]!;
  }
}

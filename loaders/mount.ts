import { type MountRow, mountTable, type Source } from '../native/index.ts';
import { RowLoader } from './rows.ts';

export class MountLoader extends RowLoader<MountRow> {
  readonly #source: Source;

  constructor(source: Source) {
    super(source, mountTable);
    this.#source = source;
  }

  /** The mount that a path lies on, each with the sources of `mask` asked; null if there is no such path. */
  async of(path: string, follow: boolean, mask: number): Promise<MountRow | null> {
    const key = (await this.#source.mountAt?.(path, follow)) ?? null;
    return key === null ? null : (await this.at([key], mask))[0]!;
  }
}

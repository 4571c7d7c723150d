import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface Watching<Read> {
  readonly paths: readonly string[];
  readonly everyMs: number;
  /** Throws if what is there cannot be used. */
  readonly read: () => Read;
  readonly taken: (read: Read) => void;
  readonly failed: (why: string) => void;
}

/**
 * What files hold now, and what they hold each time one of them has changed, is there or is gone. What cannot be used
 * at first is thrown, and later changes nothing. By looking at them now and then: what replaces a file as a whole, or a
 * folder, or a link on the way to it, is noticed like anything else, and no descriptor is held.
 */
export function watchFiles<Read>({ paths, everyMs, read, taken, failed }: Watching<Read>) {
  // Looked at before it is read: what changes in between is read twice, and never missed.
  let seen = paths.map((path) => markOf(statSync(path, { throwIfNoEntry: false }))).join();
  const first = read();
  let timer: NodeJS.Timeout | null = null;

  async function look(): Promise<void> {
    const found = await Promise.all(paths.map((path) => stat(path).then(markOf, () => markOf(undefined))));
    if (timer === null) return;
    const isSame = found.join() === seen;
    seen = found.join();
    if (!isSame) update();
    wait();
  }

  function update(): void {
    try {
      taken(read());
    } catch (error) {
      failed((error as Error).message);
    }
  }

  const wait = (): void => {
    timer = setTimeout(() => void look(), everyMs).unref();
  };
  // Without files there is nothing to wake up for.
  if (paths.length > 0) wait();
  return {
    first,
    stop() {
      clearTimeout(timer!);
      timer = null;
    },
  };
}

const markOf = (stats: Stats | undefined): string =>
  stats ? [stats.ino, stats.size, stats.mode, stats.mtimeMs, stats.ctimeMs].join(' ') : '';

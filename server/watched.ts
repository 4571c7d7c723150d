import { type Stats, unwatchFile, watchFile } from 'node:fs';

/**
 * Calls when one of these files has changed, is there or is gone. By looking at them now and then: what replaces a file
 * as a whole, or a folder, or a link on the way to it, is noticed like anything else, and no descriptor is held.
 */
export function watchFiles(paths: readonly string[], everyMs: number, changed: () => void): () => void {
  const listener = (now: Stats, then: Stats): void => {
    if (now.mtimeMs !== then.mtimeMs || now.ino !== then.ino || now.size !== then.size || now.mode !== then.mode)
      changed();
  };
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, listener);
  return () => {
    for (const path of paths) unwatchFile(path, listener);
  };
}

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from './folders.ts';

/** An id for a host that has none: made once, and kept where that can be, so that it outlives the gateway. */
export async function hostIdOf(folder = stateFolder()): Promise<string> {
  const path = join(folder, 'host-id');
  const kept = () => readFile(path, 'utf8').then((text) => text.trim());
  // The first to write wins, so that two gateways started together agree.
  const keep = (id: string) => writeFile(path, `${id}\n`, { flag: 'wx', mode: 0o600 });
  const made = randomUUID();
  return kept()
    .catch(() =>
      mkdir(folder, { recursive: true, mode: 0o700 })
        .then(() => keep(made))
        .then(() => made),
    )
    .catch(() => kept())
    .catch(() => made);
}

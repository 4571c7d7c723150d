// Where the gateway keeps what is its own, by the XDG rules: a path that is not absolute does not count.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const given = (name: string): string | undefined => {
  const path = process.env[name];
  return path !== undefined && isAbsolute(path) ? path : undefined;
};

/** For what outlives it. */
export const stateFolder = (): string =>
  join(given('XDG_STATE_HOME') ?? join(homedir(), '.local', 'state'), 'sysgraph');

/** For what does not, if the system has a place for that: it may still be that of who called sudo. */
export function runtimeFolder(): string {
  const path = given('XDG_RUNTIME_DIR');
  const isOurs = path !== undefined && statSync(path, { throwIfNoEntry: false })?.uid === process.geteuid?.();
  return isOurs ? join(path, 'sysgraph') : stateFolder();
}

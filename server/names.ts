// Names of users and groups. Node asks the system for no name but its own user's, so the files are read.
import { readFileSync } from 'node:fs';

const idIn = (path: string, name: string): number | null => {
  for (const line of linesOf(path)) {
    const [called, , id] = line.split(':');
    if (called === name) return Number(id);
  }
  return null;
};

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const idOf = (path: string, name: string): number | null => (/^\d+$/.test(name) ? Number(name) : idIn(path, name));

/** The number of a group, by that or by its name; null if there is none. */
export const groupId = (name: string): number | null => idOf('/etc/group', name);

/** The number of a user, by that or by the name; null if there is none. */
export const userId = (name: string): number | null => idOf('/etc/passwd', name);

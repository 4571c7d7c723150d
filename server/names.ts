// Names of users and groups. Node asks the system for no name but its own user's, so the files are read; who is in none
// of them, as where users are kept for many machines, the system's own command knows.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { flagOf } from './options.ts';

/** There is no such user. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(user: string) {
    super(`There is no user ${user} on this host. See ${flagOf('onlyUser')}.`);
  }
}

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

const USERS = '/etc/passwd';

interface Asked {
  readonly at: number;
  readonly answer: Promise<number | null>;
  /** What it was, the last time there was an answer. */
  id: number | null;
}

const asked = new Map<string, Asked>();
const KEPT_MS = 60_000;
const MOST = 1000;

/** The number of a user, by that or by the name; null if there is none, or nobody has looked for it yet. */
export const userId = (name: string): number | null => idOf(USERS, name) ?? asked.get(name)?.id ?? null;

/** Looks for a user, so that the number is known from then on. */
export async function findUser(name: string, now = performance.now()): Promise<number | null> {
  const last = asked.get(name);
  if (idOf(USERS, name) !== null) return userId(name);
  if (last && now - last.at < KEPT_MS) return last.answer;
  const answer = askFor(name);
  const asking = { at: now, answer, id: last?.id ?? null };
  asked.delete(name);
  asked.set(name, asking);
  if (asked.size > MOST) asked.delete(asked.keys().next().value!);
  asking.id = await answer;
  return answer;
}

const COMMAND = (name: string): [string, string[]] => ['id', ['-u', '--', name]];
const OPTIONS = { encoding: 'utf8', timeout: 5000 } as const;

const idSaid = (text: string): number | null => (/^\d+$/.test(text.trim()) ? Number(text) : null);

const askFor = (name: string): Promise<number | null> =>
  promisify(execFile)(...COMMAND(name), OPTIONS).then(
    ({ stdout }) => idSaid(stdout),
    () => null,
  );

/** The same for who can wait: for a command, and not for a gateway that serves. */
export const userIdNow = (name: string): number | null =>
  userId(name) ?? idSaid(spawnSync(...COMMAND(name), OPTIONS).stdout ?? '');

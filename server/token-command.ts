// `sysgraph token`: who may ask.
import { parseArgs } from 'node:util';
import type { Scope } from '../resolvers/viewer.ts';
import { userIdNow } from './names.ts';
import { TokenError } from './private-file.ts';
import { addToken, NAME, readTokens, revokeToken, SCOPES } from './tokens.ts';

const USAGE = `Usage: sysgraph token add NAME --tokens FILE [flags] | list --tokens FILE | revoke NAME --tokens FILE

  --tokens FILE      where the tokens are, which is what \`sysgraph serve --tokens FILE\` reads
  --scope SCOPE      what it is good for besides READ: SENSITIVE, CONTROL; repeatable
  --expires WHEN     how long it is good: 12h, 30d, or a time such as 2027-01-31T12:00Z; without it, until revoked
  --only-user NAME   show the processes of this user alone
  --show-secrets     show command lines and environments as they are, without hiding what looks like a password
`;

const UNITS: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/** What is to be printed. */
export function runTokenCommand(args: readonly string[], now = Date.now()): string {
  const { values, positionals } = readArguments(args);
  if (values.help) return USAGE;
  const [verb, name, ...rest] = positionals;
  if (verb !== 'add' && verb !== 'list' && verb !== 'revoke') throw new TokenError(`Say add, list or revoke. ${HELP}`);
  if (rest.length > 0 || (verb === 'list') !== (name === undefined))
    throw new TokenError(`${verb} takes ${verb === 'list' ? 'no name' : 'one name'}. ${HELP}`);
  const path = values.tokens;
  if (path === undefined || path === '') throw new TokenError(`Say where the tokens are, with --tokens FILE. ${HELP}`);
  if (verb === 'list') return listing(path, now);
  if (!NAME.test(name!)) throw new TokenError('A name has up to 64 letters, digits, and any of . _ @ -');
  if (verb === 'revoke') {
    revokeToken(path, name!);
    return `${name} is revoked.\n`;
  }
  const text = addToken(path, {
    name: name!,
    scopes: scopesIn(values.scope ?? []),
    expires: values.expires === undefined ? null : momentOf(values.expires, now),
    onlyUser: userIn(values['only-user']),
    showSecrets: values['show-secrets'] ?? false,
  });
  // By itself on its line, so that a script can take it; it is told this once.
  return `${text}\n`;
}

const HELP = '`sysgraph token --help` tells more.';

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tokens: { type: 'string' },
        scope: { type: 'string', multiple: true },
        expires: { type: 'string' },
        'only-user': { type: 'string' },
        'show-secrets': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new TokenError(`${(error as Error).message.split(/\.?\n|\. /)[0]}. ${HELP}`);
  }
}

function scopesIn(given: readonly string[]): Scope[] {
  const wrong = given.find((scope) => !SCOPES.includes(scope as Scope));
  if (wrong !== undefined)
    throw new TokenError(`--scope must be one of ${SCOPES.join(', ')}, not ${JSON.stringify(wrong)}.`);
  return given as Scope[];
}

function momentOf(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const moment =
    unit === undefined ? (/^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN) : now + Number(count) * UNITS[unit]!;
  if (moment > now) return moment;
  throw new TokenError(`--expires must be like 30d or 2027-01-31T12:00Z, and to come, not ${JSON.stringify(text)}.`);
}

function userIn(name: string | undefined): string | null {
  if (name === undefined) return null;
  if (userIdNow(name) === null) throw new TokenError(`--only-user: there is no user ${JSON.stringify(name)} here.`);
  return name;
}

function listing(path: string, now: number): string {
  const rows = readTokens(path).map(({ name, scopes, expires, onlyUser, showSecrets }) => [
    name,
    scopes.join(','),
    expires === null ? 'until revoked' : `${expires <= now ? 'expired' : 'until'} ${new Date(expires).toISOString()}`,
    [onlyUser === null ? '' : `only ${onlyUser}`, showSecrets ? 'shows secrets' : ''].filter(Boolean).join(', '),
  ]);
  if (rows.length === 0) return 'There are no tokens.\n';
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)) + 2);
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

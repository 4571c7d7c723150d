import { BlockList, isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { flagOf } from '../resolvers/limit.ts';
import { asides, type Flag, flags, type Options } from './flags.ts';

export type Command =
  | { readonly do: 'serve'; readonly options: Options }
  | { readonly do: 'token'; readonly args: readonly string[] }
  | { readonly do: 'help' }
  | { readonly do: 'version' }
  | { readonly do: 'refuse'; readonly why: string };

const SEE_HELP = '`sysgraph --help` lists what there is.';

export { flagOf, flags, type Options };

const everyFlag = (): [string, Flag][] => Object.entries({ ...flags, ...asides });

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** A name other than localhost could be resolved to anything, so only addresses are looked at. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  // By its letters where those say it all: this is asked of every request.
  if (version === 4) return host.startsWith('127.');
  return version === 6 ? loopback.check(host, 'ipv6') : host.toLowerCase() === 'localhost';
}

export const defaultOptions: Options = Object.fromEntries(
  Object.entries(flags).map(([name, flag]) => [name, flag.default]),
) as unknown as Options;

export function parseCommand(args: readonly string[]): Command {
  if (args[0] === 'token') return { do: 'token', args: args.slice(1) };
  const read = readArguments(args);
  if (typeof read === 'string') return { do: 'refuse', why: read };
  const { given, words } = read;
  if (given.help) return { do: 'help' };
  if (given.version) return { do: 'version' };
  if (words.length !== 1 || words[0] !== 'serve') return { do: 'refuse', why: commandComplaint(words) };
  const complaint = Object.entries(flags)
    .map(([name, flag]) => valueComplaint(name, flag, given[name]))
    .find((found) => found !== undefined);
  if (complaint !== undefined) return { do: 'refuse', why: complaint };
  const options = { ...defaultOptions, ...converted(given) };
  const why = conflict(options);
  return why === undefined ? { do: 'serve', options } : { do: 'refuse', why };
}

export function helpText(): string {
  const rows = everyFlag().map(([name, flag]) => ({
    left: `  ${[flagOf(name), flag.value].filter(Boolean).join(' ')}`,
    right: `${flag.description}${shownDefault(flag)}`,
  }));
  const width = Math.max(...rows.map((row) => row.left.length)) + 2;
  return [
    'Usage: sysgraph serve [flags]',
    '',
    'Serves this host as one typed GraphQL graph at /graphql. `sysgraph token --help` tells how others are let in.',
    '',
    ...rows.map((row) => row.left.padEnd(width) + row.right),
    '',
  ].join('\n');
}

function shownDefault(flag: Flag): string {
  const shown = flag.type === 'text' || flag.type === 'count' ? String(flag.default) : '';
  return shown === '' ? '' : ` (${shown})`;
}

type Given = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** The arguments as Node reads them, or the sentence that says why it could not. */
function readArguments(args: readonly string[]): { given: Given; words: string[] } | string {
  const named = everyFlag().map(([name, flag]) => [
    flagOf(name).slice(2),
    { type: flag.type === 'switch' ? 'boolean' : 'string', multiple: flag.type === 'list' } as const,
  ]);
  try {
    const parsed = parseArgs({ args: [...args], options: Object.fromEntries(named), allowPositionals: true });
    const values = parsed.values as Given;
    const given = everyFlag().map(([name]) => [name, values[flagOf(name).slice(2)]]);
    return { given: Object.fromEntries(given), words: parsed.positionals };
  } catch (error) {
    // Node explains at length, over several lines; its first sentence is what went wrong.
    const [sentence = ''] = (error as Error).message.split(/\.?\n|\. /);
    const plain = sentence
      .replace(/\.$/, '')
      .replace('argument is ambiguous', 'needs a value, after = if it starts with -');
    return `${plain}. ${SEE_HELP}`;
  }
}

function commandComplaint(words: readonly string[]): string {
  if (words.length === 0) return `No command was given. \`sysgraph serve\` starts the gateway; ${SEE_HELP}`;
  const extra = words[0] === 'serve' ? words[1] : words[0];
  return `${JSON.stringify(extra)} is not a command. \`sysgraph serve\` starts the gateway; ${SEE_HELP}`;
}

function valueComplaint(name: string, flag: Flag, given: Given[string]): string | undefined {
  const texts = [given ?? []].flat().filter((value) => typeof value === 'string');
  const wrong = texts.find((text) => (flag.type === 'count' ? !isCount(text, flag) : !flag.form?.test(text)));
  if (wrong === undefined) return undefined;
  const right = flag.type === 'count' ? `a whole number ${range(flag)}` : `like ${flag.example}`;
  return `${flagOf(name)} must be ${right}, not ${JSON.stringify(wrong)}.`;
}

function isCount(text: string, { least = 0, most = Number.MAX_SAFE_INTEGER }: Flag): boolean {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most;
}

const range = ({ least = 0, most }: Flag): string =>
  most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;

function converted(given: Given): Partial<Options> {
  const present = Object.entries(flags).filter(([name]) => given[name] !== undefined);
  return Object.fromEntries(
    present.map(([name, flag]) => [name, flag.type === 'count' ? Number(given[name]) : given[name]]),
  );
}

/** Whether other machines can reach it. A Unix socket is guarded by its file's mode. */
export const isExposed = ({ host, socket }: Pick<Options, 'host' | 'socket'>): boolean =>
  socket === '' && !isLoopback(host);

export const isSecure = ({ tlsCert }: Pick<Options, 'tlsCert'>): boolean => tlsCert !== '';

/** Whether GraphiQL and the schema are shown: on this machine, and beyond it where that was asked for. */
export const isExplored = (options: Pick<Options, 'host' | 'socket' | 'explore'>): boolean =>
  options.explore || !isExposed(options);

/** Why these do not go together. */
function conflict(options: Options): string | undefined {
  const { host, socket, socketGroup, tlsCert, tlsKey, insecure } = options;
  const [cert, key] = [flagOf('tlsCert'), flagOf('tlsKey')];
  if ((tlsCert === '') !== (tlsKey === '')) return `${cert} and ${key} belong together: give both, or neither.`;
  if (socket !== '' && tlsCert !== '')
    return `A Unix socket needs no TLS: give ${flagOf('socket')} or ${cert}, not both.`;
  if (socket === '' && socketGroup !== '')
    return `${flagOf('socketGroup')} is for a gateway that has a ${flagOf('socket')}.`;
  if (options.onlyPersisted && options.persisted === '')
    return `${flagOf('onlyPersisted')} needs ${flagOf('persisted')} FILE, or nothing could be asked.`;
  if (options.allowService.length > 0 && !options.allowActions)
    return `${flagOf('allowService')} is for a gateway that has ${flagOf('allowActions')}.`;
  if (options.allowService.length > 0 && options.onlyUser !== '')
    return `${flagOf('onlyUser')} lets nobody act on services, so that ${flagOf('allowService')} does not go with it.`;
  const issuer = [options.jwtKeys, options.jwtIssuer, options.jwtAudience.join()].filter((value) => value !== '');
  if (issuer.length !== 0 && issuer.length !== 3)
    return `${['jwtKeys', 'jwtIssuer', 'jwtAudience'].map(flagOf).join(', ')} belong together: give all, or none.`;
  const tellsWho = options.tokens !== '' || options.jwtKeys !== '';
  if (!isExposed(options) || insecure || (isSecure(options) && tellsWho)) return undefined;
  return (
    `--host ${host} may be reached by other machines, so that it needs ${flagOf('tokens')} FILE (or ` +
    `${flagOf('jwtKeys')}), to tell who asks, and ${cert} FILE with ${key} FILE, so that nobody listens in. ` +
    `Use a loopback address such as 127.0.0.1, or add ${flagOf('insecure')} to let anyone in.`
  );
}

import { BlockList, isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { flagOf } from '../resolvers/limit.ts';

/** What each type of flag becomes once parsed. */
interface Values {
  text: string;
  count: number;
  list: readonly string[];
  switch: boolean;
}

interface Flag {
  readonly type: keyof Values;
  readonly default: Values[keyof Values];
  readonly description: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  /** What a text must look like, and an example of one that does. */
  readonly form?: RegExp;
  readonly example?: string;
  readonly least?: number;
  readonly most?: number;
}

const PATH = { form: /^[^\0]+$/, example: '/run/sysgraph' } as const;

/** Everything that can be configured. Parsing, validation, the help and the limits' messages all follow from it. */
export const flags = {
  host: {
    type: 'text',
    default: '127.0.0.1',
    value: 'ADDRESS',
    description: 'address to listen on',
    form: /^[\w.:-]+$/,
    example: '127.0.0.1',
  },
  port: { type: 'count', default: 4000, value: 'N', description: 'port to listen on; 0 takes a free one', most: 65535 },
  socket: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'listen on this Unix socket instead of an address and a port',
    ...PATH,
  },
  procRoot: { type: 'text', default: '/proc', value: 'PATH', description: 'where proc is mounted', ...PATH },
  sysRoot: { type: 'text', default: '/sys', value: 'PATH', description: 'where sysfs is mounted', ...PATH },
  tokenFile: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'where the token is, or is to be made; a file that is yours alone',
    ...PATH,
  },
  tokens: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'the tokens of those who may ask, which `sysgraph token` adds, lists and revokes',
    ...PATH,
  },
  tlsCert: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'certificate, and those that vouch for it, as PEM; read again when it changes',
    ...PATH,
  },
  tlsKey: { type: 'text', default: '', value: 'PATH', description: 'its private key, as PEM', ...PATH },
  socketGroup: {
    type: 'text',
    default: '',
    value: 'NAME',
    description: 'let this group, and not only this user, use the Unix socket',
    form: /^[\w.-]+$/,
    example: 'adm',
  },
  onlyUser: {
    type: 'text',
    default: '',
    value: 'NAME',
    description: 'show the processes of this user alone, to whoever asks',
    form: /^[\w.@-]{1,64}$/,
    example: 'www-data',
  },
  showSecrets: {
    type: 'switch',
    default: false,
    description: 'show command lines and environments as they are, without hiding what looks like a password',
  },
  allowHost: {
    type: 'list',
    default: [],
    value: 'NAME',
    description: 'answer to this Host too, besides the loopback names; repeatable',
    form: /^([\w.-]+|\[[\da-f:.]+\])$/i,
    example: 'box.lan',
  },
  allowOrigin: {
    type: 'list',
    default: [],
    value: 'ORIGIN',
    description: 'let the web pages of this origin ask; repeatable',
    form: /^https?:\/\/([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i,
    example: 'https://ops.example:8443',
  },
  maxDepth: { type: 'count', default: 16, least: 1, value: 'N', description: 'levels of fields in an operation' },
  maxAliases: { type: 'count', default: 50, least: 0, value: 'N', description: 'aliases in an operation' },
  maxFields: { type: 'count', default: 1000, least: 1, value: 'N', description: 'fields an operation selects' },
  maxDirectives: { type: 'count', default: 50, least: 0, value: 'N', description: 'directives in an operation' },
  maxTokens: { type: 'count', default: 4000, least: 1, value: 'N', description: 'tokens in a document' },
  maxBody: { type: 'count', default: 100_000, least: 1, value: 'BYTES', description: 'bytes in the body of a request' },
  maxConnections: {
    type: 'count',
    default: 1000,
    least: 0,
    value: 'N',
    description: 'WebSockets and event streams open at a time',
  },
  maxSubscriptions: {
    type: 'count',
    default: 100,
    least: 1,
    value: 'N',
    description: 'operations that one WebSocket has open at a time',
  },
  maxFilterDepth: { type: 'count', default: 8, least: 1, value: 'N', description: 'levels of filters in a filter' },
  maxFilterTests: { type: 'count', default: 100, least: 1, value: 'N', description: 'tests in a filter' },
  maxPattern: {
    type: 'count',
    default: 1000,
    least: 1,
    value: 'N',
    description: 'characters of a pattern, and steps of it with its repeats written out',
  },
  maxMatchMs: {
    type: 'count',
    default: 1000,
    least: 1,
    value: 'N',
    description: 'milliseconds that one pattern of an operation may take',
  },
  maxCost: {
    type: 'count',
    default: 6_000_000,
    least: 0,
    value: 'N',
    description:
      'what an operation may cost at worst, about microseconds; ten cheap sources of all processes always may',
  },
  maxObjects: {
    type: 'count',
    default: 100_000,
    least: 1,
    value: 'N',
    description: 'objects in an answer that is not one list',
  },
  maxBytes: { type: 'count', default: 100_000_000, least: 1, value: 'N', description: 'bytes of text in an answer' },
  maxStreams: {
    type: 'count',
    default: 10_000,
    least: 0,
    value: 'N',
    description: 'subscriptions open at a time, over whatever they are sent',
  },
  maxRate: {
    type: 'count',
    default: 10_000,
    least: 1,
    value: 'N',
    description: 'operations that one client asks for in a second',
  },
  maxRunning: {
    type: 'count',
    default: 200,
    least: 1,
    value: 'N',
    description: 'operations of one client at work at a time',
  },
  // Longer than the longest wait for processes.
  maxMs: {
    type: 'count',
    default: 65_000,
    least: 1,
    most: 2 ** 31 - 1,
    value: 'N',
    description: 'milliseconds that an operation takes, streams excepted',
  },
  maxSockets: {
    type: 'count',
    default: 2000,
    least: 1,
    value: 'N',
    description: 'connections open at a time, whatever they are for; one more is closed',
  },
  maxHeadersMs: {
    type: 'count',
    default: 10_000,
    least: 1,
    most: 2 ** 31 - 1,
    value: 'N',
    description: 'milliseconds in which the head of a request must have come',
  },
  maxRequestMs: {
    type: 'count',
    default: 30_000,
    least: 1,
    most: 2 ** 31 - 1,
    value: 'N',
    description: 'milliseconds in which a request must have come as a whole',
  },
  persisted: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'operations that clients may name by an id: JSON, {"ID": "TEXT"}',
    ...PATH,
  },
  onlyPersisted: { type: 'switch', default: false, description: 'run those of --persisted, and no others' },
  explore: {
    type: 'switch',
    default: false,
    description: 'serve GraphiQL and describe the schema to other machines too',
  },
  logRequests: { type: 'switch', default: false, description: 'write a line of JSON for each request' },
  noIntrospection: { type: 'switch', default: false, description: 'refuse to describe the schema' },
  insecure: {
    type: 'switch',
    default: false,
    description: 'listen beyond loopback without TLS, and let in whoever comes without a token',
  },
} as const satisfies Record<string, Flag>;

const asides = {
  version: { type: 'switch', default: false, description: 'print the version' },
  help: { type: 'switch', default: false, description: 'print this help' },
} as const satisfies Record<string, Flag>;

export type Options = { readonly [Name in keyof typeof flags]: Values[(typeof flags)[Name]['type']] };

export type Command =
  | { readonly do: 'serve'; readonly options: Options }
  | { readonly do: 'token'; readonly args: readonly string[] }
  | { readonly do: 'help' }
  | { readonly do: 'version' }
  | { readonly do: 'refuse'; readonly why: string };

const SEE_HELP = '`sysgraph --help` lists what there is.';

export { flagOf };

const everyFlag = (): [string, Flag][] => Object.entries({ ...flags, ...asides });

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** A name other than localhost could be resolved to anything, so only addresses are looked at. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return host.toLowerCase() === 'localhost' || (version !== 0 && loopback.check(host, version === 6 ? 'ipv6' : 'ipv4'));
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
  const { host, socket, socketGroup, tlsCert, tlsKey, tokens, insecure } = options;
  const [cert, key] = [flagOf('tlsCert'), flagOf('tlsKey')];
  if ((tlsCert === '') !== (tlsKey === '')) return `${cert} and ${key} belong together: give both, or neither.`;
  if (socket !== '' && tlsCert !== '')
    return `A Unix socket needs no TLS: give ${flagOf('socket')} or ${cert}, not both.`;
  if (socket === '' && socketGroup !== '')
    return `${flagOf('socketGroup')} is for a gateway that has a ${flagOf('socket')}.`;
  if (options.onlyPersisted && options.persisted === '')
    return `${flagOf('onlyPersisted')} needs ${flagOf('persisted')} FILE, or nothing could be asked.`;
  if (!isExposed(options) || insecure || (isSecure(options) && tokens !== '')) return undefined;
  return (
    `--host ${host} may be reached by other machines, so that it needs ${flagOf('tokens')} FILE, to tell who asks, ` +
    `and ${cert} FILE with ${key} FILE, so that nobody listens in. Use a loopback address such as 127.0.0.1, ` +
    `or add ${flagOf('insecure')} to let anyone in.`
  );
}

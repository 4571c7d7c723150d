/** What each type of flag becomes once parsed. */
interface Values {
  text: string;
  count: number;
  list: readonly string[];
  switch: boolean;
}

export interface Flag {
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
  reader: {
    type: 'text',
    default: 'cold',
    value: 'cold|warm',
    description:
      'read processes anew each time, or keep what is proved unchanged: up to a tick of the kernel old while they run',
    form: /^(cold|warm)$/,
    example: 'warm',
  },
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
  jwtKeys: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'public keys of who issues JSON Web Tokens: a JWKS, or PEM; read again when they change',
    ...PATH,
  },
  jwtIssuer: {
    type: 'text',
    default: '',
    value: 'NAME',
    description: 'who issues them (iss)',
    form: /^[!-~]+$/,
    example: 'https://id.example',
  },
  jwtAudience: {
    type: 'list',
    default: [],
    value: 'NAME',
    description: 'whom they are for (aud), if they are for this gateway; repeatable',
    form: /^[!-~]+$/,
    example: 'sysgraph',
  },
  jwtScopeClaim: {
    type: 'text',
    default: 'scope',
    value: 'CLAIM',
    description: 'which claim of theirs has the scopes',
    form: /^[!-~]+$/,
    example: 'scp',
  },
  jwtUserClaim: {
    type: 'text',
    default: '',
    value: 'CLAIM',
    description: 'which claim of theirs has the user whose processes alone the holder sees',
    form: /^[!-~]+$/,
    example: 'preferred_username',
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
  allowActions: {
    type: 'switch',
    default: false,
    description: 'let those with the scope CONTROL change things: end processes, set their priorities and limits',
  },
  allowService: {
    type: 'list',
    default: [],
    value: 'PATTERN',
    description: 'let them start and stop services of this name too, * is any text; repeatable',
    form: /^[\w:.@\\*?-]{1,255}$/,
    example: 'nginx or app-*.service',
  },
  auditLog: {
    type: 'text',
    default: '',
    value: 'PATH',
    description: 'where each attempt to change something is recorded; audit.log among the files of the gateway',
    ...PATH,
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
  maxFilterDepth: {
    type: 'count',
    default: 8,
    least: 1,
    // What is looked into level by level takes a piece of the stack for each.
    most: 200,
    value: 'N',
    description: 'levels of filters in a filter',
  },
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
  noCompression: {
    type: 'switch',
    default: false,
    description: 'send answers as they are, though a client takes them compressed too',
  },
  noIntrospection: { type: 'switch', default: false, description: 'refuse to describe the schema' },
  insecure: {
    type: 'switch',
    default: false,
    description: 'listen beyond loopback without TLS, and let in whoever comes without a token',
  },
} as const satisfies Record<string, Flag>;

/** What is no setting, but may stand in its place. */
export const asides = {
  version: { type: 'switch', default: false, description: 'print the version' },
  help: { type: 'switch', default: false, description: 'print this help' },
} as const satisfies Record<string, Flag>;

export type Options = { readonly [Name in keyof typeof flags]: Values[(typeof flags)[Name]['type']] };

// What looks like a secret in a command line or an environment. It finds the obvious, and promises no more.

export const REDACTED = '[redacted]';

const among = (words: string): string => `(${words.trim().split(/\s+/).join('|')})`;

/** What a name has in it, without what joins its words, if its value is a secret. */
const SECRET = new RegExp(
  among(`passw(or)?d passphrase passwd secret token credential authorization cookie bearer jwt
    ${among('api access private encryption signing master account shared auth')}key`),
);
/** Words that are a name's last only. */
const SHORT = /(^|[-_.])pass$|[-_.](pwd|pw)$|^-?-?(pw|pwd)$/;
/** What a name ends with if its value tells about a secret, or where one is. */
const ABOUT = new RegExp(
  `${among(`file path dir folder name user type ttl age expiry expires ur[il] endpoint host port id arn tokens length
    count limit policy provider method command cmd socket sock version format algorithm enabled required prompt
    stdin`)}$`,
);

/** Whether what stands under this name is a secret: password, --api-key, AWS_SECRET_ACCESS_KEY, keyStorePassword. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  const flat = lower.replace(/[-_.]/g, '');
  return (SECRET.test(flat) || (SHORT.test(lower) && name !== 'PWD')) && !ABOUT.test(flat);
}

/**
 * Where a secret stands: behind what, and up to where. Arguments end with NUL. A name is bounded in length and found
 * where a word begins, and what follows is looked at only if it is a secret: so the time is linear in any text, which
 * whoever may start a process chooses.
 */
interface Place {
  /** What comes before it, with the name, if its name is what tells. */
  readonly before: RegExp;
  readonly secret: RegExp;
}

const ARGUMENT = /[^\0]+/y;
/** In quotes, which may stand in quotes themselves, up to the next one; else up to what ends a word. */
const WORD = /\\+"[^"\0]+"?|"(?:[^"\\\0]|\\[^\0])+"?|'(?:[^'\\\0]|\\[^\0])+'?|[^\s\0"'&;,|]+/y;
const NO_FLAG = new RegExp(`(?!-)(?:${WORD.source})`, 'y');

const KEY = /[\w-]{16,1000}/y;

const PLACES: readonly Place[] = [
  // A whole argument: --password=with blanks in it
  { before: /(?<=^|\0)(-{0,2}[\w.-]{2,100})=/g, secret: ARGUMENT },
  // The argument after a flag: --secret VALUE
  { before: /(?<=^|\0)(-{1,2}[\w.-]{2,100})\0/g, secret: /(?!-)[^\0]+/y },
  // In the middle of a text: sh -c "export PASSWORD=x", Authorization: Basic eDp5, ?token=x&
  { before: /(?<![\w.-])([\w.-]{2,100})(?:=|%3d|: ?(?:(?:basic|bearer|token) )?)/gi, secret: WORD },
  { before: /(?<![\w.-])(-{1,2}[\w.-]{2,100})[ \t]{1,8}/g, secret: NO_FLAG },
  // Where names stand in quotes: {"password": "x"}, {\"token\":\"x\"}, ['secret' => 'x']
  { before: /(?<![\w.-])([\w.-]{2,100})(?:\\{0,3}"|')[ \t\n]{0,8}(?::|=>)[ \t\n]{0,8}(?![[{])/g, secret: WORD },
  // In a URL: user:secret@host, and what stands for a user of the web alone.
  { before: /(?<![\w+.-])[a-z][\w+.-]{0,30}:\/\/[^\s\0/:@]{0,200}:/gi, secret: /[^\s\0/]{1,1000}(?=@)/y },
  { before: /(?<![\w+.-])https?:\/\//gi, secret: /[^\s\0/:@]{1,1000}(?=@)/y },
  // What tells by its form what it is.
  { before: /(?<![\w-])(?:gh[pousr]|glpat|github_pat|xox[abeprs]|[rs]k_(?:live|test)|hf)[_-]/g, secret: KEY },
  { before: /(?<![\w-])sk-(?:ant|proj)-/g, secret: KEY },
  { before: /(?<![\w.-])eyJ/g, secret: /[\w-]{10,4000}\.eyJ[\w-]{10,8000}\.[\w-]{10,4000}/y },
  { before: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g, secret: /[^-\0]+/y },
];

const MYSQL: Place = { before: /\0-p/g, secret: ARGUMENT };
const ZIP: Place = { before: /\0-P\0?/g, secret: ARGUMENT };

/** Programs that are given a secret by a short flag. */
const PROGRAMS: Readonly<Record<string, Place>> = {
  curl: { before: /\0(?:-u|--user|-U|--proxy-user)[\0=]?[^\0:]{1,200}:/g, secret: ARGUMENT },
  mysql: MYSQL,
  mysqladmin: MYSQL,
  mysqldump: MYSQL,
  mariadb: MYSQL,
  'mariadb-admin': MYSQL,
  'mariadb-dump': MYSQL,
  sshpass: { before: /\0-p\0?/g, secret: ARGUMENT },
  'redis-cli': { before: /\0-a\0/g, secret: ARGUMENT },
  openssl: { before: /\0pass:/g, secret: ARGUMENT },
  ldapsearch: { before: /\0-w\0?/g, secret: ARGUMENT },
  smbclient: { before: /\0-U\0?[^\0%]{1,200}%/g, secret: ARGUMENT },
  zip: ZIP,
  unzip: ZIP,
};

/** Without one of these there is nothing to find: most texts are looked at once. */
const HINTS = `pass pw p_w p.w p-w secret token cred auth cookie bearer jwt key ://
  ghp_ gho_ ghu_ ghs_ ghr_ glpat github_pat xox rk_ rk- sk_ sk- hf_ eyj -----begin`.split(/\s+/);
const HINT = new RegExp(HINTS.join('|').replaceAll('.', String.raw`\.`), 'i');

/** Where none of these stands, in whatever case, arguments are shown as they are. */
export const SUSPECT: readonly string[] = [...HINTS, ...Object.keys(PROGRAMS)];

/** Arguments, each ended by NUL, or a title that a program wrote over them. */
export function redactArguments(text: string): string {
  const program = text.slice(0, Math.max(0, text.indexOf('\0'))).replace(/^.*\//, '');
  const said = Object.hasOwn(PROGRAMS, program) ? hide(text, PROGRAMS[program]!) : text;
  return HINT.test(said) ? PLACES.reduce(hide, said) : said;
}

/** The value of a variable. */
export function redactValue(name: string, value: string): string {
  if (value !== '' && isSecretName(name)) return REDACTED;
  return redactArguments(value);
}

function hide(text: string, { before, secret }: Place): string {
  let shown = '';
  let from = 0;
  before.lastIndex = 0;
  for (let found = before.exec(text); found; found = before.exec(text)) {
    secret.lastIndex = before.lastIndex;
    if (found[1] !== undefined && !isSecretName(found[1])) continue;
    const value = secret.exec(text)?.[0];
    if (value === undefined || value.includes(REDACTED)) continue;
    const quote = /^(?:\\*"|')/.exec(value)?.[0] ?? '';
    shown += `${text.slice(from, before.lastIndex)}${quote}${REDACTED}${quote}`;
    from = before.lastIndex = secret.lastIndex;
  }
  return from === 0 ? text : shown + text.slice(from);
}

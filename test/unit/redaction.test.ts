import { describe, expect, test } from 'vitest';
import { isSecretName, REDACTED, redactArguments, redactValue, SUSPECT } from '../../loaders/redaction.ts';
import { randomFrom } from '../support/questions.ts';

const line = (...args: string[]) => args.map((arg) => `${arg}\0`).join('');
const shown = (...args: string[]) =>
  redactArguments(line(...args))
    .slice(0, -1)
    .split('\0');

describe('a name', () => {
  test.each([
    'password',
    'PASSWORD',
    'db_password',
    'PGPASSWORD',
    '--passwd',
    'DB_PASS',
    '--pass',
    'db.pwd',
    'secret',
    '--client-secret',
    'token',
    'GITHUB_TOKEN',
    '--api-key',
    'apiKey',
    'AWS_SECRET_ACCESS_KEY',
    'privateKey',
    'javax.net.ssl.keyStorePassword',
    'SECRET_KEY_BASE',
    'Authorization',
    'Cookie',
    'JWT',
    'passphrase',
  ])('%s is that of a secret', (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    'PWD',
    'OLDPWD',
    'PATH',
    'HOME',
    'SSH_AUTH_SOCK',
    'XAUTHORITY',
    '--token-file',
    'PASSWORD_FILE',
    '--max-tokens',
    '--tokens',
    'AWS_ACCESS_KEY_ID',
    '--password-stdin',
    'compass',
    '--bypass',
    'keyboard',
    'passenger',
    'TOKEN_TTL',
    '--cpu',
    'KEY',
    '--key',
    'monkey',
  ])('%s is not', (name) => expect(isSecretName(name)).toBe(false));
});

describe('of a command line', () => {
  test.each([
    [
      ['app', '--password=x y'],
      ['app', `--password=${REDACTED}`],
    ],
    [
      ['app', 'password=x'],
      ['app', `password=${REDACTED}`],
    ],
    [
      ['app', '--secret', 'x', 'y'],
      ['app', '--secret', REDACTED, 'y'],
    ],
    [
      ['app', '--token', 'a b'],
      ['app', '--token', REDACTED],
    ],
    [
      ['app', '-Dkey.password=x'],
      ['app', `-Dkey.password=${REDACTED}`],
    ],
    [
      ['env', 'AWS_SECRET_ACCESS_KEY=x', 'run'],
      ['env', `AWS_SECRET_ACCESS_KEY=${REDACTED}`, 'run'],
    ],
    [
      ['sh', '-c', 'a; PASSWORD=x run --token y z'],
      ['sh', '-c', `a; PASSWORD=${REDACTED} run --token ${REDACTED} z`],
    ],
    [
      ['sh', '-c', 'PASSWORD=x y z'],
      ['sh', '-c', `PASSWORD=${REDACTED}`],
    ],
    [
      ['sh', '-c', "a A_TOKEN='x y' b"],
      ['sh', '-c', `a A_TOKEN='${REDACTED}' b`],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer x'],
      ['curl', '-H', `Authorization: Bearer ${REDACTED}`],
    ],
    [
      ['curl', '-H', 'X-Api-Key: x'],
      ['curl', '-H', `X-Api-Key: ${REDACTED}`],
    ],
    [
      ['curl', '-u', 'me:x', 'http://a/?token=x&b=1'],
      ['curl', '-u', `me:${REDACTED}`, `http://a/?token=${REDACTED}&b=1`],
    ],
    [
      ['psql', 'postgres://me:x@host/db'],
      ['psql', `postgres://me:${REDACTED}@host/db`],
    ],
    [
      ['redis', 'redis://:x@host'],
      ['redis', `redis://:${REDACTED}@host`],
    ],
    [
      ['git', 'clone', 'https://x@host/r'],
      ['git', 'clone', `https://${REDACTED}@host/r`],
    ],
    [
      ['/usr/bin/mysql', '-uroot', '-px'],
      ['/usr/bin/mysql', '-uroot', `-p${REDACTED}`],
    ],
    [
      ['sshpass', '-p', 'x', 'ssh', 'h'],
      ['sshpass', '-p', REDACTED, 'ssh', 'h'],
    ],
    [
      ['openssl', '-passin', 'pass:x'],
      ['openssl', '-passin', `pass:${REDACTED}`],
    ],
    [
      ['a', `ghp_${'x'.repeat(36)}`],
      ['a', `ghp_${REDACTED}`],
    ],
    [
      ['a', `sk_test_${'x'.repeat(24)}`, `sk-proj-${'x'.repeat(24)}`],
      ['a', `sk_test_${REDACTED}`, `sk-proj-${REDACTED}`],
    ],
    [
      ['app', '{"user":"me","password":"x y","port":1}', '--config={"db": {"apiKey" : "a\\"b"}}'],
      ['app', `{"user":"me","password":"${REDACTED}","port":1}`, `--config={"db": {"apiKey" : "${REDACTED}"}}`],
    ],
    [
      ['app', "{'token': 'x', 'a': 'b'}", "['secret' => 'x']", '{"token":12,"a":1}'],
      ['app', `{'token': '${REDACTED}', 'a': 'b'}`, `['secret' => '${REDACTED}']`, `{"token":${REDACTED},"a":1}`],
    ],
    [
      ['sh', '-c', 'curl -d "{\\"token\\":\\"x y\\",\\"a\\":\\"b\\"}"'],
      ['sh', '-c', `curl -d "{\\"token\\":\\"${REDACTED}\\",\\"a\\":\\"b\\"}"`],
    ],
    [
      ['sh', '-c', 'a; TOKEN="never closed', 'next'],
      ['sh', '-c', `a; TOKEN="${REDACTED}"`, 'next'],
    ],
    [
      ['psql', 'postgres://me:x@y@host/db'],
      ['psql', `postgres://me:${REDACTED}@host/db`],
    ],
    [['worker --password=x rest'], [`worker --password=${REDACTED} rest`]],
  ])('%j stands %j', (args, expected) => expect(shown(...args)).toEqual(expected));

  test.each([
    [['ls', '-l', '/home/me/secret']],
    [['app', '--token-file', '/run/token']],
    [['app', '--password', '--verbose']],
    [['ssh', 'me@host', '-p', '22']],
    [['vi', 'password.txt']],
    [['grep', 'token', 'a=b']],
    [['app', '--config=x', 'http://host:80/path', 'https://host/a@b']],
    [['app', '{"token":{"ttl":1},"tokens":["a"],"path":"/secret"}', '"secret" is a word']],
    [['app', '']],
  ])('%j is shown as it is', (args) => expect(shown(...args)).toEqual(args));

  test('how long it takes follows how long it is, whatever it is', () => {
    const size = 200_000;
    const hostile = [
      'password',
      'a',
      '-',
      '.',
      '=',
      ':',
      '"',
      "'",
      ' ',
      '\t',
      '\0',
      '--token ',
      'a=',
      "a='",
      'a="',
      '://',
      'a://',
      'x:/',
      '@',
      'eyJ',
      'eyJa.',
      'eyJaaaaaaaaaaa.',
      'ghp_',
      '-----BEGIN ',
      'A ',
      'key=a"',
      'http://a:',
      '"token":',
      'token="\\',
      '"token":"\\"[redacted]',
      'token=\'token="',
      '-p',
    ];
    for (const piece of hostile) {
      const text = `curl\0token ${piece.repeat(size / piece.length)}`;
      const start = performance.now();
      redactArguments(text);
      expect([piece, performance.now() - start < 2000]).toEqual([piece, true]);
    }
  });
});

describe('of an environment', () => {
  test.each([
    ['DB_PASSWORD', 'x y', REDACTED],
    ['DB_PASSWORD', '', ''],
    ['DATABASE_URL', 'postgres://me:x@h/d', `postgres://me:${REDACTED}@h/d`],
    ['CONFIG', '{"token": "x", "a": "b"}', `{"token": "${REDACTED}", "a": "b"}`],
    ['JAVA_OPTS', '-Xmx1g -Dpassword=x', `-Xmx1g -Dpassword=${REDACTED}`],
    ['PATH', '/bin:/usr/bin', '/bin:/usr/bin'],
    ['PWD', '/home/me', '/home/me'],
    ['SSH_AUTH_SOCK', '/tmp/agent.1', '/tmp/agent.1'],
  ])('%s=%s is shown as %s', (name, value, expected) => expect(redactValue(name, value)).toBe(expected));
});

describe('what is redacted', () => {
  const NAMES = `password PASSWORD db_Pass pwd pass-phrase api.key Api-Key privateKey secret cookie Authorization
    Bearer basic jwt user me port sleep node \u212aey \u017fecret pa\u017fs mot-de-passe`.split(/\s+/);
  const JOINS = [
    '=',
    ' ',
    ': ',
    '"',
    "'",
    '\\"',
    '\0',
    '\0--',
    '\0-',
    '/',
    '://',
    '@',
    ':',
    '%3D',
    '=>',
    '{',
    '&',
    ' -',
    '',
  ];
  const HEADS = [
    '',
    '--',
    '-',
    '/usr/bin/',
    'https://',
    'postgres://',
    'xoxb-',
    'sk_live_',
    'sk-ant-',
    'eyJ',
    'RK_TEST_',
  ];
  const VALUES = ['x', 'hunter2', 'a'.repeat(20), `${'b'.repeat(12)}.eyJ${'c'.repeat(12)}.${'d'.repeat(12)}`, 'é', '1'];
  const FLAGS = ['\0-u\0me:x', '\0-px', '\0-p\0x', '\0-a\0x', '\0pass:x', '\0-wx', '\0-U\0me%x', '\0-P\0x'];
  const KEYS = ['-----BEGIN RSA PRIVATE KEY-----abc'];

  test('has a word in it, in whatever case, by which it is left to be', () => {
    let redacted = 0;
    for (let seed = 1; seed <= 50_000; seed++) {
      const random = randomFrom(seed);
      const words = [...NAMES, ...HEADS, ...VALUES, ...KEYS, ...SUSPECT];
      const parts = Array.from({ length: 1 + random.below(5) }, () => {
        const word = random.pick(words);
        const cased = random.chance(0.2) ? word.toUpperCase() : word;
        return random.pick(HEADS) + cased + random.pick(JOINS) + (random.chance(0.3) ? random.pick(FLAGS) : '');
      });
      const text = `${parts.join(random.pick(['\0', ' ', '']))}${random.pick(VALUES)}\0`;
      if (redactArguments(text) === text) continue;
      redacted++;
      const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      expect(
        SUSPECT.some((word) => folded.includes(word)),
        JSON.stringify(text),
      ).toBe(true);
    }
    expect(redacted).toBeGreaterThan(10_000);
  });
  test('and such words are of two bytes and more, and of small letters', () =>
    expect(SUSPECT.filter((word) => !/^[ -@[-~]{2,}$/.test(word))).toEqual([]));
});

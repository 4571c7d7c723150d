import { describe, expect, it } from 'vitest';
import { defaultOptions, flagOf, flags, helpText, isLoopback, parseCommand } from '../../server/options.ts';

const optionsOf = (...args: string[]) => {
  const command = parseCommand(['serve', ...args]);
  return command.do === 'serve' ? command.options : command;
};

const complaintAbout = (...args: string[]) => {
  const command = parseCommand(args);
  return command.do === 'refuse' ? command.why : command;
};

describe('the command', () => {
  it('serves with the defaults when nothing else is said', () => {
    expect(parseCommand(['serve'])).toEqual({ do: 'serve', options: defaultOptions });
    expect(defaultOptions).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      socket: '',
      procRoot: '/proc',
      allowHost: [],
    });
  });

  it.each([[['--help']], [['serve', '--help']], [['--help', '--version']]])('%j is a call for help', (args) => {
    expect(parseCommand(args)).toEqual({ do: 'help' });
  });

  it('tells its version', () => {
    expect(parseCommand(['--version'])).toEqual({ do: 'version' });
  });

  it.each([
    [[], /No command/],
    [['sevre'], /"sevre"/],
    [['serve', 'now'], /"now"/],
  ] as const)('%j is none', (args, why) => {
    expect(complaintAbout(...args)).toMatch(why);
    expect(complaintAbout(...args)).toMatch(/`sysgraph serve` starts the gateway/);
  });
});

describe('a flag', () => {
  it('becomes a value of its type', () => {
    const given = [
      '--port',
      '80',
      '--proc-root=/host/proc',
      '--no-introspection',
      '--allow-host',
      'a',
      '--allow-host=b.lan',
    ];
    expect(optionsOf(...given)).toEqual({
      ...defaultOptions,
      port: 80,
      procRoot: '/host/proc',
      noIntrospection: true,
      allowHost: ['a', 'b.lan'],
    });
  });

  it.each([
    ['--port', 'x'],
    ['--port', '65536'],
    ['--port', ''],
    ['--port', '1e3'],
    ['--port', '-1'],
    ['--max-depth', '0'],
    ['--max-body', '1.5'],
    ['--host', ''],
    ['--host', 'a b'],
    ['--socket', ''],
    ['--allow-host', 'box:80'],
    ['--allow-host', 'http://box'],
    ['--allow-origin', 'box.lan'],
    ['--allow-origin', 'https://box.lan/'],
  ])('%s=%j is refused, and the complaint says what would be right', (flag, value) => {
    const complaint = complaintAbout('serve', `${flag}=${value}`);
    expect(complaint).toMatch(/must be (a whole number (of at least|from) \d|like \S+)/);
    expect(complaint).toContain(flag);
    expect(complaint).toContain(JSON.stringify(value));
  });

  it.each([
    [['--prot', '80'], /Unknown option '--prot'/],
    [['--port'], /--port/],
    [['--port', '-1'], /--port/],
    [['--no-introspection=1'], /does not take an argument/],
  ])('%j is refused in one line', (args, why) => {
    expect(complaintAbout('serve', ...args)).toMatch(why);
    expect(complaintAbout('serve', ...args)).toMatch(/^[^\n]+`sysgraph --help` lists what there is\.$/);
  });

  it('is in the help, with its default', () => {
    for (const name of Object.keys(flags)) expect(helpText()).toMatch(new RegExp(`^ {2}${flagOf(name)}\\b.*\\w`, 'm'));
    expect(helpText()).toMatch(/--port N .*\(4000\)/);
  });
});

describe('an address other machines can reach', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'box.lan', '127.0.0.1.evil.example', '2130706433'])(
    '%s is refused',
    (host) => {
      expect(complaintAbout('serve', '--host', host)).toMatch(
        /--tokens FILE.*--tls-cert FILE.*--tls-key FILE.*--insecure/,
      );
      expect(optionsOf('--host', host, '--insecure')).toMatchObject({ host });
      const tls = ['--tls-cert=c', '--tls-key=k'];
      expect(complaintAbout('serve', '--host', host, ...tls)).toContain('--tokens');
      expect(complaintAbout('serve', '--host', host, '--tokens=t')).toContain('--tls-cert');
      expect(optionsOf('--host', host, '--tokens=t', ...tls)).toMatchObject({ host });
    },
  );

  it('does not matter when a socket is listened on', () => {
    expect(optionsOf('--host', '0.0.0.0', '--socket', '/run/s')).toMatchObject({ socket: '/run/s' });
  });

  it.each([
    [['--tls-cert=c'], /--tls-key belong together/],
    [['--allow-service=web'], /--allow-service is for a gateway that has --allow-actions/],
    [['--allow-actions', '--allow-service=web', '--only-user=a'], /--only-user lets nobody act on services/],
    [['--allow-actions', '--allow-service=a b'], /--allow-service must be like nginx/],
    [['--tls-key=k'], /--tls-cert and/],
    [['--socket=s', '--tls-cert=c', '--tls-key=k'], /needs no TLS/],
    [['--socket-group=adm'], /has a --socket/],
  ] as const)('%j does not go together', (args, why) => expect(complaintAbout('serve', ...args)).toMatch(why));

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', '0:0:0:0:0:0:0:1'])('%s is not one', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(optionsOf('--host', host)).toMatchObject({ host });
  });
});

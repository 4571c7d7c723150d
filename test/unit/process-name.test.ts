import { describe, expect, test } from 'vitest';
import { ask } from '../support/operation.ts';
import { processesOf, statLine, withHost } from '../support/reading.ts';

type Text = string | Uint8Array;

const cmdlineOf = async (cmdline: Text) =>
  (await processesOf({ '7/stat': statLine(), '7/cmdline': cmdline })).get(7)!.cmdline;

describe('/proc/PID/cmdline', () => {
  const cases: [text: Text, is: string[]][] = [
    ['/bin/cat\0-u\0', ['/bin/cat', '-u']],
    ['cat\0\0\0', ['cat', '', '']],
    ['cat\0\0x\0', ['cat', '', 'x']],
    ['my prog\0', ['my prog']],
    ['a\nb\0c\td\0', ['a\nb', 'c\td']],
    ['', []],
    ['\0', ['']],
    // A program that overwrote its arguments with one text, past their end.
    ['nginx: worker process', ['nginx:', 'worker', 'process']],
    ['chrome --type=gpu ', ['chrome', '--type=gpu']],
    ['cat', ['cat']],
    [' ', ['']],
    [Buffer.from([0x61, 0xff, 0, 0xc3, 0]), ['a\\xff', '\\xc3']],
    [`${'x'.repeat(200_000)}\0y\0`, ['x'.repeat(200_000), 'y']],
  ];
  test.each(cases.map(([text, is]) => [JSON.stringify(String(text)).slice(0, 40), text, is] as const))(
    '%s',
    async (_, text, is) => expect(await cmdlineOf(text)).toEqual(is),
  );
});

describe('the name of a process', () => {
  const nameOf = (comm: Text, cmdline: Text, fields = {}) =>
    withHost({ '7/stat': statLine({ comm, fields }), '7/cmdline': cmdline }, async (source) => {
      const { process } = await ask(source, '{ process(pid: 7) { name } }');
      return process.name;
    });
  const cut = (text: string) => Buffer.from(text).subarray(0, 15);

  test.each<[comm: Text, cmdline: Text, is: string]>([
    ['gnome-keyring-d', '/usr/bin/gnome-keyring-daemon\0--start\0', 'gnome-keyring-daemon'],
    ['gnome-keyring-d', 'gnome-keyring-daemon\0', 'gnome-keyring-daemon'],
    ['gnome-keyring-d', '', 'gnome-keyring-d'],
    ['renamed-by-itse', '/usr/bin/python3\0', 'renamed-by-itse'],
    ['cat', '/usr/bin/caterpillar\0', 'cat'],
    [cut('prozessverwaltäter'), '/bin/prozessverwaltäter\0', 'prozessverwaltäter'],
    [cut('aaaaaaaaaaaaaa€nd'), '/bin/aaaaaaaaaaaaaa€nd\0', 'aaaaaaaaaaaaaa€nd'],
    [cut('aaaaaaaaaaaa😀nd'), '/bin/aaaaaaaaaaaa😀nd\0', 'aaaaaaaaaaaa😀nd'],
  ])('%j started as %j is %j', async (comm, cmdline, is) => expect(await nameOf(comm, cmdline)).toBe(is));

  // At most three bytes of one character can have been cut off; more that is not UTF-8 is the name itself.
  test('that is no text at all is not the name of the program', async () =>
    expect(await nameOf(Buffer.alloc(15, 0xff), '/bin/sleep\0')).toBe('\\xff'.repeat(15)));

  test('of a thread of the kernel is never looked up in arguments', async () =>
    expect(await nameOf('kworker/u8:1-ev', 'kworker/u8:1-evil\0', { 9: 0x200000 })).toBe('kworker/u8:1-ev'));
});

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openKeyring } from '../../server/keyring.ts';
import { runTokenCommand } from '../../server/token-command.ts';
import { parseTokens, readTokens } from '../../server/tokens.ts';
import { digestOf } from '../../server/viewer.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sysgraph-tokens-'));
  path = join(folder, 'tokens.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const token = (...args: string[]) => runTokenCommand([...args, '--tokens', path]);

describe('`sysgraph token`', () => {
  test('adds one, tells it once, and keeps its digest in a file of its user alone', () => {
    const text = token('add', 'alice', '--scope', 'SENSITIVE', '--expires', '30d').trim();
    expect(Buffer.from(text, 'base64url').length).toBe(32);
    const kept = readFileSync(path, 'utf8');
    expect(kept).not.toContain(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [issued] = readTokens(path);
    expect(issued).toMatchObject({ name: 'alice', scopes: ['READ', 'SENSITIVE'], onlyUser: null, showSecrets: false });
    expect(issued!.sha256).toBe(digestOf(text).toString('hex'));
    expect(Math.round((issued!.expires! - Date.now()) / 86_400_000)).toBe(30);
  });
  test('lists them, without what they are', () => {
    expect(token('list')).toBe('There are no tokens.\n');
    const text = token('add', 'a', '--only-user', 'root', '--show-secrets').trim();
    token('add', 'b', '--scope', 'CONTROL', '--expires', '2100-01-01T00:00Z');
    expect(token('list')).toBe(
      'a  READ          until revoked                   only root, shows secrets\n' +
        'b  READ,CONTROL  until 2100-01-01T00:00:00.000Z\n',
    );
    expect(token('list')).not.toContain(text);
  });
  test('revokes one', () => {
    token('add', 'a');
    token('add', 'b');
    expect(token('revoke', 'a')).toBe('a is revoked.\n');
    expect(readTokens(path).map(({ name }) => name)).toEqual(['b']);
    expect(() => token('revoke', 'a')).toThrow(/no token a/);
  });
  test.each([
    [['add'], /one name/],
    [['add', 'a', 'b'], /one name/],
    [['list', 'a'], /no name/],
    [['take', 'a'], /add, list or revoke/],
    [['add', 'a b'], /letters, digits/],
    [['add', 'local', '--scope', 'CONTROL'], /local is a name that the gateway itself gives/],
    [['add', 'anyone'], /the gateway itself gives/],
    [['add', 'a', '--scope', 'ADMIN'], /READ, SENSITIVE, CONTROL, not "ADMIN"/],
    [['add', 'a', '--expires', 'soon'], /like 30d/],
    [['add', 'a', '--expires', '2001-01-01'], /to come/],
    [['add', 'a', '--only-user', 'nobody-of-that-name'], /no user/],
    [['add', 'a', '--scopes', 'READ'], /--help/],
  ])('%j is refused in one line, and changes nothing', (args, why) => {
    expect(() => token(...args)).toThrow(why);
    expect(() => token(...args)).toThrow(/^[^\n]*$/);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.new`)).toBe(false);
  });
  test('a name is given once', () => {
    token('add', 'a');
    expect(() => token('add', 'a')).toThrow(/already/);
    expect(existsSync(`${path}.new`)).toBe(false);
  });
  test('two at a time do not lose what one of them did', () => {
    writeFileSync(`${path}.new`, '');
    expect(() => token('add', 'a')).toThrow(/at work, or was killed/);
    expect(existsSync(path)).toBe(false);
  });
  test('says where the file is to be named', () => expect(() => runTokenCommand(['list'])).toThrow(/--tokens FILE/));
});

describe('a file', () => {
  const GOOD = { name: 'a', sha256: 'a'.repeat(64), scopes: ['READ'] };
  test.each([
    ['', /not JSON/],
    ['null', /no list/],
    ['{"tokens": {}}', /no list/],
    [JSON.stringify({ tokens: [GOOD, null] }), /token 2/],
    [JSON.stringify({ tokens: [{ ...GOOD, name: 'local' }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, sha256: 'A'.repeat(64) }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, scopes: ['ROOT'] }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, expires: 'soon' }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, expires: 5 }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, onlyUser: 5 }] }), /token 1/],
    [JSON.stringify({ tokens: [{ ...GOOD, showSecrets: 'no' }] }), /token 1/],
    [JSON.stringify({ tokens: [GOOD, GOOD] }), /one name/],
  ])('that holds %j is refused as a whole', (text, why) => expect(() => parseTokens(text, 'f')).toThrow(why));
  test('that others may read is refused', () => {
    token('add', 'a');
    chmodSync(path, 0o640);
    expect(() => readTokens(path)).toThrow(/read or written by others/);
  });
});

describe('who is known', () => {
  const open = () => {
    const told: unknown[][] = [];
    const keyring = openKeyring({ own: [], path, everyMs: 20, log: (...line) => told.push(line) });
    return { keyring, told, names: () => keyring.holders().map(({ viewer }) => viewer.name) };
  };

  test('changes with the file, and what is damaged changes nothing', async () => {
    const { keyring, told, names } = open();
    let changes = 0;
    keyring.onChange(() => changes++);
    expect(names()).toEqual([]);
    token('add', 'a');
    await vi.waitFor(() => expect(names()).toEqual(['a']), 10_000);
    token('add', 'b', '--only-user', 'root');
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b']), 10_000);
    expect(keyring.holders()[1]!.viewer).toEqual({ name: 'b', scopes: ['READ'], onlyUser: 'root' });
    writeFileSync(path, '{', { mode: 0o600 });
    await vi.waitFor(
      () => expect(told.at(-1)).toEqual(['warn', expect.anything(), { why: expect.stringMatching(/damaged/) }]),
      10_000,
    );
    expect([names(), changes]).toEqual([['a', 'b'], 2]);
    rmSync(path);
    await vi.waitFor(() => expect(names()).toEqual([]), 10_000);
    keyring.close();
  });
  test('ends with its time', async () => {
    const expires = new Date(Date.now() + 2000).toISOString();
    writeFileSync(
      path,
      JSON.stringify({ tokens: [{ name: 'a', sha256: 'a'.repeat(64), scopes: ['READ'], expires }] }),
      { mode: 0o600 },
    );
    const { keyring, names } = open();
    expect([names(), keyring.holders()[0]?.expires]).toEqual([['a'], Date.parse(expires)]);
    await vi.waitFor(() => expect(names()).toEqual([]), 10_000);
    keyring.close();
  });
  test('a file that is damaged stops a gateway that starts', () => {
    writeFileSync(path, '{', { mode: 0o600 });
    expect(open).toThrow(/damaged/);
  });
});

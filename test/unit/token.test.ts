import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TokenError } from '../../server/private-file.ts';
import { openToken, tellOf } from '../../server/token.ts';
import { needs } from '../support/needs.ts';

const GOOD = 'A'.repeat(43);
const isRoot = needs('root', () => process.getuid?.() === 0, 'run as root');

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sysgraph-token-'));
  path = join(folder, 'token');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const modeOf = (of: string): number => statSync(of).mode & 0o777;
const put = (text: string, mode = 0o600) => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

describe('a token', () => {
  test('is 256 bits of chance, in a file of its user alone, until the gateway ends', () => {
    const { text, path: told, remove } = openToken(path);
    expect([told, text.length, Buffer.from(text, 'base64url').length]).toEqual([path, 43, 32]);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual([`${text}\n`, 0o600]);
    expect(readdirSync(folder)).toEqual(['token']);
    remove();
    expect(existsSync(path)).toBe(false);
    remove();
    expect(openToken(path).text).not.toBe(text);
  });
  test('that is there already is the token, and stays', () => {
    put(`${GOOD}\n`);
    const { text, remove } = openToken(path);
    expect(text).toBe(GOOD);
    remove();
    expect(readFileSync(path, 'utf8')).toBe(`${GOOD}\n`);
  });
  test('of a second gateway is that of the first, who takes it with it', () => {
    const [first, second] = [openToken(path), openToken(path)];
    expect(second.text).toBe(first.text);
    second.remove();
    expect(existsSync(path)).toBe(true);
    first.remove();
    expect(existsSync(path)).toBe(false);
  });
  test('that another has put there since is not removed', () => {
    const { remove } = openToken(path);
    put(GOOD);
    remove();
    expect(readFileSync(path, 'utf8')).toBe(GOOD);
  });
});

describe('a file that cannot be trusted is refused, and left as it is', () => {
  test.each([0o640, 0o604, 0o644, 0o620, 0o602, 0o610])('of mode %o', (mode) => {
    put(GOOD, mode);
    expect(() => openToken(path)).toThrow(/may be read or written by others; `chmod 600` it/);
    expect(modeOf(path)).toBe(mode);
  });
  test.each(['', 'hunter2', 'A'.repeat(42), `${GOOD} ${GOOD}`, `${GOOD}\n${GOOD}`, 'A'.repeat(5000)])(
    'with %j in it',
    (text) => {
      put(text);
      expect(() => openToken(path)).toThrow(/holds no token.*--token-file/);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
  test.runIf(isRoot)('of another user', () => {
    put(GOOD);
    chownSync(path, 65534, 65534);
    expect(() => openToken(path)).toThrow(/belongs to another user/);
  });
  test('that is a link', () => {
    put(GOOD);
    symlinkSync(path, join(folder, 'link'));
    expect(() => openToken(join(folder, 'link'))).toThrow(TokenError);
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    expect(() => openToken(join(folder, 'dangling'))).toThrow(TokenError);
  });
  test('that is a folder', () => {
    mkdirSync(path);
    expect(() => openToken(path)).toThrow(/is no file/);
  });
  test('in a folder that is not there', () => {
    expect(() => openToken(join(folder, 'none', 'token'))).toThrow(/cannot be the token file \(ENOENT\)/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('without a path', () => {
  test('it is in the runtime folder of its user', () => {
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    const { path: usual, remove } = openToken('');
    expect([usual, modeOf(join(folder, 'sysgraph'))]).toEqual([join(folder, 'sysgraph', 'token'), 0o700]);
    remove();
  });
  test.runIf(isRoot)('it is in the state folder where the runtime folder is that of another', () => {
    const other = join(folder, 'run');
    mkdirSync(other);
    chownSync(other, 65534, 65534);
    vi.stubEnv('XDG_RUNTIME_DIR', other);
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
    const { path: usual, remove } = openToken('');
    expect(usual).toBe(join(folder, 'state', 'sysgraph', 'token'));
    remove();
  });
  test('a folder that others may enter is closed to them', () => {
    mkdirSync(join(folder, 'sysgraph'));
    chmodSync(join(folder, 'sysgraph'), 0o755);
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    openToken('').remove();
    expect(modeOf(join(folder, 'sysgraph'))).toBe(0o700);
  });
  test('a path that is not absolute does not count', () => {
    vi.stubEnv('XDG_RUNTIME_DIR', 'run');
    vi.stubEnv('XDG_STATE_HOME', folder);
    const { path: usual, remove } = openToken('');
    expect(usual).toBe(join(folder, 'sysgraph', 'token'));
    remove();
  });
  test('it is in no file where there is no place for one, and that is told', () => {
    writeFileSync(join(folder, 'sysgraph'), '');
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    const token = openToken('');
    expect(token).toMatchObject({ path: null, trouble: expect.stringMatching(/EEXIST|no folder/) });
    expect(tellOf(token, 'unix:/run/s:/graphql')).toContain(token.text);
    token.remove();
  });
});

test('nobody is told a token that a file has, but by a URL that opens a browser', () => {
  const token = { text: GOOD, path, trouble: null, remove: () => undefined };
  expect(tellOf(token, 'unix:/run/s:/graphql')).not.toContain(GOOD);
  expect(tellOf(token, 'http://127.0.0.1:4000/graphql')).toContain(`http://127.0.0.1:4000/graphql#token=${GOOD}`);
});

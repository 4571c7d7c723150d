import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { running, urlIn } from '../support/command.ts';
import { JSON_BODY, send } from '../support/serving.ts';

// What `npm pack` makes, with nothing beside it but the packages that it says it needs.

const folder = mkdtempSync(join(tmpdir(), 'sysgraph-package-'));
const home = join(folder, 'package');

beforeAll(() => {
  // What is built is there already.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { stdio: 'ignore' });
  execFileSync('tar', ['-xzf', readdirSync(folder)[0]!], { cwd: folder });
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

it('holds what runs and what is read, and nothing else', () => {
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1));
  expect(files).toEqual(expect.arrayContaining(['dist/bin/sysgraph.js', 'README.md', 'LICENSE']));
  const others = files.filter((path) => !/^(dist\/.*\.js|docs\/.*|systemd\/.*|[^/]+)$/.test(path));
  expect(others).toEqual(['native/build/Release/sysgraph.node']);
});

it('serves this host', async () => {
  const token = join(folder, 'token');
  const { child, firstLine, ended } = running(
    [process.execPath, 'dist/bin/sysgraph.js', 'serve', '--port', '0', '--token-file', token],
    home,
  );
  const url = new URL(urlIn(await firstLine));
  const body = JSON.stringify({ query: `{ process(pid: ${process.pid}) { pid } }` });
  const { text } = await send(
    { host: url.hostname, port: url.port, path: '/graphql', method: 'POST', headers: JSON_BODY },
    body,
  );
  expect(JSON.parse(text)).toEqual({ data: { process: { pid: process.pid } } });
  child.kill();
  expect(await ended).toMatchObject({ code: 0, err: '' });
});

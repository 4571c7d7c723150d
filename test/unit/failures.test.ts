import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { explainFailure } from '../../server/failures.ts';
import { defaultOptions } from '../../server/options.ts';

const failureOf = (act: () => Promise<unknown>): Promise<unknown> => act().catch((error: unknown) => error);

describe('why the gateway could not start', () => {
  it('is a missing addon, which a build makes', async () => {
    const line = explainFailure(await failureOf(() => openLocal({ addon: '/nowhere/sysgraph.node' })), defaultOptions);
    expect(line).toMatch(/^the native addon does not load \([^\n]*sysgraph\.node'\); build it with `npm run build`$/);
  });

  it('is an addon that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sysgraph-'));
    writeFileSync(join(folder, 'broken.node'), 'not a library');
    const line = explainFailure(
      await failureOf(() => openLocal({ addon: join(folder, 'broken.node') })),
      defaultOptions,
    );
    rmSync(folder, { recursive: true });
    expect(line).toMatch(/^the native addon does not load \([^\n]+\); build it with `npm run build`$/);
  });

  it.each([
    ['EADDRINUSE', {}, '127.0.0.1 port 4000 is in use. Stop what listens there, or choose another with --port.'],
    ['EADDRINUSE', { socket: '/s' }, '/s exists: another gateway listens there, or it is no socket.'],
    ['EACCES', {}, 'Not permitted to listen on 127.0.0.1 port 4000. Choose a port of 1024 or more with --port.'],
    ['EACCES', { socket: '/s' }, 'Not permitted to listen on /s. Choose a folder you may write to with --socket.'],
    ['EADDRNOTAVAIL', {}, 'This machine has no address 127.0.0.1. See --host.'],
  ])('is %s with %j', (code, some, line) => {
    expect(explainFailure(Object.assign(new Error('x'), { code }), { ...defaultOptions, ...some })).toBe(line);
  });

  it('is told in one line, whatever it is', () => {
    expect(explainFailure(new Error('first\nsecond'), defaultOptions)).toBe('The gateway could not start: first');
    expect(explainFailure('thrown text', defaultOptions)).toBe('The gateway could not start: thrown text');
  });
});

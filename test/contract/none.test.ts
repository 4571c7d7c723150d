import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AddonError, fingerprint, openLocal } from '../../native/index.ts';
import { ask, execute } from '../support/operation.ts';
import { root } from '../support/source.ts';
import { withTree } from '../support/tree.ts';

const built = (name: string): string => join(root, 'native/build/Release', `${name}.node`);
const nothing = await openLocal({ addon: built('none') });

describe('the platform that has nothing', () => {
  test('opens, and is no host in particular', () =>
    expect(nothing.identity).toEqual({
      machineId: null,
      bootId: null,
      pidNamespace: null,
      isPrivileged: false,
      hidesProcesses: false,
      ownPid: null,
    }));
  test('has no processes', async () =>
    expect(
      await ask(nothing, '{ processes { totalCount nodes { id name cmdline } pageInfo { hasNextPage } } }'),
    ).toEqual({
      processes: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } },
    }));
  test('has no process of any pid', async () =>
    expect(await ask(nothing, `{ process(pid: ${process.pid}) { pid } }`)).toEqual({ process: null }));
  test('has no system where something of it is promised', async () =>
    expect(await ask(nothing, '{ system { hostname os { name } } }')).toEqual({ system: null }));
  test('has gaps for everything else', async () => {
    const query = '{ system { bootTime memory { total } loadAverage { one } gaps { field reason } } }';
    const gaps = ['bootTime', 'memory', 'loadAverage'].map((field) => ({ field, reason: 'NOT_SUPPORTED' }));
    expect((await ask(nothing, query)).system).toEqual({ bootTime: null, memory: null, loadAverage: null, gaps });
  });
  test('has no services, and says why', async () => {
    const query = '{ services { totalCount nodes { name } gaps { field reason } } service(name: "ssh") { name } }';
    const gaps = [{ field: 'nodes', reason: 'NOT_SUPPORTED' }];
    expect(await ask(nothing, query)).toEqual({ services: { totalCount: 0, nodes: [], gaps }, service: null });
    expect((await nothing.controlService!('ssh.service', 'START', 100)).code).toBe('NOT_SUPPORTED');
  });
  test('makes no error of anything', async () => {
    const query = '{ processes(first: 3) { at nodes { children(recursive: true) { pid } } } system { id uptime } }';
    expect((await execute(nothing, query)).errors).toBeUndefined();
  });
});

describe('an addon that cannot be used says how to build it', () => {
  const opening = (addon: string) => openLocal({ addon });

  test('where there is none', async () => {
    await expect(opening('/nowhere/sysgraph.node')).rejects.toThrow(AddonError);
    await expect(opening('/nowhere/sysgraph.node')).rejects.toThrow(
      /^the native addon does not load \(Cannot find module '\/nowhere\/.*'\); build it with `npm run build`$/,
    );
  });
  test('where it is no addon', () =>
    withTree({ 'sysgraph.node': 'not a library' }, (directory) =>
      expect(opening(`${directory}/sysgraph.node`)).rejects.toThrow(
        /does not load \(.*\); build it with `npm run build`$/,
      ),
    ));
  test('where it was built from another spec', () =>
    withTree({ 'sysgraph.cjs': "exports.fingerprint = 'another';" }, async (directory) => {
      await expect(opening(`${directory}/sysgraph.cjs`)).rejects.toThrow(AddonError);
      await expect(opening(`${directory}/sysgraph.cjs`)).rejects.toThrow(
        'the native addon was built from another version of native/spec; build it with `npm run build`',
      );
    }));
  test('and not where it was built from this one', () =>
    withTree({ 'sysgraph.cjs': `exports.fingerprint = '${fingerprint}';` }, (directory) =>
      expect(opening(`${directory}/sysgraph.cjs`)).rejects.not.toThrow(AddonError),
    ));
});

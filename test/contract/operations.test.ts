import { spawnSync } from 'node:child_process';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openLocal } from '../../native/index.ts';
import { schema } from '../../schema/index.ts';
import { ProcessesDocument, SystemDocument } from '../operations/gen/graphql.ts';
import { typed } from '../support/operation.ts';
import { root } from '../support/source.ts';

test('an operation has the types of its answer and of its variables', async () => {
  const { processes } = await typed(await openLocal(), ProcessesDocument, { first: 1 });
  const row = processes?.nodes[0];
  const pid: number = row?.pid ?? 0;
  const rss: number | undefined = row?.memory?.rss;
  expect([pid, rss]).toEqual([expect.any(Number), expect.any(Number)]);
});

// A mistake here is an error of the compiler, which `npm test` asks before it runs anything: should one of these lines
// compile, it says so.
test('what was not selected is not there', async () => {
  const { system } = await typed(await openLocal(), SystemDocument, {});
  // @ts-expect-error: the operation does not select it.
  expect(system?.uptime).toBeUndefined();
  // @ts-expect-error: a field may be null.
  expect(system.hostname).toEqual(expect.any(String));
  // @ts-expect-error: there is no such variable.
  await typed(await openLocal(), ProcessesDocument, { last: 1 });
});

test('an operation that asks for what the schema does not have is found', () => {
  const text = SystemDocument.toString();
  expect(validate(schema, parse(text))).toEqual([]);
  expect(validate(schema, parse(text.replace('hostname', 'hostnam')))).not.toEqual([]);
});

test('what is generated from the schema and the operations is fresh', () => {
  const env = { ...process.env, NODE_OPTIONS: '--import tsx/esm' };
  const { status, stdout, stderr } = spawnSync('npx', ['graphql-codegen', '--check'], { cwd: root, env });
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.anything()]);
});

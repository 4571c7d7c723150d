import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { crowd } from '../support/crowd.ts';

const comm = (pid: number) => readFileSync(`/proc/${pid}/comm`);
const state = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)![0];
const threads = (pid: number) => readdirSync(`/proc/${pid}/task`).length;

test('a crowd is there when it is promised, and gone when it is stopped', async () => {
  const { pids, stop } = await crowd({ count: 500 });
  expect(new Set(pids).size).toBe(500);
  expect(pids.filter((pid) => state(pid) !== 'S')).toEqual([]);
  await stop();
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
});

test('its children have names of any bytes, threads, or are zombies', async () => {
  const evil = new Uint8Array([0x29, 0x20, 0x52, 0x0a, 0xff]);
  const { pids, stop } = await crowd({ count: 5, zombies: 1, threads: 3, names: ['plain', evil] });
  expect(pids.map(state)).toEqual(['Z', 'S', 'S', 'S', 'S']);
  expect(pids.slice(1).map(threads)).toEqual([4, 4, 4, 4]);
  expect(new Uint8Array(comm(pids[1]!))).toEqual(new Uint8Array([...evil, 0x0a]));
  expect(comm(pids[2]!).toString()).toBe('plain\n');
  await stop();
});

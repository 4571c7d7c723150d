import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crowd } from '../support/crowd.ts';
import { needsPsutil, type Peer, startPeer } from '../support/peer.ts';

describe.runIf(needsPsutil())('the peer', () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer();
  });
  afterAll(() => peer.close());

  test('tells of a process', async () => {
    const attrs = ['pid', 'ppid', 'memory_info', 'num_threads'];
    expect(await peer.process(process.pid, attrs)).toMatchObject({
      pid: process.pid,
      ppid: process.ppid,
      memory_info: { rss: expect.any(Number) },
    });
  });

  test('answers what was asked, in any order', async () => {
    const answers = await Promise.all([peer.pids(), peer.function('cpu_count', { logical: true }), peer.pids()]);
    expect(answers).toEqual([expect.arrayContaining([process.pid]), expect.any(Number), expect.any(Array)]);
  });

  test('gives what cannot be read as data', async () => {
    const { pids, stop } = await crowd({ count: 1, zombies: 1 });
    const [zombie] = pids;
    expect(await peer.process(zombie!, ['status', 'cwd', 'no_such_thing'])).toMatchObject({
      status: 'zombie',
      cwd: { error: 'ZombieProcess' },
      no_such_thing: { error: 'AttributeError' },
    });
    await stop();
    expect(await peer.process(zombie!, ['name'])).toMatchObject({ error: 'NoSuchProcess' });
  });

  test('writes odd bytes of a name as the gateway does', async () => {
    const { pids, stop } = await crowd({ count: 1, names: [new Uint8Array([0x61, 0xff, 0x80, 0xc3, 0xa9])] });
    expect(await peer.process(pids[0]!, ['name'])).toEqual({ name: 'a\\xff\\x80é' });
    await stop();
  });

  test('tells what calls cost it', async () => {
    const { cpu, wall, total } = await peer.cpu({ call: 'processes', attrs: ['name', 'cpu_times'] }, 5);
    expect(cpu).toBeGreaterThan(0);
    expect(wall).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(cpu);
  });

  test('has no answer after its end', async () => {
    const mortal = startPeer();
    await mortal.close();
    await expect(mortal.pids()).rejects.toThrow("psutil's process has ended");
  });
});

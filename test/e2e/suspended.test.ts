// A gateway that is stopped for a while, as a laptop that sleeps or a machine that is moved, and goes on.
import { expect, it } from 'vitest';
import { sysgraph, urlIn } from '../support/command.ts';
import { Peer } from '../support/live.ts';
import type { Answer } from '../support/operation.ts';

const EVERY_MS = 200;
const STOPPED_MS = 3000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('goes on with one long tick, and gives nobody up', async () => {
  const { child, firstLine, ended } = sysgraph('serve', '--port', '0');
  const peer = await Peer.greeted(urlIn(await firstLine).replace('http', 'ws'));
  peer.subscribe('1', `subscription { cpu(everyMs: ${EVERY_MS}) { elapsed folded } }`);
  await peer.has(3);
  child.kill('SIGSTOP');
  await pause(STOPPED_MS);
  const before = peer.messages.length;
  child.kill('SIGCONT');
  await peer.has(before + 5);
  const events: Answer[] = peer.messages.map(({ payload }) => payload.data.cpu);
  const long = events.filter(({ elapsed }) => elapsed >= (STOPPED_MS - EVERY_MS) / 1000);
  expect(long.map(({ folded }) => folded)).toEqual([0]);
  // What was missed is not made up for: ticks stand no closer than the clock has them.
  const after = events.slice(events.indexOf(long[0]) + 2);
  for (const { elapsed } of after) expect(elapsed).toBeGreaterThanOrEqual((0.9 * EVERY_MS) / 1000);
  peer.socket.close();
  child.kill();
  await ended;
});

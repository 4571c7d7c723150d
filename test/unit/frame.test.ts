import { PassThrough, type Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { textFrame } from '../../server/frame.ts';

// Its types do not tell of it.
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What a WebSocket of ws makes of bytes. */
function understood(frame: Buffer): Promise<string> {
  const wire = new PassThrough();
  const receiver = new Receiver({ isServer: false });
  wire.pipe(receiver);
  return new Promise((resolve, reject) => {
    receiver.on('message', (data: Buffer, isBinary: boolean) => resolve(isBinary ? 'binary' : String(data)));
    receiver.on('error', reject);
    wire.end(frame);
  });
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('a text of %i bytes arrives as it was', async (length) => {
  const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2);
  const bytes = Buffer.from(text);
  const cut = Math.floor(length / 3);
  expect(await understood(textFrame(bytes.subarray(0, cut), bytes.subarray(cut)))).toBe(text);
});

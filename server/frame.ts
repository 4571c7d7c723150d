/** The first byte of a message of text that is in one piece. */
const WHOLE_TEXT = 0x81;

/**
 * A message of a server as it stands on the wire (RFC 6455, 5.2), in one buffer that takes one write. Its parts are
 * bytes that were made before: what many are sent is encoded once.
 */
export function textFrame(...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = WHOLE_TEXT;
  frame[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) frame.writeUInt16BE(length, 2);
  if (start === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  let at = start;
  for (const part of parts) at += part.copy(frame, at);
  return frame;
}

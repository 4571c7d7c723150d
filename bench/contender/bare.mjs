// Node alone: at each tick a way to a thread and back, and as many bytes to a socket as a tick of the system has.
import { stat } from 'node:fs';
import { createServer } from 'node:net';

const TICK = Buffer.alloc(1300, 'x');
const server = createServer((socket) => {
  const timer = setInterval(() => stat('/proc', () => socket.write(TICK)), Number(process.argv[2]));
  socket.on('error', () => undefined).on('close', () => clearInterval(timer));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();

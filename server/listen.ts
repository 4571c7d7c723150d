import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Options } from './options.ts';

/** Listens where the options say, and tells the URL of it. */
export async function listen(server: Server, { host, port, socket }: Options): Promise<string> {
  if (socket === '') {
    await listening(server, { host, port });
    const bound = server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}/graphql`;
  }
  await listenOnSocket(server, socket);
  return `unix:${socket}:/graphql`;
}

/** A gateway that was killed leaves its socket behind: it goes, if it is a socket and nobody answers there. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    await listening(server, { path });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isStaleSocket(path))) throw error;
    await unlink(path);
    await listening(server, { path });
  }
}

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function isStaleSocket(path: string): Promise<boolean> {
  const found = await lstat(path);
  return found.isSocket() && (await refusesConnections(path));
}

function refusesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

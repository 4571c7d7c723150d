import { chmod, chown, lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { groupId } from './names.ts';
import { flagOf, isSecure, type Options } from './options.ts';

/** It cannot be listened on as was said. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Listens where the options say, and tells the URL of it. */
export async function listen(server: Server, options: Options): Promise<string> {
  const { host, port, socket } = options;
  if (socket === '') {
    await listening(server, { host, port });
    const bound = server.address() as AddressInfo;
    return `${isSecure(options) ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound.port}/graphql`;
  }
  await listenOnSocket(server, socket, options.socketGroup);
  return `unix:${socket}:/graphql`;
}

/** A gateway that was killed leaves its socket behind: it goes, if it is a socket and nobody answers there. */
async function listenOnSocket(server: Server, path: string, group: string): Promise<void> {
  const gid = group === '' ? null : groupId(group);
  if (gid === null && group !== '') throw new ListenError(`There is no group ${group}. See ${flagOf('socketGroup')}.`);
  // Made for nobody but this user, whatever comes next: a mode that is set afterwards is set too late.
  const before = process.umask(0o177);
  try {
    await bindSocket(server, path);
  } finally {
    process.umask(before);
  }
  if (gid === null) return;
  // Where it is of that group already, a sandbox need not allow to change it.
  if ((await lstat(path)).gid !== gid) {
    await chown(path, -1, gid).catch((error: NodeJS.ErrnoException) => {
      throw new ListenError(`${path} cannot be given to the group ${group} (${error.code}): this user is not in it.`);
    });
  }
  await chmod(path, 0o660);
}

async function bindSocket(server: Server, path: string): Promise<void> {
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

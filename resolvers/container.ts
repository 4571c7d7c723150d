import { bit } from '../loaders/process.ts';
import type { ProcessRow } from '../native/index.ts';
import type { Context } from './context.ts';
import { containerId } from './id.ts';

const CGROUP = bit('cgroup');

/** What runs processes in an image of its own, as far as its control group tells. */
export interface Container {
  readonly containerId: string;
  /** docker, podman, containerd, cri-o, lxc, systemd-nspawn. */
  readonly runtime: string | null;
}

export const container = (row: ProcessRow): Container | null =>
  row.containerId === null ? null : { containerId: row.containerId, runtime: row.containerRuntime };

export const id = (of: Container, _: unknown, context: Context): string => containerId(context.host, of.containerId);

/** There is a container as long as a process is in it. */
export async function containerById(named: { readonly containerId: string }, context: Context) {
  const all = await context.loaders.process.all(CGROUP);
  const member = all.find((row) => row.containerId === named.containerId);
  return member === undefined ? null : container(member);
}

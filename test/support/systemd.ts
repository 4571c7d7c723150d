// A real systemd as the first process of namespaces of its own, over an overlay of this machine's files: it changes
// nothing outside of them, and ends with the test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { needs, runs } from './needs.ts';
import { root as repository } from './source.ts';
import { type Tree, withTree } from './tree.ts';

const START = join(import.meta.dirname, 'systemd.sh');

export const needsSystemd = (): boolean =>
  needs('systemd', () => runs('/lib/systemd/systemd', '--version')) &&
  needs('dbus', () => runs('dbus-daemon', '--version')) &&
  needs('the right to make namespaces and control groups', () => runs('bash', START, '--probe'), 'run as root');

export interface Systemd {
  /** The address of its bus, for who is outside. */
  readonly address: string;
  /** Where its files are, for who is outside. */
  readonly root: string;
  /** What stands before their paths for who has a mount namespace of its own inside, though its root is theirs. */
  readonly before: string;
  /** What to write before a command that is to run beside its processes, with the files of this machine. */
  readonly enter: readonly string[];
  /** Runs a script inside. */
  run(script: string): string;
  stop(): Promise<void>;
}

/**
 * Starts one that has these files below /etc/systemd/system, and reaches sysgraph.target, which must be among them.
 * Other files of its own are named from / on, without that; this repository it has at /opt/sysgraph.
 */
export const systemd = (units: Tree, files: Tree = {}): Promise<Systemd> =>
  withTree({ ...below('etc/systemd/system', units), ...files }, async (folder) => {
    const programs = Object.keys(files).filter((path) => path.startsWith('usr/bin/'));
    for (const path of programs) chmodSync(join(folder, path), 0o755);
    const child = spawn('bash', [START, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    const ended = once(child, 'exit');
    const pid = await untilFound(child, () => said);
    const root = /^root (.*)$/m.exec(said)![1]!;
    const inside = ['--target', String(pid), '--pid', '--uts', '--ipc', '--net', '--cgroup'];
    const run = (script: string): string =>
      execFileSync('nsenter', [...inside, '--mount', '--root', '--wd', 'bash', '-ec', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    await untilReached(run, () => said);
    // Its mounts are beside those of this machine, whose files are seen; only the processes and /run are its own.
    const beside =
      'mount -t proc proc /proc; mount --bind "$0/run" /run; cd "$1"; shift; exec env -u DBUS_SYSTEM_BUS_ADDRESS "$@"';
    return {
      root: `/proc/${pid}/root`,
      before: root,
      address: `unix:path=/proc/${pid}/root/run/dbus/system_bus_socket`,
      enter: ['nsenter', ...inside, '--mount', 'unshare', '--mount', 'bash', '-ec', beside, root, repository],
      run,
      async stop() {
        // The script waits for the end of its input, and then cleans up.
        child.stdin.end();
        await ended;
      },
    };
  });

const below = (place: string, tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${place}/${path}`, entry]));

/** The first process of the namespace, as this machine numbers it. */
async function untilFound({ exitCode }: ChildProcess, said: () => string): Promise<number> {
  for (let tries = 0; tries < 600 && exitCode === null; tries++) {
    const shell = /^started (\d+)$/m.exec(said())?.[1];
    const children = shell && readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
    if (children) return Number(children);
    await setTimeout(100);
  }
  throw new Error(`no systemd: ${said()}`);
}

async function untilReached(run: Systemd['run'], said: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      if (run('systemctl is-active sysgraph.target || true').trim() === 'active') return;
    } catch {
      // Its bus is not there yet.
    }
    await setTimeout(100);
  }
  throw new Error(`systemd does not reach its target: ${said()}`);
}

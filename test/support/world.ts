// A machine of its own with everything that the documents' questions are about, and a gateway that serves it: a systemd
// in namespaces (test/support/systemd.ts) with services, a container, and processes that do what one would look for.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { type Example, invented } from './document.ts';
import { needs, runs } from './needs.ts';
import type { Answer } from './operation.ts';
import { program } from './program.ts';
import { JSON_BODY, send } from './serving.ts';
import { needsSystemd, type Systemd, systemd } from './systemd.ts';
import type { Tree } from './tree.ts';
import { record } from './utmp.ts';

/** As `docker run` calls one. */
export const CONTAINER = 'c0ffee'.padEnd(64, '0');

/** What services do, by the names of their programs; test/support/cast.c has the words. */
const SERVICES: Readonly<Record<string, { roles: string; more?: string }>> = {
  postgres: { roles: 'listen 127.0.0.1 5432 , eat 64' },
  nginx: { roles: 'listen 0.0.0.0 80 , tree 2 3' },
  admin: { roles: 'listen 127.0.0.1 9000' },
  app: {
    roles: 'listen 0.0.0.0 8080 , connect 5432 1000',
    more: 'User=nobody\nEnvironment=APP_MODE=production APP_PASSWORD=hunter2\n',
  },
};

/** /tmp is empty where services run, so the program comes with their units. */
const unit = (name: string, roles: string, more = ''): string => `[Unit]
Description=What is called ${name}
[Service]
ExecStartPre=+/usr/bin/install -m 755 /etc/systemd/system/cast /run/${name}
ExecStart=/run/${name} ${roles}
${more}`;

const units = (cast: string): Tree => ({
  cast: readFileSync(cast),
  'sysgraph.target': `[Unit]
Wants=dbus.service backup.service ${Object.keys(SERVICES)
    .map((name) => `${name}.service`)
    .join(' ')}
AllowIsolate=yes
`,
  ...Object.fromEntries(
    Object.entries(SERVICES).map(([name, { roles, more }]) => [`${name}.service`, unit(name, roles, more)]),
  ),
  'backup.service': '[Unit]\nDescription=What fails\n[Service]\nExecStart=/bin/false\n',
});

/** Roles of processes outside of any service, by their names; FOLDER is one of this machine's own. */
const OTHERS: Readonly<Record<string, string>> = {
  logger: 'hold FOLDER/huge.log 16777216',
  tailer: 'open FOLDER/app.log',
  forgetful: 'neglect',
  busy: 'burn',
  writer: 'write FOLDER/data',
  stuck: 'wait',
};

const GROUP = `/sys/fs/cgroup/system.slice/docker-${CONTAINER}.scope`;
const START_CONTAINER = `install -m 755 /etc/systemd/system/cast /run/redis
  mkdir -p ${GROUP}
  (echo $BASHPID > ${GROUP}/cgroup.procs; exec setsid /run/redis eat 32) </dev/null >/dev/null 2>&1 &`;

/** A disk that is a file, and all but full. */
const MOUNT_SRV = `truncate -s 4M /run/disk
  mkfs.ext4 -q -m 0 -O ^has_journal /run/disk
  mount -o loop /run/disk /srv
  cat /dev/zero 2>&1 > /srv/fill | grep -q 'No space left'
  truncate -s -100K /srv/fill`;

export const needsWorld = (): boolean => needsSystemd() && needs('e2fsprogs', () => runs('mkfs.ext4', '-V'));

export const READERS = ['cold', 'warm'] as const;
type Reader = (typeof READERS)[number];

type Ask = (query: string, variables?: object, token?: boolean) => Promise<Reply>;

export interface World {
  /** Where the processes that are in no service have their files. */
  readonly folder: string;
  /** When the last of them but one had started. */
  readonly moment: Date;
  /** Asks its gateway over HTTP, with its token or as anybody. */
  readonly ask: Ask;
  /** The same of one that reads cold, which is that, and of one that reads warm. */
  readonly asks: Readonly<Record<Reader, Ask>>;
  /** Runs a script among its services. */
  run: Systemd['run'];
  /** Starts one more of what started last. */
  newcomer(): Promise<void>;
  stop(): Promise<void>;
}

export interface Reply {
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its question, which no compiler sees
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export async function startWorld(): Promise<World> {
  const cast = program('cast', ['test/support/cast.c']);
  const there = await systemd(units(cast));
  const folder = mkdtempSync(join(tmpdir(), 'sysgraph-world-'));
  const ends: Promise<unknown>[] = [];
  const stop = async () => {
    await there.stop();
    await Promise.all(ends);
    rmSync(folder, { recursive: true, force: true });
  };
  const enter = (command: readonly string[]): Promise<void> => {
    const child = spawn(there.enter[0]!, [...there.enter.slice(1), ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    ends.push(once(child, 'exit'));
    return firstLine(child);
  };
  const play = (name: string, roles: string): Promise<void> => {
    copyFileSync(cast, join(folder, name));
    return enter([join(folder, name), ...roles.replaceAll('FOLDER', folder).split(' ').filter(Boolean)]);
  };
  const serve = async (reader: Reader): Promise<Ask> => {
    const [socket, token] = [join(folder, `${reader}.socket`), join(folder, `${reader}.token`)];
    const flags = ['--allow-actions', '--reader', reader, '--socket', socket, '--token-file', token];
    await enter([process.execPath, '--import', 'tsx', 'bin/sysgraph.ts', 'serve', ...flags]);
    return asking(socket, readFileSync(token, 'utf8').trim());
  };
  try {
    there.run(START_CONTAINER);
    there.run(MOUNT_SRV);
    there.run(
      `base64 -d > /run/utmp <<< ${record({ pid: 1, host: 'far.example', at: Date.now() / 1000 }).toString('base64')}`,
    );
    await Promise.all(Object.entries(OTHERS).map(([name, roles]) => play(name, roles)));
    // What starts is dated to a hundredth of a second.
    await setTimeout(100);
    const moment = new Date();
    // When the host booted is told to the second, rounded down, and when a process started by that.
    await setTimeout(1100);
    await play('newcomer', '');
    const newcomer = () => enter([join(folder, 'newcomer')]);
    const [cold, warm] = await Promise.all(READERS.map(serve));
    return { folder, moment, run: there.run, newcomer, stop, ask: cold!, asks: { cold: cold!, warm: warm! } };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<void> {
  const complaint = text(child.stderr!);
  const ended = once(child, 'exit').then(async () => Promise.reject(new Error(await complaint)));
  ended.catch(() => {});
  await Promise.race([once(createInterface(child.stdout!), 'line'), ended]);
}

/**
 * Asks an example, and has its answer checked: what must be in it and what must not, and that what the document shows
 * is like it. Who lacks the scope that the document names does not get that far. `told` tells its variables, each time.
 */
export async function holds(
  { ask }: Pick<World, 'ask'>,
  { query, answer, scope }: Example,
  told: () => Promise<object>,
  check: (data: Answer) => void,
): Promise<void> {
  let variables = {};
  // What was started may not have got as far.
  const whole = async () => {
    variables = await told();
    const { data, errors } = await ask(query, variables, scope !== 'READ');
    expect(errors).toBeUndefined();
    check(data);
    expect(invented(answer, data)).toEqual([]);
  };
  await vi.waitFor(whole, { timeout: 20_000, interval: 250 });
  if (scope === 'READ') return;
  const { data, errors } = await ask(query, variables, false);
  expect(errors?.every(({ extensions }) => extensions?.code === 'NOT_AUTHORIZED') ?? true).toBe(true);
  expect(() => check(data), `needs ${scope}`).toThrow();
}

const asking =
  (socketPath: string, token: string): Ask =>
  async (query, variables = {}, isTrusted = true) => {
    const headers = { ...JSON_BODY, host: 'localhost', ...(isTrusted ? { authorization: `Bearer ${token}` } : {}) };
    const where = { socketPath, path: '/graphql', method: 'POST', headers };
    return JSON.parse((await send(where, JSON.stringify({ query, variables }))).text);
  };

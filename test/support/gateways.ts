// Gateways as services of a systemd of their own, with the unit that they are shipped with, or with parts of it.
import { existsSync, readFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { Answer } from './operation.ts';
import { JSON_BODY, send } from './serving.ts';
import { type Systemd, systemd } from './systemd.ts';
import type { Tree } from './tree.ts';

export const UNIT = 'systemd/sysgraph.service';

/** What is of the gateway in its unit, and not of the sandbox around it. */
const OWN = /^(\[|\s|(ExecStart|User|Group|RuntimeDirectory|StateDirectory|UMask|Limit|TasksMax|AmbientCapabilities))/;

/** The gateway of the unit under another name, for the same user, in no sandbox. */
export const unconfined = (name: string, rights?: string): string =>
  readFileSync(UNIT, 'utf8')
    .split('\n')
    .filter((line) => OWN.test(line))
    .join('\n')
    .replace(/^AmbientCapabilities=.*$/m, (line) => (rights === undefined ? line : `AmbientCapabilities=${rights}`))
    .replaceAll('/run/sysgraph/', `/run/${name}/`)
    .replaceAll('/var/lib/sysgraph/', `/var/lib/${name}/`)
    .replaceAll('Directory=sysgraph', `Directory=${name}`);

const COMMAND = `#!/bin/sh
cd /opt/sysgraph && exec ${process.execPath} --import tsx bin/sysgraph.ts "$@"
`;

const files = (): Tree => ({
  'usr/bin/sysgraph': COMMAND,
  'etc/passwd': `${readFileSync('/etc/passwd', 'utf8')}sysgraph:x:990:990::/var/lib/sysgraph:/usr/sbin/nologin\n`,
  'etc/group': `${readFileSync('/etc/group', 'utf8')}sysgraph:x:990:\n`,
});

export interface Gateways extends Systemd {
  /** Asks one of them, by its name; with its token, unless it is said that without. */
  ask(name: string, query: string, withToken?: boolean): Promise<Answer>;
}

/** Starts the services of these units, of which those that have a runtime directory are gateways. */
export async function startGateways(units: Readonly<Record<string, string>>): Promise<Gateways> {
  const names = Object.keys(units);
  const target = `[Unit]\nWants=dbus.service ${names.map((name) => `${name}.service`).join(' ')}\nAllowIsolate=yes\n`;
  const services = Object.fromEntries(names.map((name) => [`${name}.service`, units[name]!]));
  const there = await systemd({ 'sysgraph.target': target, ...services }, files());
  const socketOf = (name: string) => `${there.root}/run/${name}/socket`;
  const gateways = names.filter((name) => units[name]!.includes('RuntimeDirectory='));
  try {
    await vi.waitUntil(() => gateways.every((name) => existsSync(socketOf(name))), { timeout: 100_000, interval: 200 });
  } catch (error) {
    const why = there.run(`systemctl status ${gateways.join(' ')} || true`);
    await there.stop();
    throw new Error(`no gateways: ${why}`, { cause: error });
  }
  return {
    ...there,
    async ask(name, query, withToken = true) {
      const token = readFileSync(`${there.root}/var/lib/${name}/token`, 'utf8').trim();
      const headers = { ...JSON_BODY, ...(withToken ? { authorization: `Bearer ${token}` } : {}) };
      const where = { socketPath: socketOf(name), path: '/graphql', method: 'POST', headers };
      const { text } = await send(where, JSON.stringify({ query }));
      const { data, errors } = JSON.parse(text.replaceAll(`${there.before}/`, '/').replaceAll(there.before, '/'));
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
  };
}

import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { everyField } from '../support/every-field.ts';
import { type Gateways, startGateways, UNIT, unconfined } from '../support/gateways.ts';
import { lastingDifferences } from '../support/lasting.ts';
import type { Answer } from '../support/operation.ts';
import { needsSystemd } from '../support/systemd.ts';

// The unit takes from the gateway all that it does not need: it must answer as it would with all of that. And it leaves
// it two rights: docs/security.md must say what each is for.

/** The rows of its table: a right, and the fields that it adds. */
const rightsInDocs = (): ReadonlyMap<string, string[]> =>
  new Map(
    [...readFileSync('docs/security.md', 'utf8').matchAll(/^\| (CAP_\w+|both) \| (.*) \|$/gm)].map(
      ([, right, adds]) => [
        right!,
        [...adds!.matchAll(/`(\w+)`|owners of sockets/g)].map(([all, field]) => field ?? all).sort(),
      ],
    ),
  );

/** Whether descriptors can be counted only by who may list them. */
const isBefore62 = release().localeCompare('6.2', 'en', { numeric: true }) < 0;

/** A program of somebody else, with a file, a socket and a variable. */
const OTHER = `require('fs').openSync('/etc/hostname'); require('net').createServer().listen(4321, '127.0.0.1')`;
const other = `[Service]\nUser=nobody\nEnvironment=A=1\nExecStart=${process.execPath} -e "${OTHER}"\n`;

const GIVEN: Readonly<Record<string, string>> = {
  process: '(pid: 1)',
  mount: '(path: "/run")',
  service: '(name: "other.service")',
  processGroups: '(by: USERNAME)',
  connections: '(kind: ALL)',
  mounts: '(all: true)',
  disks: '(all: true)',
};
/** Who leads to whom is left to those; and when each gateway started, and its memory, are its own. */
const LEFT_OUT = /^(Query|Process)\.(node|nodes|parent|parents|children)$|\.(process|processes|startedAt|heap)$/;

const root = schema.getQueryType()!;
const operations = Object.keys(root.getFields())
  .map((field) => {
    const isWanted = (coordinate: string): boolean =>
      coordinate === `Query.${field}` || !(coordinate.startsWith('Query.') || LEFT_OUT.test(coordinate));
    return [field, `{ ${everyField(root, { depth: 3, given: GIVEN, isWanted })} }`] as const;
  })
  .filter(([, query]) => query !== '{  }');

/** Without the gateways: one that is asked has more descriptors and threads than one that waits. */
function withoutThem(answer: Answer, pids: ReadonlySet<number>): Answer {
  if (Array.isArray(answer)) return answer.filter((one) => !pids.has(one?.pid)).map((one) => withoutThem(one, pids));
  if (answer === null || typeof answer !== 'object') return answer;
  if (pids.has(answer.pid)) return null;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, withoutThem(value, pids)]));
}

describe.runIf(needsSystemd())('in the sandbox of its unit', () => {
  let there: Gateways;
  let them: ReadonlySet<number>;
  let pidOfOther: number;

  const pidOf = (name: string): number => Number(there.run(`systemctl show -P MainPID ${name}.service`));

  beforeAll(async () => {
    there = await startGateways({
      sysgraph: readFileSync(UNIT, 'utf8'),
      plain: unconfined('plain'),
      none: unconfined('none', ''),
      ptrace: unconfined('ptrace', 'CAP_SYS_PTRACE'),
      search: unconfined('search', 'CAP_DAC_READ_SEARCH'),
      other,
    });
    them = new Set(['sysgraph', 'plain', 'none', 'ptrace', 'search'].map(pidOf));
    pidOfOther = pidOf('other');
  }, 200_000);
  afterAll(() => there?.stop());

  /** What two of them answer differently whenever they are asked. */
  async function differences(one: string, another: string, query: string, withToken = true): Promise<string[]> {
    const answers: [Answer[], Answer[]] = [[], []];
    for (let round = 1; ; round++) {
      for (const [side, name] of [one, another].entries())
        answers[side]!.push(withoutThem(await there.ask(name, query, withToken), them));
      const found = lastingDifferences(...answers);
      if (round >= 3 && (found.length === 0 || round === 10)) return found;
      // A rate stays as it is for a moment.
      if (round >= 3) await setTimeout(300);
    }
  }

  test('it runs as the unit says', () => {
    const status = there.run(`cat /proc/${pidOf('sysgraph')}/status`);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    expect(status).toMatch(/^Seccomp:\s2$/m);
    expect(status).toMatch(/^CapBnd:\s0*80004$/m);
    expect(there.run(`cat /proc/${pidOf('plain')}/status`)).toMatch(/^Seccomp:\s0$/m);
  });
  test.each(operations)(
    '%s is answered as without it',
    async (_, query) => {
      expect(await differences('sysgraph', 'plain', query)).toEqual([]);
    },
    60_000,
  );
  test('what anyone is told is what they would be without it', async () => {
    const [, query] = operations.find(([field]) => field === 'processes')!;
    expect(await differences('sysgraph', 'plain', query, false)).toEqual([]);
  }, 60_000);
  test('processes are waited for as without it', async () => {
    const { process } = await there.ask('plain', `{ process(pid: ${pidOfOther}) { id } }`);
    const query = `{ waitProcesses(ids: ["${process.id}"], timeoutMs: 50) { processId exited } }`;
    const answers = await Promise.all(['sysgraph', 'plain'].map((name) => there.ask(name, query)));
    expect(answers).toEqual(Array(2).fill({ waitProcesses: [{ processId: process.id, exited: false }] }));
  });
  test('a right less would be noticed', async () => {
    const [, query] = operations.find(([field]) => field === 'processes')!;
    const found = (await differences('sysgraph', 'none', query)).join('\n');
    for (const field of ['exe', 'environment', 'memoryMaps']) expect(found.includes(`.${field}: `)).toBe(true);
  }, 60_000);

  /** What the kernel refuses one of them of somebody else's process, and of its socket. */
  async function refused(name: string): Promise<string[]> {
    const fields = everyField(schema.getType('Process')! as typeof root, {
      ...{ depth: 1, given: {}, isWanted: (coordinate: string) => !LEFT_OUT.test(coordinate) },
    });
    const query = `{
      process(pid: ${pidOfOther}) { ${fields} gaps { field reason } }
      connections(kind: TCP4) { nodes { pid local { port } } }
    }`;
    const { process, connections } = await there.ask(name, query);
    const socket = connections.nodes.find((one: Answer) => one.local?.port === 4321);
    const gaps = process.gaps.filter((gap: Answer) => gap.reason === 'ACCESS_DENIED').map((gap: Answer) => gap.field);
    return [...gaps, ...(socket.pid === null ? ['owners of sockets'] : [])].sort();
  }

  test('each right buys the fields that docs/security.md says, and no others', async () => {
    const [none, ptrace, search] = await Promise.all(['none', 'ptrace', 'search'].map(refused));
    const without = (fields: string[]): string[] => none!.filter((field) => !fields.includes(field));
    const rows = rightsInDocs();
    expect(rows.get('CAP_SYS_PTRACE')).toEqual(without(ptrace!));
    expect(rows.get('CAP_DAC_READ_SEARCH')!.filter((field) => field !== 'numFds' || isBefore62)).toEqual(
      without(search!),
    );
    expect(rows.get('both')).toEqual(ptrace!.filter((field) => search!.includes(field)));
    expect(await refused('plain')).toEqual([]);
  });
});

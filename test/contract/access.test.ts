import { type GraphQLNamedType, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { HostIdentity, Layout, Source } from '../../native/index.ts';
import type { Access } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { accessOf, type Scope } from '../../resolvers/viewer.ts';
import { schema } from '../../schema/index.ts';
import { everyField } from '../support/every-field.ts';
import { wholeHost } from '../support/host.ts';
import { type Answer, ask, execute, gapLines, somewhere } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';

// A source that the caller may not have read is never read: not by any field, however deep it stands.

const ORDINARY: HostIdentity = { ...somewhere, ownPid: 1 };
const PRIVILEGED: HostIdentity = { ...ORDINARY, isPrivileged: true };
const HIDING: HostIdentity = { ...PRIVILEGED, hidesProcesses: true };

/** A host that notes what is read of it: `process cmdline`, and how the places of paths are found. */
function watched(identity: HostIdentity) {
  const host = scripted(wholeHost(), identity);
  const seen = new Set<string>();
  const links: boolean[] = [];
  const source: Source = {
    ...host,
    async read(table, mask, keys) {
      for (const name of namesIn(table, mask)) seen.add(`${table.name} ${name}`);
      return host.read(table, mask, keys);
    },
    async mountAt(_, follow) {
      links.push(follow);
      return 1;
    },
  };
  return { source, seen, links };
}

const namesIn = ({ sources }: Layout, mask: number): string[] => sources.filter((_, index) => mask & (1 << index));

/** Sources by who may have them read; those of a list are read as rows of its own table. */
const sourcesOf = (kind: Access): string[] =>
  tables.flatMap(({ name, sources, lists }) => {
    const theirs = Object.values(lists).flatMap((list) => Object.keys(list.table.sources));
    const own = Object.keys(sources).filter((source) => sources[source]!.access === kind && !theirs.includes(source));
    return own.map((source) => `${name} ${source}`);
  });

const GIVEN = { process: '(pid: 1)', mount: '(path: "/")' };
const EVERYTHING = `{ ${everyField(schema.getQueryType()!, { depth: 4, given: GIVEN })} }`;

async function readBy(scopes: Scope[], identity: HostIdentity) {
  const { source, seen, links } = watched(identity);
  const access = [...accessOf(scopes, identity)];
  const { errors } = await execute(source, EVERYTHING, { access });
  expect(errors).toBeUndefined();
  return { seen, links: [...new Set(links)] };
}

describe('all there is to ask', () => {
  const [READ, SHOWN, OWNER, SENSITIVE] = (['READ', 'SHOWN', 'OWNER', 'SENSITIVE'] as const).map(sourcesOf);
  const among = (seen: Set<string>, kind: string[] = []) => kind.filter((source) => seen.has(source));

  test('is read with the token, links followed', async () => {
    const { seen, links } = await readBy(['READ', 'SENSITIVE'], HIDING);
    for (const kind of [SHOWN, OWNER, SENSITIVE]) expect(among(seen, kind)).toEqual(kind);
    expect([SHOWN, OWNER, SENSITIVE].every((kind) => kind!.length > 0)).toBe(true);
    expect(links).toEqual([true]);
  });
  test('of an ordinary user is read without one, but for what is a secret', async () => {
    const { seen } = await readBy(['READ'], ORDINARY);
    expect(among(seen, OWNER)).toEqual(OWNER);
    expect(among(seen, SENSITIVE)).toEqual([]);
  });
  test('of a privileged gateway is read without one only as far as everyone may see it', async () => {
    const { seen, links } = await readBy(['READ'], PRIVILEGED);
    expect(among(seen, READ).length).toBeGreaterThan(20);
    expect([among(seen, SHOWN), among(seen, OWNER), among(seen, SENSITIVE)]).toEqual([SHOWN, [], []]);
    expect(links).toEqual([false]);
  });
  test('where processes are hidden from others, their arguments are too', async () => {
    const { seen } = await readBy(['READ'], HIDING);
    expect([...seen].filter((source) => !READ?.includes(source))).toEqual([]);
  });
});

describe('what may not be read', () => {
  const QUERY = `query ($pid: Int!) { process(pid: $pid) {
    name cmdline exe cwd environment { value } openFiles { path } memoryMaps { path } io { readCount } numFds
    limits { soft } memoryFootprint { uss } connections { id } gaps { field reason message }
  } }`;
  const answer = async (identity: HostIdentity): Promise<Answer> => {
    const access = [...accessOf(['READ'], identity)];
    return (await ask(watched(identity).source, QUERY, { access, variables: { pid: 2 } })).process;
  };

  test('is null, and its gap says what would help', async () => {
    const { name, cmdline, gaps, ...rest } = await answer(PRIVILEGED);
    expect({ name, cmdline }).toEqual({ name: 'a-name-that-is-cut', cmdline: ['a-name-that-is-cut'] });
    expect(gapLines(gaps)).toEqual(Object.keys(rest).map((field) => `${field} NOT_AUTHORIZED`));
    expect(Object.values(rest)).toEqual(Object.keys(rest).map(() => null));
    expect(gaps[0].message).toMatch(/scope SENSITIVE.*token/);
  });
  test('does not come out by the name, which may be told by the arguments', async () => {
    const { name, cmdline, gaps } = await answer(HIDING);
    expect({ name, cmdline }).toEqual({ name: 'a-name-that-is-', cmdline: null });
    expect(gapLines(gaps)[0]).toBe('cmdline NOT_AUTHORIZED');
  });
});

test('nothing of who asks can be selected in a stream, which many share', () => {
  const seen = new Set<string>();
  const walk = (type: GraphQLNamedType): void => {
    if (seen.has(type.name) || !(isObjectType(type) || isInterfaceType(type))) return;
    seen.add(type.name);
    for (const field of Object.values(type.getFields())) walk(getNamedType(field.type));
    if (isInterfaceType(type)) for (const of of schema.getPossibleTypes(type)) walk(of);
  };
  walk(schema.getSubscriptionType()!);
  expect(seen).toContain('Process');
  expect([...seen].filter((name) => ['Viewer', 'Gateway', 'Query', 'HostGraph'].includes(name))).toEqual([]);
});

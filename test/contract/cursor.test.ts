import { describe, expect, test } from 'vitest';
import { ask, execute } from '../support/operation.ts';
import { scripted } from '../support/scripted.ts';

const line = { isCommCut: false, isKernelThread: false, status: 'SLEEPING' };
const source = scripted({
  process: [1, 2, 3].map((key) => ({ ...line, key, startTicks: key, comm: `p${key}`, memoryRss: key })),
});

describe('a cursor is good for the same question, however it is written', () => {
  // A page of nothing has no cursor, and the error of a foreign one tells of the mark all the same.
  const holds = async (after: string, asked: string): Promise<boolean> => {
    const { errors } = await execute(source, `{ processes(after: "${after}", ${asked}) { totalCount } }`);
    return errors === undefined;
  };
  const first = async (asked: string): Promise<string> =>
    (await ask(source, `{ processes(first: 1, ${asked}) { pageInfo { endCursor } } }`)).processes.pageInfo.endCursor;
  const whole = first('filter: null');
  const nothing = [
    ...['filter: null', 'filter: {}', 'filter: { and: [] }', 'filter: { and: [{}, { and: [{}] }] }', 'orderBy: []'],
    ...['filter: { name: {} }', 'filter: { name: { ignoreCase: true } }', 'filter: { name: { eq: null }, rss: null }'],
  ];
  test.each(nothing)('%s asks for all', async (asked) => expect(await holds(await whole, asked)).toBe(true));
  test.each([
    ['{ rss: { gte: 0 }, and: [{}] }', '{ and: [], pid: {}, rss: { gte: 0, lt: null } }'],
    ['{ and: [{}, { rss: { gte: 0 } }] }', '{ and: { rss: { gte: 0 } } }'],
    ['{ or: [{}] }', '{ or: { and: { name: {} } } }'],
  ])('%s asks for the same as %s', async (one, other) =>
    expect(await holds(await first(`filter: ${one}`), `filter: ${other}`)).toBe(true),
  );
  test.each(['{ not: {} }', '{ or: [] }', '{ status: [] }', '{ rss: { in: [] } }', '{ or: [{}] }'])(
    '%s does not',
    async (asked) => expect(await holds(await whole, `filter: ${asked}`)).toBe(false),
  );
});

test('what is sorted by again decides nothing, and costs nothing', async () => {
  const query =
    'query ($o: [ProcessOrder!]) { processes(first: 2, orderBy: $o) { nodes { pid } pageInfo { endCursor } } }';
  const page = async (o: object[]) => (await ask(source, query, { variables: { o } })).processes;
  const once = [{ by: 'STATUS' }, { by: 'RSS', direction: 'DESC' }];
  const again = Array.from({ length: 1000 }, () => [{ by: 'RSS' }, { by: 'STATUS', direction: 'DESC' }]).flat();
  const [short, long] = [await page(once), await page([...once, ...again])];
  expect(long.nodes).toEqual([{ pid: 3 }, { pid: 2 }]);
  expect([short.nodes, short.pageInfo.endCursor.length]).toEqual([long.nodes, long.pageInfo.endCursor.length]);
});

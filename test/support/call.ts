// One call of the machine in a process of its own, for a test that takes its rights or its system calls away:
//
//     tsx test/support/call.ts [--nobody] [--proc DIR] [--starts PID | --service NAME]
//         listen | act TARGET ACTION | wait TARGET | do FIELD | run OPERATION VARIABLES
//
// Targets and actions are JSON. With --starts the target is whoever has that pid. A FIELD is one of Mutation, in which
// $id is the id of the target.
import { parseArgs } from 'node:util';
import { graphql } from 'graphql';
import { type Action, openLocal, type Source, type Target } from '../../native/index.ts';
import { hostKeys, processId, serviceId } from '../../resolvers/id.ts';
import { schema } from '../../schema/index.ts';
import { actingContext } from './operation.ts';
import { readProcesses } from './reading.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nobody: { type: 'boolean', default: false },
    proc: { type: 'string', default: '/proc' },
    starts: { type: 'string' },
    service: { type: 'string' },
  },
});

async function call(source: Source, [what, ...given]: string[]): Promise<unknown> {
  if (what === 'listen') {
    const opened = source.events!(() => undefined);
    if ('close' in opened) opened.close();
    return opened;
  }
  if (what === 'run') return run(source, given[0]!, JSON.parse(given[1]!));
  if (values.service) return mutate(source, serviceId(hostKeys(source.identity), values.service), given[0]!);
  const target: Target = values.starts ? await targetOf(source, Number(values.starts)) : JSON.parse(given.shift()!);
  const { pid, startTicks } = target;
  const id = processId(hostKeys(source.identity), { key: pid, startTicks } as never);
  if (what === 'do') return mutate(source, id, given[0]!);
  if (what === 'wait') return source.wait!([target], { timeoutMs: 10_000 });
  return source.act!(target, JSON.parse(given[0]!) as Action);
}

async function mutate(source: Source, id: string, field: string): Promise<unknown> {
  const query = `mutation ($id: ID!) { ${field} { __typename errors { code message } } }`;
  return run(source, query, { id });
}

const run = (source: Source, query: string, variableValues: Readonly<Record<string, unknown>>) =>
  graphql({ schema, source: query, variableValues, contextValue: actingContext(source) });

async function targetOf(source: Source, pid: number): Promise<Target> {
  const [row] = await readProcesses(source, ['stat'], { keys: [pid] });
  return { pid, startTicks: row!.startTicks! };
}

const source = await openLocal({ procRoot: values.proc });
if (values.nobody) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
console.log(JSON.stringify(await call(source, positionals)));

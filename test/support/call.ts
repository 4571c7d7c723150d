// One call of the machine in a process of its own, for a test that takes its rights or its system calls away:
//
//     tsx test/support/call.ts [--nobody] [--proc DIR] [--starts PID] listen | act TARGET ACTION | wait TARGET
//
// Targets and actions are JSON. With --starts the target is whoever has that pid.
import { parseArgs } from 'node:util';
import { type Action, openLocal, type Source, type Target } from '../../native/index.ts';
import { readProcesses } from './reading.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nobody: { type: 'boolean', default: false },
    proc: { type: 'string', default: '/proc' },
    starts: { type: 'string' },
  },
});

async function call(source: Source, [what, ...given]: string[]): Promise<unknown> {
  if (what === 'listen') {
    const opened = source.events!(() => undefined);
    if ('close' in opened) opened.close();
    return opened;
  }
  const target: Target = values.starts ? await targetOf(source, Number(values.starts)) : JSON.parse(given.shift()!);
  if (what === 'wait') return source.wait!([target], { timeoutMs: 10_000 });
  return source.act!(target, JSON.parse(given[0]!) as Action);
}

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

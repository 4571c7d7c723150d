// Has one pid be given to process after process, each more than two ticks after the one before, and sends each of them
// a signal while it is being replaced, and once more when it is. In a namespace of its own, where nobody else takes it:
//
//     unshare --pid --fork --mount-proc tsx test/support/reuse.ts PROGRAM ROUNDS [graph]
//
// By the graph it is also made nice, which the kernel takes by pid alone.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { graphql } from 'graphql';
import { type Effect, openLocal, type Target } from '../../native/index.ts';
import { hostKeys, processId } from '../../resolvers/id.ts';
import { schema } from '../../schema/index.ts';
import { actingContext } from './operation.ts';
import { readProcesses } from './reading.ts';

const PID = 5_000;
const KILLED = 9;
const SIGNALS = [
  { signal: 'SIGUSR1', number: 10 },
  { signal: 'SIGUSR2', number: 12 },
] as const;

const [program, rounds, way] = process.argv.slice(2);
const source = await openLocal();
const child = spawn(program!, [String(PID)], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
const answer = async () => Number((await answers.next()).value);

async function current(): Promise<Target> {
  const [row] = await readProcesses(source, ['stat'], { keys: [PID] });
  return { pid: PID, startTicks: row!.startTicks! };
}

/** What became of it, in the words of the machine. */
async function mutate({ startTicks }: Target, field: string): Promise<Effect> {
  const id = processId(hostKeys(source.identity), { key: PID, startTicks } as never);
  const query = `mutation ($id: ID!) { done: ${field} { errors { code message } } }`;
  const answer = await graphql({ schema, source: query, variableValues: { id }, contextValue: actingContext(source) });
  const [error] = (answer.data!.done as { errors: { code: string; message: string }[] }).errors;
  if (!error) return 'DONE';
  if (error.code === 'NO_SUCH_PROCESS') return 'GONE';
  return /may have reached another/.test(error.message) ? 'UNCERTAIN' : 'FAILED';
}

/** Makes whoever is meant nice while it is replaced: false if another became so, and that was not told. */
async function isNiceToNobodyElse(isLate: boolean): Promise<boolean> {
  const target = await current();
  const soften = () => mutate(target, 'setProcessNice(id: $id, nice: 7)');
  const first = isLate ? null : soften();
  child.stdin.write('\n');
  const effect = await (first ?? soften());
  await answer();
  const again = await soften();
  const [row] = await readProcesses(source, ['state'], { keys: [PID] });
  return (
    again === 'GONE' && ['DONE', 'GONE', 'UNCERTAIN'].includes(effect) && (row!.nice === 0 || effect === 'UNCERTAIN')
  );
}

/** How whoever was meant ended, by a signal's number, and what came of both attempts. */
async function round(signal: string, isLate: boolean): Promise<[number, Effect, Effect]> {
  const target = await current();
  const send = () =>
    way === 'graph'
      ? mutate(target, `signalProcess(id: $id, signal: "${signal}")`)
      : source.act!(target, { act: 'signal', signal }).then(({ effect }) => effect);
  // Before it is replaced, or while it is.
  const first = isLate ? null : send();
  child.stdin.write('\n');
  const acting = first ?? send();
  const status = await answer();
  return [status, await acting, await send()];
}

await answer();
const counts = { reached: 0, replaced: 0, wrong: 0 };
for (let at = 0; at < Number(rounds); at++) {
  const { signal, number } = SIGNALS[at % 2]!;
  const [status, effect, again] = await round(signal, at % 4 < 2);
  // What was meant for the one before would show here as the other signal.
  const isRight = status === number ? effect === 'DONE' : status === KILLED;
  if (!isRight || again !== 'GONE') counts.wrong++;
  else if (status === number) counts.reached++;
  else counts.replaced++;
  if (way === 'graph' && !(await isNiceToNobodyElse(at % 4 < 2))) counts.wrong++;
}
child.stdin.end();
console.log(JSON.stringify(counts));

// What of a host a caller can do something to: processes that are hidden are, for whoever acts or waits, not there.
import { type Keys, processTable, rowsOf, type Source, type Target, type Waited } from '../native/index.ts';
import { bit } from './process.ts';

const STAT = bit('stat');

const ENDED: Waited = { effect: 'DONE', hasEnded: true, exit: null };

type Deeds = Pick<Source, 'act' | 'wait' | 'controlService'>;

/** What a source can do, to those alone that it shows. */
export function reaching(source: Pick<Source, 'read'> & Deeds): Deeds {
  const seenOf = async (targets: readonly Target[], signal?: AbortSignal): Promise<ReadonlySet<Target>> => {
    const keys: Keys = { keys: targets.map(({ pid }) => pid) };
    const rows = rowsOf(processTable, STAT, await source.read(processTable, STAT, keys, signal));
    return new Set(targets.filter(({ startTicks }, index) => rows[index]?.startTicks === startTicks));
  };
  const act: Source['act'] = async (target, action) => {
    const seen = await seenOf([target]);
    return seen.has(target) ? source.act!(target, action) : { effect: 'GONE', isHeld: false };
  };
  const wait: Source['wait'] = async (targets, patience, signal) => {
    const seen = await seenOf(targets, signal);
    const living = targets.filter((target) => seen.has(target));
    const waited = living.length === 0 ? [] : await source.wait!(living, patience, signal);
    const byTarget = new Map(living.map((target, index) => [target, waited[index]!]));
    return targets.map((target) => byTarget.get(target) ?? ENDED);
  };
  return {
    ...(source.act ? { act } : {}),
    ...(source.wait ? { wait } : {}),
    ...(source.controlService ? { controlService } : {}),
  };
}

/** Nobody's processes are a service's alone: to stop one ends processes that are hidden. */
const controlService: NonNullable<Source['controlService']> = async () => ({
  code: 'REFUSED',
  message: "who is shown one user's processes alone acts on no service; it takes a caller who sees them all",
});

import {
  type Action,
  cpuTable,
  type Outcome,
  type Platform,
  type ProcessRow,
  processTable,
  rowsOf,
  type ServiceOutcome,
  type ServiceVerb,
  type Source,
  systemTable,
  type Target,
} from '../native/index.ts';
import { bit, ProcessLoader } from './process.ts';

const CGROUP = bit('cgroup');
const CPU_TIMES = 1 << cpuTable.sources.indexOf('cpuTimes');
const OS = 1 << systemTable.sources.indexOf('os');

const NOBODY: ServiceOutcome = { code: 'NOT_SUPPORTED', message: 'the gateway cannot control services of this host' };

/**
 * Does something to the host, and looks at what it is done to, anew each time. It has a source that goes on though
 * whoever asked has gone: half of an action is worse than all of it.
 */
export class Actor {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Every process there is now. */
  all(mask: number): Promise<readonly ProcessRow[]> {
    return new ProcessLoader(this.#source).all(mask);
  }

  /** Whoever has this pid now. */
  async at(pid: number, mask: number): Promise<ProcessRow> {
    const [row] = await new ProcessLoader(this.#source).at([pid], mask);
    return row ?? processTable.create(pid);
  }

  /** The units that a process is in, by its control group or else by their manager; null where neither tells. */
  async unitsOf(pid: number | null): Promise<readonly string[] | null> {
    const row = pid === null ? null : await this.at(pid, CGROUP);
    return row?.cgroupPath?.split('/') ?? row?.serviceNames ?? null;
  }

  /** The numbers of the CPUs there are. */
  async cpus(): Promise<readonly number[]> {
    const batch = await this.#source.read(cpuTable, CPU_TIMES, { keys: [0] });
    return rowsOf(cpuTable, CPU_TIMES, batch).flatMap(({ number }) => number ?? []);
  }

  /** What the gateway was built for; null where that cannot be read. */
  async platform(): Promise<Platform | null> {
    const [row] = rowsOf(systemTable, OS, await this.#source.read(systemTable, OS, { keys: [0] }));
    return row?.platform ?? null;
  }

  async act(target: Target, action: Action): Promise<Outcome> {
    return (await this.#source.act?.(target, action)) ?? { effect: 'UNSUPPORTED', isHeld: false };
  }

  async controlService(name: string, verb: ServiceVerb, timeoutMs: number): Promise<ServiceOutcome> {
    return (await this.#source.controlService?.(name, verb, timeoutMs)) ?? NOBODY;
  }

  async trimHeap(): Promise<boolean> {
    return (await this.#source.trimHeap?.()) ?? false;
  }
}

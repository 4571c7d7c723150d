// `npm run bench [-- CASE…] [--json FILE]`: what the gateway costs beside every peer on this machine, in turns in the
// same run. One table on the standard output, and the same as JSON in a file.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Case } from './case/bench.ts';
import { executors } from './case/executors.ts';
import { idle } from './case/idle.ts';
import { memory } from './case/memory.ts';
import { processes } from './case/processes.ts';
import { sockets } from './case/sockets.ts';
import { start } from './case/start.ts';
import { subscribers } from './case/subscribers.ts';
import { system } from './case/system.ts';
import { warm } from './case/warm.ts';
import { watch } from './case/watch.ts';
import { startGateway } from './contender/gateway.ts';
import { startPsutil } from './contender/psutil.ts';
import { type Result, table } from './contest.ts';

const cases: Record<string, Case> = {
  processes,
  sockets,
  system,
  watch,
  subscribers,
  executors,
  idle,
  start,
  memory,
  warm,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'string', default: 'build/bench.json' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in cases));
if (unknown.length > 0) {
  console.error(`No case is called ${unknown.join(' or ')}: there are ${Object.keys(cases).join(', ')}.`);
  process.exit(2);
}

const versions: Record<string, string> = { node: process.version };
const skipped: Record<string, string> = {};

/** The first line that a program says of its version. */
function has(program: string, packageName: string, ...flags: string[]): boolean {
  try {
    const said = execFileSync(program, flags.length > 0 ? flags : ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    versions[program] = said.split('\n').find((line) => line !== '') ?? 'unknown';
    return true;
  } catch {
    skip(program, `it is not installed: apt-get install ${packageName}`);
    return false;
  }
}

function skip(what: string, why: string): void {
  skipped[what] = why;
}

const psutil = await startPsutil().catch(() => skip('psutil', 'it is not installed: apt-get install python3-psutil'));
if (psutil) versions.psutil = psutil.version;
const gateway = await startGateway();
const bench: Bench = { gateway, ...(psutil ? { psutil } : {}), skip, has };
const results: Result[] = [];
try {
  for (const [name, run] of Object.entries(cases)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`${name} …`);
    results.push(...(await run(bench)));
  }
} finally {
  await Promise.all([gateway.stop(), psutil?.stop()]);
}

const machine = { cpu: cpus()[0]?.model, cpus: cpus().length, memory: totalmem(), kernel: release() };
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify({ machine, versions, skipped, results }, null, 2)}\n`);
console.log(table(results));
console.log(`\n${machine.cpus} CPUs (${machine.cpu}), Linux ${machine.kernel}`);
for (const [name, version] of Object.entries(versions)) console.log(`${name}: ${version}`);
for (const [name, why] of Object.entries(skipped)) console.log(`not run: ${name}: ${why}`);
console.log(`the same as JSON: ${values.json}`);

#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { explainFailure } from '../server/failures.ts';
import { helpText, type Options, parseCommand } from '../server/options.ts';
import { TokenError } from '../server/private-file.ts';
import { tellOf } from '../server/token.ts';
import { runTokenCommand } from '../server/token-command.ts';
import { version } from '../server/version.ts';

const command = parseCommand(process.argv.slice(2));
if (command.do === 'serve') await serve(command.options);
else if (command.do === 'token') token(command.args);
else if (command.do === 'help') process.stdout.write(helpText());
else if (command.do === 'version') console.log(version);
else fail(2, command.why);

function token(args: readonly string[]): void {
  try {
    process.stdout.write(runTokenCommand(args));
  } catch (error) {
    fail(error instanceof TokenError ? 1 : 2, (error as Error).message);
  }
}

async function serve(options: Options): Promise<void> {
  // What is left of a few megabytes is little: to wake four threads for it costs more than to copy it.
  setFlagsFromString('--no-parallel-scavenge');
  try {
    const gateway = await start(options);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(gateway));
    // At once: who reads one line only may have gone before the second.
    console.log(`sysgraph is listening at ${gateway.url}\n${tellOf(gateway.token, gateway.url)}`);
    if (options.allowActions) console.log(`It changes what it is told to, and records that in ${gateway.audit.path}.`);
  } catch (error) {
    fail(1, explainFailure(error, options));
  }
}

/** Loaded only now, so that the help needs no addon, and an addon that is missing can be told of in one line. */
async function start(options: Options) {
  const { compose } = await import('../server/compose.ts');
  const { startGateway } = await import('../server/gateway.ts');
  const composed = await compose(options);
  // However it ends, a second signal and a failure to listen included.
  process.once('exit', () => composed.token.remove());
  const gateway = await startGateway({ ...composed, options });
  return {
    url: gateway.url,
    token: composed.token,
    audit: composed.audit,
    async close() {
      await gateway.close();
      await composed.close();
    },
  };
}

let isLeaving = false;

/** The first signal lets requests in flight end; the second is from someone who will not wait. */
async function leave(gateway: { close(): Promise<void> }): Promise<void> {
  if (isLeaving) process.exit(1);
  isLeaving = true;
  await gateway.close();
  process.exit(0);
}

function fail(code: number, why: string): void {
  console.error(`sysgraph: ${why}`);
  process.exit(code);
}

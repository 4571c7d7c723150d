// Writes docs/platforms.md: what the marks of the spec say, and what Wine can answer. Run by `npm run gen`.
import { writeFileSync } from 'node:fs';
import { type Column, type Platform, platformsOf, type Table } from '../../native/spec/define.ts';
import { tables } from '../../native/spec/index.ts';
import { NEUTRAL } from '../windows/neutral.ts';
import { LACKING, UNTRUE } from './lacking.ts';

const WORDS = `# Platforms

Each field on each platform. **Run**: it is read in the tests, and what it tells is checked. **Built**: it is
compiled and linked, and what decodes it is tested on bytes, but it never told anything true in a test. A
dash: the platform has it not, or nobody has written it; the field is null, and \`gateway.unsupported\` says
so.

Linux is what the tests run on. Windows is built on Linux with mingw-w64 (\`npm run build:windows\`), for 64
bits, and run under Wine 8 with Node 22 (\`npm run test:windows\`): against clients on Linux, and by the tests
that know of no platform, which node.exe runs itself. It was never run on Windows itself, and never built with MSVC.
macOS, FreeBSD, OpenBSD, NetBSD, SunOS and AIX have the platform that has nothing: everything is null.

## What Windows means by it

- A start is kept to a microsecond since 1970, as the kernel noted it: setting the clock changes no identity.
- A process runs if one of its threads could, sleeps if all wait, and is stopped if all are suspended. psutil
  tells of running and stopped alone.
- \`memory.vms\` is what is committed to the process alone, as in psutil; the address space is
  \`memory.virtual\`.
- \`cpu.times.system\` has neither interrupts nor deferred calls in it, which psutil counts twice.
- Load is threads that wait for a CPU, counted every five seconds and damped as Linux damps; it begins when it
  is asked for.
- \`memoryMaps { rss }\` is what is resident; where the kernel does not list pages, all that is committed.
- SIGTERM and SIGKILL end a process with the code 15, SIGSTOP and SIGCONT suspend and resume it; other signals
  there are not.
- The names of handles have a tenth of a second each; one that takes longer is left out.
- SeDebugPrivilege is asked for at start: with it the gateway sees what only owners may, as root does on
  Linux.

- A service's only process is its main one; several services may share it, and the first by name is that of the
  process.

## What was decoded and never seen

Processes of 32 bits, more than 64 CPUs, volumes mounted in folders, and what disks answer: what decodes them is
tested on bytes laid out as the documentation has them. Their fields say "run" where something else stands for them in
the tests, a process of 64 bits or a drive with a letter. To pause a service nobody has tried.

## What node.exe does not run of the tests that know of no platform

| test | because |
|---|---|
${NEUTRAL.flatMap(({ except = {} }) => Object.entries(except))
  .map(([name, reason]) => `| ${name} | ${reason} |`)
  .join('\n')}

## What Wine cannot answer truly

| what | because |
|---|---|
${[...LACKING, ...UNTRUE].map(({ what, reason }) => `| \`${what}\` | ${reason} |`).join('\n')}

`;

export const isWithin = (path: string, { what }: { what: string }): boolean =>
  path === what || path.startsWith(`${what}.`);

const isBuiltOnly = ({ name }: Table, { path, source }: Column): boolean =>
  LACKING.some(({ what }) => what === `${name}.${source}`) || UNTRUE.some((lack) => isWithin(`${name}.${path}`, lack));

function stateOf(table: Table, column: Column, platform: Platform): string {
  if (!platformsOf(table, column).includes(platform)) return '–';
  return platform === 'WINDOWS' && isBuiltOnly(table, column) ? 'built' : 'run';
}

const lineOf = (table: Table, column: Column): string =>
  `| \`${column.path}\` | ${stateOf(table, column, 'LINUX')} | ${stateOf(table, column, 'WINDOWS')} |`;

const sectionOf = (table: Table): string => `## ${table.type}

| field | Linux | Windows |
|---|---|---|
${table.columns
  .filter(({ hidden }) => !hidden)
  .map((column) => lineOf(table, column))
  .join('\n')}
`;

const shown = tables.filter(({ columns }) => columns.some(({ hidden }) => !hidden));

export const platformsPage = (): string => WORDS + shown.map(sectionOf).join('\n');

if (process.argv[1] === import.meta.filename)
  writeFileSync(new URL('../../docs/platforms.md', import.meta.url), platformsPage());

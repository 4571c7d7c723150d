// Records files of a live /proc or /sys as an archive:
//
//     npx tsx test/support/record.ts --pids 1,2,700 stat meminfo loadavg > test/fixtures/NAME.txt
//
// Look at what it wrote before you commit it: command lines, paths and host names belong to somebody. `--replace
// FROM=TO` (as often as needed) puts one text for another everywhere.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatArchive } from './archive.ts';
import { dir, type Entry, link, type Tree } from './tree.ts';

// Not environ: no environment belongs into a repository.
const PROCESS_FILES = ['stat', 'statm', 'status', 'cmdline', 'comm', 'cgroup', 'io', 'limits'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: '/proc' },
    pids: { type: 'string', default: '' },
    replace: { type: 'string', multiple: true, default: [] },
    comment: { type: 'string', multiple: true, default: [] },
  },
});

const pids = values.pids.split(',').filter(Boolean);
const paths = [...positionals, ...pids.flatMap((pid) => PROCESS_FILES.map((file) => `${pid}/${file}`))];
const text = formatArchive(record(values.root, paths), values.comment);
process.stdout.write(replaceAll(text, values.replace));

function record(root: string, paths: string[]): Tree {
  const tree: Tree = {};
  for (const path of paths) {
    try {
      Object.assign(tree, recordPath(root, path));
    } catch (error) {
      // What the kernel refuses is left out, and said; anything else is a mistake of ours.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      process.stderr.write(`left out: ${(error as Error).message}\n`);
    }
  }
  return tree;
}

function recordPath(root: string, path: string): Tree {
  const place = join(root, path);
  const stat = lstatSync(place);
  if (!stat.isDirectory()) return { [path]: recordEntry(place, stat.isSymbolicLink()) };
  const names = readdirSync(place);
  if (names.length === 0) return { [path]: dir() };
  return record(
    root,
    names.map((name) => `${path}/${name}`),
  );
}

function recordEntry(place: string, isLink: boolean): Entry {
  return isLink ? link(readlinkSync(place, 'buffer')) : readFileSync(place);
}

function replaceAll(text: string, replacements: string[]): string {
  return replacements.reduce((result, replacement) => {
    const [from, to] = replacement.split('=', 2);
    if (!from || to === undefined) throw new Error(`--replace takes FROM=TO, not ${replacement}`);
    return result.replaceAll(from, to);
  }, text);
}

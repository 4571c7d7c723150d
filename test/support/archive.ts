import { type Entry, isDir, isLink, link, type Tree } from './tree.ts';

// A whole tree as one text file that a reviewer can read and a diff can show (after Go's txtar):
//
//     # Comments, before the first header only.
//     -- 7/comm --
//     cat
//     -- 7/cmdline --
//     cat\0-u\0\
//     -- 7/exe -> /bin/cat --
//     -- 7/fd/ --
//
// A file is the lines after its header; a header with an arrow is a symbolic link, one with a last slash a directory.
// Bytes that are not UTF-8, and control characters, are `\xNN` (NUL `\0`, the backslash itself `\\`); a backslash at
// the end of a line takes its newline away, for files that do not end in one.

const HEADER = /^-- (.+?)(?: -> (.*))? --$/;

/** What `parseArchive` gives `formatArchive` writes back, byte for byte. */
export function formatArchive(tree: Tree, comments: string[] = []): string {
  const notes = comments.map((line) => `# ${line}\n`);
  return [...notes, ...Object.entries(tree).map(([path, entry]) => formatEntry(escapePath(path), entry))].join('');
}

/** Text stays a string, anything else becomes bytes. Damage is an error that names its line. */
export function parseArchive(text: string): Tree {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error(`line ${lines.length + 1}: the archive ends in the middle of a line`);
  const tree: Tree = {};
  for (let at = lines.findIndex((line) => !line.startsWith('#')); at >= 0 && at < lines.length; ) {
    const { path, entry, next } = parseEntry(lines, at);
    if (Object.hasOwn(tree, path)) throw new Error(`line ${at + 1}: ${path} comes a second time`);
    tree[path] = entry;
    at = next;
  }
  return tree;
}

function formatEntry(path: string, entry: Entry): string {
  if (isDir(entry)) return `-- ${path}/ --\n`;
  if (isLink(entry)) return `-- ${path} -> ${escapeLine(entry.link)} --\n`;
  return `-- ${path} --\n${formatContent(entry)}`;
}

function formatContent(content: string | Uint8Array): string {
  const text = escapeBytes(content).replace(/^-- /gm, '\\x2d- ');
  return text === '' || text.endsWith('\n') ? text : `${text}\\\n`;
}

const escapeLine = (text: string | Uint8Array): string => escapeBytes(text).replaceAll('\n', '\\x0a');

/** A path must not look like a link's header, nor end like a directory's. */
const escapePath = (path: string): string => escapeLine(path).replaceAll(' -> ', ' \\x2d> ');

// The multi-byte sequences of UTF-8 as latin1 sees them, no overlong form and no surrogate among them.
const MULTIBYTE = [
  '[\\xc2-\\xdf][\\x80-\\xbf]',
  '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
  '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
  '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
  '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
  '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
].join('|');
const UNSAFE = new RegExp(`${MULTIBYTE}|[^\\t\\n\\x20-\\x5b\\x5d-\\x7e]`, 'g');

function escapeBytes(content: string | Uint8Array): string {
  const latin1 = Buffer.from(content).toString('latin1');
  return Buffer.from(latin1.replace(UNSAFE, escapeByte), 'latin1').toString('utf8');
}

function escapeByte(found: string): string {
  if (found.length > 1) return found;
  if (found === '\0') return '\\0';
  if (found === '\\') return '\\\\';
  return `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function parseEntry(lines: string[], at: number): { path: string; entry: Entry; next: number } {
  const [, name, target] = HEADER.exec(lines[at]!) ?? [];
  if (name === undefined)
    throw new Error(`line ${at + 1}: expected a header like "-- path --", not ${show(lines[at]!)}`);
  const path = parsePath(name, at);
  const found = lines.findIndex((line, index) => index > at && line.startsWith('-- '));
  const next = found < 0 ? lines.length : found;
  if (target === undefined && !name.endsWith('/')) return { path, entry: parseContent(lines, at + 1, next), next };
  if (next > at + 1) throw new Error(`line ${at + 2}: ${path} is a link or a directory and has no content`);
  return { path, entry: target === undefined ? { dir: true } : link(asText(unescapeLine(target, at))), next };
}

function parsePath(name: string, at: number): string {
  const path = unescapeLine(name.replace(/\/$/, ''), at).toString('utf8');
  const inside = path !== '' && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!inside) throw new Error(`line ${at + 1}: ${show(path)} is no path inside the tree`);
  return path;
}

function parseContent(lines: string[], from: number, to: number): string | Uint8Array {
  const parts = lines.slice(from, to).map((line, index) => {
    // An even number of backslashes are backslashes; an odd one takes the newline away.
    const backslashes = line.length - line.replace(/\\+$/, '').length;
    return unescapeLine(backslashes % 2 === 0 ? `${line}\n` : line.slice(0, -1), from + index);
  });
  return asText(Buffer.concat(parts));
}

function unescapeLine(text: string, at: number): Buffer {
  const latin1 = Buffer.from(text).toString('latin1');
  const bytes = latin1.replace(/\\(0|\\|x[0-9a-f]{2}|.{0,3})/g, (whole, code: string) => {
    if (code === '0') return '\0';
    if (code === '\\') return code;
    if (/^x[0-9a-f]{2}$/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    throw new Error(`line ${at + 1}: ${show(whole)} is no escape; there are \\0, \\\\ and \\xNN`);
  });
  return Buffer.from(bytes, 'latin1');
}

function asText(bytes: Buffer): string | Uint8Array {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : new Uint8Array(bytes);
}

const show = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

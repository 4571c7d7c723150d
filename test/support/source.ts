import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** A file of the repository: what every tidy rule is a function of. */
export interface Source {
  path: string;
  text: string;
}

/** A function's first line and how many it has. */
export interface Span {
  line: number;
  lines: number;
}

export const root = join(import.meta.dirname, '../..');

/** What git has or would be given: a rule should speak before the commit, not after it. */
export function repository(): Source[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = listed
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export const isTypeScript = ({ path }: Source): boolean => /\.[cm]?tsx?$/.test(path);
export const isCpp = ({ path }: Source): boolean => /\.(cc|h|c|mm)$/.test(path);
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** A node of the syntax tree, as far as the rules look into it. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const trees = new WeakMap<Source, Node[]>();

/** Every node of a TypeScript file, each before what is inside it. Several rules ask, one parse answers. */
export function nodesOf(source: Source): Node[] {
  const known = trees.get(source);
  if (known !== undefined) return known;
  const nodes = [...walk(parseAst(source.text, { lang: source.path.endsWith('x') ? 'tsx' : 'ts' }))];
  trees.set(source, nodes);
  return nodes;
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  if (typeof value !== 'object' || value === null || !('type' in value)) return;
  yield value as Node;
  for (const child of Object.values(value)) yield* walk(child);
}

/** The files of the repository that a TypeScript file names: by import, by export, or by a path in a string. */
export function importsOf(source: Source): string[] {
  const strings = nodesOf(source).filter((node) => node.type === 'Literal' && typeof node.value === 'string');
  const relative = strings.map((node) => node.value as string).filter((value) => /^\.{1,2}\/.+\.ts$/.test(value));
  return relative.map((value) => posix.join(posix.dirname(source.path), value));
}

/** The functions of a file; `describe` blocks are headings of a test file, not functions. */
export function functionsOf(source: Source): Span[] {
  return isCpp(source) ? cppFunctions(source.text) : typeScriptFunctions(source);
}

function typeScriptFunctions(source: Source): Span[] {
  const nodes = nodesOf(source);
  const headings = nodes.filter((node) => node.type === 'CallExpression' && isDescribe(node, source.text));
  const blocks = new Set(headings.flatMap((call) => call.arguments as Node[]));
  const functions = nodes.filter(({ type }) => /^(Arrow)?Function(Declaration|Expression)$/.test(type));
  return functions.filter((node) => !blocks.has(node)).map(({ start, end }) => span(source.text, start, end));
}

const isDescribe = (call: Node, text: string): boolean => /^describe\b/.test(text.slice(call.start, call.end));

function span(text: string, start: number, end: number): Span {
  return { line: lineAt(text, start), lines: text.slice(start, end).split('\n').length };
}

/**
 * C++ without a compiler: a block is a function when what stands between it and the block or statement before has
 * parentheses. A lambda or a loop inside a function belongs to it.
 */
function cppFunctions(text: string): Span[] {
  const code = withoutComments(text).replace(/^[ \t]*#(.*\\\n)*.*/gm, blank);
  const spans: Span[] = [];
  let start = 0;
  for (let at = 0; at < code.length; at++) {
    const head = code.slice(start, at);
    if (code[at] === '{' && head.includes('(')) {
      const end = endOfBlock(code, at);
      spans.push(span(text, start + head.search(/\S/), end));
      at = end - 1;
    }
    if (/[;{}]/.test(code[at]!)) start = at + 1;
  }
  return spans;
}

function endOfBlock(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === '{') depth++;
    if (code[at] === '}' && --depth === 0) return at + 1;
  }
  return code.length;
}

/** C++ with comments and the insides of strings as spaces: every offset and line stays where it was. */
export function withoutComments(text: string): string {
  const parts =
    /\/\/(?:\\\n|[^\n])*|\/\*[\s\S]*?\*\/|R"(\w*)\([\s\S]*?\)\1"|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g;
  // A quote after a digit separates digits (1'000'000) and opens nothing.
  return text.replace(/(?<=\d)'(?=\d)/g, ' ').replace(parts, blank);
}

const blank = (part: string): string => part.replace(/[^\n]/g, ' ');

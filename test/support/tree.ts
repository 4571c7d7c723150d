import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Link {
  link: string | Uint8Array;
}
export interface Dir {
  dir: true;
}
export type Entry = string | Uint8Array | Link | Dir;

/** A directory as one flat object: path to content, `{ '7/stat': '…', '7/exe': link('/bin/x'), '7/fd': dir() }`. */
export type Tree = Record<string, Entry>;

export const link = (target: string | Uint8Array): Link => ({ link: target });
export const dir = (): Dir => ({ dir: true });

export const isLink = (entry: Entry): entry is Link => typeof entry === 'object' && 'link' in entry;
export const isDir = (entry: Entry): entry is Dir => typeof entry === 'object' && 'dir' in entry;

/** In memory where that can be had, as /proc itself is: some trees have thousands of files. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * Runs `use` on a fake /proc or /sys and removes it afterwards, whatever happened. The root is given by path, as the
 * addon takes it; what is not in the tree is not there, which is how most damage is made.
 */
export async function withTree<T>(tree: Tree, use: (root: string) => T | Promise<T>): Promise<T> {
  const root = mkdtempSync(join(place, 'sysgraph-tree-'));
  try {
    plant(root, tree);
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Writes a tree below a directory that exists; for the test that changes a tree while it is read. */
export function plant(root: string, tree: Tree): void {
  for (const [path, entry] of Object.entries(tree)) {
    const at = join(root, path);
    mkdirSync(dirname(at), { recursive: true });
    if (isDir(entry)) mkdirSync(at, { recursive: true });
    else if (isLink(entry)) symlinkSync(asTarget(entry.link), at);
    else writeFileSync(at, entry);
  }
}

/** Node takes a link's target as string or Buffer, not as any other Uint8Array. */
const asTarget = (target: string | Uint8Array): string | Buffer =>
  typeof target === 'string' ? target : Buffer.from(target);

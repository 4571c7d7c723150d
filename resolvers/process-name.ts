import { bit } from '../loaders/process.ts';
import type { ProcessRow } from '../native/index.ts';
import { process as table } from '../native/spec/process.ts';
import type { Context } from './context.ts';

const STAT = bit('stat');
const CMDLINE = bit('cmdline');
/** Bytes of a name that the kernel keeps. */
const KEPT = 15;
const CMDLINE_ACCESS = table.sources.cmdline!.access;

/** The kernel keeps that much of a name; where it may be a part, the program's own name may tell the rest. */
const isNameCut = (row: ProcessRow): boolean => row.isCommCut === true && row.isKernelThread !== true;

/** What it takes besides stat; who may not see command lines sees names as the kernel keeps them. */
export const nameNeeds = (row: ProcessRow, { access }: Context): number =>
  isNameCut(row) && access.has(CMDLINE_ACCESS) ? CMDLINE : 0;

// A cut may have gone through a character: up to three bytes are left of it, and were escaped.
const BROKEN_END = /(\\x[0-9a-f]{2}){1,3}$/;

/** What tells the rest of a name of which only so much is known as the kernel keeps. */
export const nameKept = (name: string | null, { access }: Context): number =>
  name !== null && Buffer.byteLength(name) >= KEPT && access.has(CMDLINE_ACCESS) ? STAT | CMDLINE : 0;

/** In full as far as the command line tells, if it was read. */
export function fullName(row: ProcessRow): string | null {
  const { comm, cmdline } = row;
  const path = cmdline?.[0];
  if (comm === null || path === undefined || !isNameCut(row)) return comm;
  const program = path.slice(path.lastIndexOf('/') + 1);
  return program.startsWith(comm.replace(BROKEN_END, '')) ? program : comm;
}

// The words a spec file is written in. A column is a line of data: everything that is generated follows from it.

export type Platform = 'LINUX' | 'WINDOWS' | 'MACOS' | 'FREEBSD' | 'OPENBSD' | 'NETBSD' | 'SUNOS' | 'AIX';
/**
 * What the kernel shows whom. READ: everyone. SHOWN: everyone, unless the host hides processes from other users; then
 * it is as OWNER. OWNER: a process's owner alone, which is no secret while the gateway sees no more than any user.
 * SENSITIVE: what even then is for those with a token.
 */
export type Access = 'READ' | 'SHOWN' | 'OWNER' | 'SENSITIVE';

/** What a value is: its GraphQL type, its unit, and how it crosses from C++ all follow from its kind. */
export type Kind =
  | 'int'
  | 'count'
  | 'bytes'
  | 'seconds'
  | 'percent'
  | 'number'
  | 'time'
  | 'text'
  | 'texts'
  | 'ints'
  | 'flag'
  | 'choice';

/** A kernel file or call, by a logical name: a platform may satisfy several with one read. */
export interface Source {
  /** Where each platform that has a reader gets it. */
  readonly from: Partial<Record<Platform, string>>;
  readonly access: Access;
  /** True if it cannot change unless the process runs, so that a proof of rest may stand for a read. */
  readonly gated: boolean;
  /** Another source without which what it gives cannot be understood: it is always read with that one. */
  readonly beside?: string;
}

export interface Choice {
  readonly name: string;
  readonly description: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface Column {
  /** The place in the graph below the table's type: `memory.rss`. */
  readonly path: string;
  readonly kind: Kind;
  readonly source: string;
  readonly description: string;
  readonly choice?: Choice;
  /** Non-null in the graph: without its source there is no object. */
  readonly required?: true;
  /** Read, but no field of the graph. */
  readonly hidden?: true;
  /** Empty: every platform its source has. */
  readonly platforms?: readonly Platform[];
}

/** Columns that stand together as an object of their own. */
export interface Group {
  readonly type: string;
  /** What the type is; the same wherever it is used. */
  readonly about: string;
  /** What it is here. */
  readonly description: string;
  /** Non-null in the graph. */
  readonly required?: true;
}

/** Rows of another table that belong to a row of this one. */
export interface List {
  readonly table: Table;
  readonly description: string;
  /** May be cut short by an argument `first`. */
  readonly first?: true;
  /** Non-null in the graph. */
  readonly required?: true;
  /** Read, but no field of the graph. */
  readonly hidden?: true;
  /** Everybody's can be read while it is still being found out who there is. */
  readonly whole?: true;
}

export interface Table {
  readonly name: string;
  /** The GraphQL type its rows are. */
  readonly type: string;
  readonly description: string;
  /**
   * What a row is asked by: `pid`, a number of its own, the key of what it belongs to, or nothing where there is only
   * one row. Of what belongs to an owner the first source is the list itself: one row without it stands for a list
   * that could not be read.
   */
  readonly key: 'pid' | 'number' | 'owner' | 'none';
  /** Read on a thread of its own: another program answers, and takes the time it takes. */
  readonly apart?: true;
  readonly sources: Readonly<Record<string, Source>>;
  readonly groups: Readonly<Record<string, Group>>;
  /** By their place in the graph. Their sources stand among this table's own, after them. */
  readonly lists: Readonly<Record<string, List>>;
  readonly columns: readonly Column[];
}

type Options = Partial<Pick<Source, 'access' | 'gated' | 'beside'>>;

export const source = (from: Source['from'], options: Options = {}): Source => ({
  from,
  access: 'READ',
  gated: false,
  ...options,
});

const line =
  (kind: Kind) =>
  (path: string, from: string, description: string): Column => ({ path, kind, source: from, description });

export const int = line('int');
export const count = line('count');
export const bytes = line('bytes');
export const seconds = line('seconds');
export const percent = line('percent');
export const number = line('number');
export const time = line('time');
export const text = line('text');
export const texts = line('texts');
/** Whole numbers from 0 on, each once and in their order; they cross as the kernel writes them: 0-3,8. */
export const ints = line('ints');
export const flag = line('flag');
export const choice = (path: string, from: string, of: Choice, description: string): Column => ({
  ...line('choice')(path, from, description),
  choice: of,
});

export const required = <Line extends Column | Group | List>(of: Line): Line => ({ ...of, required: true });
export const hidden = <Line extends Column | List>(of: Line): Line => ({ ...of, hidden: true });
export const on = (platforms: readonly Platform[], column: Column): Column => ({ ...column, platforms });

export const choices = (name: string, description: string, values: Choice['values']): Choice => ({
  name,
  description,
  values,
});

export const group = (type: string, about: string, description: string): Group => ({ type, about, description });

export const list = (of: Table, description: string): List => ({ table: of, description });
export const whole = (of: List): List => ({ ...of, whole: true });
export const shortened = (of: List): List => ({ ...of, first: true });

/** When a source was read, for what is told by the second: hidden, and last of its source. */
export const clock = (path: string, from: string): Column =>
  hidden(seconds(path, from, 'When this was read, since boot, time asleep included.'));

/** How many numbers a value takes in a packed row: of text, where it starts and where it ends. */
export const slotsOf = (kind: Kind): number => (kind === 'text' || kind === 'texts' || kind === 'ints' ? 2 : 1);

/** Where a column stands among the numbers of its source, and the number of that. */
export function placeIn(of: Table, path: string): { readonly source: number; readonly slot: number } {
  const column = of.columns.find((one) => one.path === path)!;
  const before = of.columns.slice(0, of.columns.indexOf(column)).filter(({ source: from }) => from === column.source);
  return {
    source: Object.keys(of.sources).indexOf(column.source),
    slot: before.reduce((sum, { kind }) => sum + slotsOf(kind), 0),
  };
}

/** What it tells is not of the kernel: it differs from one reading to the next, whatever was read. */
export const isClock = ({ path }: Column): boolean => /clock$/i.test(path);

type Shape = Omit<Table, 'name' | 'groups' | 'lists'> & Partial<Pick<Table, 'groups' | 'lists'>>;

export const table = (name: string, { groups = {}, lists = {}, sources, ...shape }: Shape): Table => ({
  name,
  ...shape,
  groups,
  lists,
  sources: Object.assign({}, sources, ...Object.values(lists).map((of) => of.table.sources)),
});

/** How far the bits of a list's own sources are moved in the masks of the table it stands in. */
export const shiftOf = (of: Table, { table: { sources } }: List): number =>
  Object.keys(of.sources).indexOf(Object.keys(sources)[0]!);

/** The row property of a column: `memory.rss` is `memoryRss`. */
export const property = (path: string): string => path.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The platforms on which a column has a reader. */
export const platformsOf = (of: Table, column: Column): readonly Platform[] =>
  column.platforms ?? (Object.keys(of.sources[column.source]!.from) as Platform[]);

const bits = new WeakMap<Table, ReadonlyMap<string, number>>();

/** The bits of all sources of a table, by their names: made once. */
function bitsByName(of: Table): ReadonlyMap<string, number> {
  const known = bits.get(of);
  if (known) return known;
  const made = new Map(Object.keys(of.sources).map((name, index) => [name, 2 ** index]));
  bits.set(of, made);
  return made;
}

/** The platforms as Node calls them. */
const NODE_PLATFORMS: Readonly<Record<string, Platform>> = {
  linux: 'LINUX',
  win32: 'WINDOWS',
  darwin: 'MACOS',
  freebsd: 'FREEBSD',
  openbsd: 'OPENBSD',
  netbsd: 'NETBSD',
  sunos: 'SUNOS',
  aix: 'AIX',
};

/** Where this platform gets it; where another one does, if this one has it not. */
export const placeOf = ({ from }: Source): string | undefined =>
  from[NODE_PLATFORMS[process.platform] ?? 'LINUX'] ?? Object.values(from)[0];

/** The bit of a source in the masks of its table. */
export const bitOf = (of: Table, name: string): number => {
  const bit = bitsByName(of).get(name);
  if (bit === undefined)
    throw new Error(`${of.name} has no source ${name}; it has ${Object.keys(of.sources).join(', ')}`);
  return bit;
};

/** The bits of a source and of what is read beside it. */
export const bitsOf = (of: Table, name: string): number => {
  const { beside } = of.sources[name]!;
  return bitOf(of, name) | (beside !== undefined && beside in of.sources ? bitOf(of, beside) : 0);
};

// What is written of each row where it is read, so that no object has to be made of it: see native/src/form.h, which
// follows it.

/** One number of a packed row: which of its source's, by the number of the source; -1 is the key. */
export interface Place {
  readonly source: number;
  readonly slot: number;
}

/** The order is that of Op in native/src/form.h. */
const STEPS = [
  'LITERAL',
  'INT',
  'BIG',
  'FLOAT',
  'TIME',
  'FLAG',
  'CHOICE',
  'TEXT',
  'TEXTS',
  'ABSENT',
  'PRESENT',
  'UNSET',
  'NO_TITLE',
  'NO_WORDS',
  'LIST',
] as const;

/** Writes a value as what it is: a whole number of 32 bits or of 64, any number, a time, true or false, text. */
export type Plain = 'INT' | 'BIG' | 'FLOAT' | 'TIME' | 'FLAG' | 'TEXT' | 'TEXTS';

export type Step =
  | { readonly op: 'LITERAL'; readonly text: string }
  | { readonly op: Plain; readonly at: Place }
  /** Writes one of these, which are JSON. */
  | { readonly op: 'CHOICE'; readonly at: Place; readonly texts: readonly string[] }
  /** Leaves the row to others: where there is no value, where it is another than 0. */
  | { readonly op: 'PRESENT' | 'UNSET'; readonly at: Place }
  /** The same where arguments may be a title that the program wrote over them. */
  | { readonly op: 'NO_TITLE'; readonly at: Place }
  /** The same where a text has one of these words, which are of small letters, in whatever case. */
  | { readonly op: 'NO_WORDS'; readonly at: Place; readonly words: readonly string[] }
  /** Writes null instead of what these steps write, where there is no value. */
  | { readonly op: 'ABSENT'; readonly at: Place; readonly steps: readonly Step[] }
  /** Writes by these steps the items of the second batch that have the same number there; null if it is not known. */
  | { readonly op: 'LIST'; readonly at: Place; readonly slot: number; readonly steps: readonly Step[] };

export type Form = readonly Step[];

/** A form as it crosses to the addon. */
export interface PackedForm {
  readonly words: Int32Array;
  readonly texts: readonly string[];
}

export function packedForm(form: Form): PackedForm {
  const texts: string[] = [];
  return { words: Int32Array.from(form.flatMap((step) => wordsOf(step, texts))), texts };
}

const NOWHERE: Place = { source: -1, slot: 0 };

/** Five for each step, what stands in it behind it. */
function wordsOf(step: Step, texts: string[]): number[] {
  const { source, slot } = 'at' in step ? step.at : NOWHERE;
  const line = (from = 0, count = 0): number[] => [STEPS.indexOf(step.op), source, slot, from, count];
  const added = (more: readonly string[]): number[] => line(texts.push(...more) - more.length, more.length);
  switch (step.op) {
    case 'LITERAL':
      return added([step.text]);
    case 'CHOICE':
      return added(step.texts);
    case 'NO_WORDS':
      return added(step.words);
    case 'ABSENT':
    case 'LIST': {
      const inner = step.steps.flatMap((each) => wordsOf(each, texts));
      return [...line('slot' in step ? step.slot : 0, inner.length / STEP_WORDS), ...inner];
    }
    default:
      return line();
  }
}

const STEP_WORDS = 5;

const guarded = new WeakMap<Form, WeakMap<Form, Form>>();

/** A form that looks at these first: the same one each time. */
export function withGuards(guards: Form, form: Form): Form {
  const of = guarded.get(form) ?? new WeakMap<Form, Form>();
  const made = of.get(guards) ?? [...guards, ...form];
  guarded.set(form, of.set(guards, made));
  return made;
}

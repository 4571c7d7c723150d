// Regular expressions from clients: RE2's syntax, and time that grows with the text alone, whatever is sent.
import { RE2JS, RE2JSException } from 're2js';
import { badInput } from './error.ts';
import { type AskLimits, overLimit } from './limit.ts';

/** Of a longer text only so much is looked at. */
const MOST_TEXT = 32_768;

/** What tells whether a text matches. It is made once an operation, and has so much time for all texts together. */
export function matcher(pattern: string, ignoreCase: boolean, limits: AskLimits): (text: string) => boolean {
  const compiled = compile(pattern, ignoreCase, limits);
  let spent = 0;
  return (text) => {
    if (spent > limits.maxMatchMs)
      throw overLimit('maxMatchMs', limits.maxMatchMs, `The pattern ${shown(pattern)} takes too many milliseconds`);
    const start = performance.now();
    const found = compiled.test(text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text);
    spent += performance.now() - start;
    return found;
  };
}

function compile(pattern: string, ignoreCase: boolean, { maxPattern }: AskLimits): RE2JS {
  if (pattern.length > maxPattern) throw overLimit('maxPattern', maxPattern, 'A pattern has too many characters');
  const compiled = understood(pattern, ignoreCase);
  // Counted repeats are written out: x{999} is short, and yet long.
  if (compiled.programSize() > maxPattern)
    throw overLimit('maxPattern', maxPattern, `The pattern ${shown(pattern)} has too many steps, repeats counted`);
  return compiled;
}

function understood(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw badInput(`matches takes a pattern of RE2, not ${shown(pattern)}: ${complaint(error)}`);
  }
}

/** What is wrong, and the part of the pattern that is. */
function complaint({ message }: Error): string {
  return message.replace(/^error parsing regexp: /, '').replace(/`(.*)`$/s, (_, part: string) => shown(part));
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

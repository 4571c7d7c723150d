// The examples of a document: what stands there for people to try is what the tests ask.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source.ts';

export interface Example {
  readonly title: string;
  /** What who asks must be allowed, as its line `Needs SENSITIVE.` says. */
  readonly scope: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As it is shown, which may be shortened. */
  readonly answer: unknown;
}

/** Each part of a document that has a query; each block stands there once at most. */
export function examplesIn(path: string): Example[] {
  const parts = readFileSync(join(root, path), 'utf8').split(/^#{2,3} /m);
  return parts.filter((part) => part.includes('```graphql')).map(exampleOf);
}

function exampleOf(part: string): Example {
  const title = part.split('\n', 1)[0]!.replace(/^\d+\. /, '');
  const block = (kind: string): string | undefined => {
    const found = [...part.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms'))];
    if (found.length > 1) throw new Error(`${title}: more than one block of ${kind}`);
    return found[0]?.[1];
  };
  const [scope, query, answer] = [/\bNeeds\s([A-Z]+)\b/.exec(part)?.[1], block('graphql'), block('json')];
  if (!scope || !query || !answer) throw new Error(`${title}: a scope, a query or an answer is missing`);
  return { title, scope, query, variables: JSON.parse(block('json variables') ?? '{}'), answer: JSON.parse(answer) };
}

/** The places of what is shown that are not in what is real, or not of the same type. A null stands for anything. */
export function invented(shown: unknown, real: unknown): string[] {
  const places = placesIn(real);
  const isReal = ([at, type]: [string, string]): boolean =>
    places.some(
      ([place, kind]) =>
        (kind === 'null' && within(at, place)) || (type === 'null' ? within(place, at) : at === place && type === kind),
    );
  return placesIn(shown).flatMap((place) => (isReal(place) ? [] : place.join(' is a ')));
}

const within = (at: string, place: string): boolean => at === place || at.startsWith(`${place}.`);

/** `processes.nodes.pid number`: every place in an answer, and what stands there. */
function placesIn(value: unknown, at = ''): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => placesIn(item, at));
  if (typeof value !== 'object' || value === null) return [[at, value === null ? 'null' : typeof value]];
  return Object.entries(value).flatMap(([name, of]) => placesIn(of, at ? `${at}.${name}` : name));
}

// What the gateway says of itself: a line of JSON each, for whoever keeps its standard error.

export type Level = 'info' | 'warn' | 'error';

export type Log = (level: Level, event: string, about?: Readonly<Record<string, unknown>>) => void;

/** One line of ASCII: what it quotes may hold a name that somebody chose to forge a line or to drive a terminal. */
export function lineOf(level: Level, event: string, about: Readonly<Record<string, unknown>> = {}): string {
  return asciiOf(JSON.stringify({ time: new Date().toISOString(), level, event, ...about }));
}

/** The same JSON. */
export const asciiOf = (json: string): string =>
  json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const log: Log = (level, event, about) => console.error(lineOf(level, event, about));

// What the gateway says of itself: a line of JSON each, for whoever keeps its standard error.
import { pino } from 'pino';

export type Level = 'info' | 'warn' | 'error';

export type Log = (level: Level, event: string, about?: Readonly<Record<string, unknown>>) => void;

/** ASCII alone: what it quotes may hold a name that somebody chose to forge a line or to drive a terminal. */
export const asciiOf = (json: string): string =>
  json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Gives each line to `write` at once: a gateway that falls over has said why. */
export function logTo(write: (line: string) => void): Log {
  const logger = pino(
    {
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line) => write(asciiOf(line.trimEnd())) },
  );
  return (level, event, about = {}) => logger[level](about, event);
}

export const log: Log = logTo((line) => console.error(line));

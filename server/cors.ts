// What lets the pages of an allowed origin ask, and read what they are told.
import type { IncomingMessage } from 'node:http';
import { COST_HEADER } from './cost.ts';
import { CSRF_HEADER, isAllowed } from './guard.ts';
import type { Options } from './options.ts';

/**
 * A browser keeps an answer, a refusal too, from the page it let ask, unless the answer names that page's origin. What
 * the browser keeps for a user, such as cookies, is not asked for.
 */
export function corsHeaders({ headers }: Pick<IncomingMessage, 'headers'>, options: Options): Record<string, string> {
  if (options.allowOrigin.length === 0) return {};
  const { origin } = headers;
  if (origin === undefined || !isAllowed(origin, options)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'retry-after, www-authenticate, x-request-id',
  };
}

/** What such a page may send, for a browser that asks beforehand. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': `content-type, authorization, ${CSRF_HEADER}, ${COST_HEADER}`,
  'access-control-max-age': '600',
};

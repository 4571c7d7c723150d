import type { IncomingMessage } from 'node:http';
import { flagOf, isLoopback, isSecure, type Options } from './options.ts';

/** Why a request is turned away before anything of it is run. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A header no web page can add without asking first, which is all it has to prove: any value will do. */
export const CSRF_HEADER = 'x-sysgraph-csrf';

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & Partial<Pick<IncomingMessage, 'rawHeaders'>>;

/** A page that makes its own name resolve to this machine still sends that name as the Host. */
export function refuseHost({ headers, rawHeaders }: Asked, options: Options): Refusal | undefined {
  if (rawHeaders && rawHeaders.filter(isHost).length > 1) return TWO_HOSTS;
  const name = hostName(headers.host ?? '');
  if (name !== undefined && isOurName(name, options)) return undefined;
  return {
    status: 421,
    code: 'HOST_NOT_ALLOWED',
    message: `This gateway does not answer to that Host. ${flagOf('allowHost')} NAME adds a name.`,
  };
}

const isHost = (name: string, at: number): boolean => at % 2 === 0 && /^host$/i.test(name);

/** Node takes the first one, and whoever passed it on may have looked at another. */
const TWO_HOSTS: Refusal = { status: 400, code: 'BAD_REQUEST', message: 'A request has one Host, and not several.' };

/** Browsers say which page is asking; programs say nothing, and pass. */
export function refuseOrigin({ headers }: Asked, options: Options): Refusal | undefined {
  const origin = headers.origin?.toLowerCase();
  const scheme = isSecure(options) ? 'https' : 'http';
  if (origin === undefined || origin === `${scheme}://${headers.host?.toLowerCase()}`) return undefined;
  if (isAllowed(origin, options)) return undefined;
  return {
    status: 403,
    code: 'ORIGIN_NOT_ALLOWED',
    message: `This gateway does not serve web pages of that Origin. ${flagOf('allowOrigin')} ORIGIN adds one.`,
  };
}

/** Whether pages of another origin may ask. */
export const isAllowed = (origin: string, { allowOrigin }: Options): boolean =>
  allowOrigin.some((allowed) => allowed.toLowerCase() === origin.toLowerCase());

/**
 * A browser sends a GET, a form or plain text for any page without asking the server first, and a GET or a form sent
 * from a link carries no Origin. Everything else, a JSON POST above all, is asked about beforehand, and gets no leave.
 */
export function refuseForgery({ method, headers }: Asked): Refusal | undefined {
  if (method === 'OPTIONS' || headers[CSRF_HEADER] !== undefined || !isSimple(headers['content-type']))
    return undefined;
  return {
    status: 403,
    code: 'CSRF_HEADER_MISSING',
    message:
      `Any web page could have sent this request. Send the header "${CSRF_HEADER}: 1" with it, ` +
      'or POST the operation as application/json.',
  };
}

const TOKEN_NAMES = new Set(['token', 'access_token', 'authorization', 'bearer']);

/** What stands in a URL is kept by logs, by browsers and by whatever is in between. */
export function refuseTokenInUrl({ url = '' }: Asked): Refusal | undefined {
  const cut = url.indexOf('?');
  const names = cut < 0 ? [] : [...new URLSearchParams(url.slice(cut)).keys()];
  if (!names.some((name) => TOKEN_NAMES.has(name.toLowerCase()))) return undefined;
  return {
    status: 400,
    code: 'TOKEN_IN_URL',
    message:
      'A token does not belong in the query of a URL, which logs and browsers keep. ' +
      'Send the header "Authorization: Bearer TOKEN"; for a browser it stands behind the URL as #token=TOKEN.',
  };
}

/** Whether something in between passed the request on: whoever sent it may be anywhere. */
export const isForwarded = ({ headers }: Pick<Asked, 'headers'>): boolean =>
  Object.keys(headers).some((name) => /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name));

const SIMPLE_TYPES = new Set(['', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']);

const isSimple = (contentType = ''): boolean =>
  SIMPLE_TYPES.has(contentType.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '');

/** The name without its port; nothing if the header is not a name and a port. */
function hostName(header: string): string | undefined {
  const [, name, port = '0'] = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(header) ?? [];
  return Number(port) <= 65_535 ? name?.toLowerCase() : undefined;
}

function isOurName(name: string, { allowHost, host }: Options): boolean {
  const bare = name.replace(/^\[|\]$/g, '');
  return isLoopback(bare) || [host, ...allowHost].some((allowed) => [name, bare].includes(allowed.toLowerCase()));
}

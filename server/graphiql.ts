// GraphiQL as one page of its own: no other origin is asked for anything, so that it works without a network.
import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gunzip, gzip } from 'node:zlib';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { examples } from './examples.ts';
import { withToken } from './graphiql-token.ts';
import { CSRF_HEADER } from './guard.ts';

type Asked = Pick<IncomingMessage, 'method' | 'headers'>;

/** Whether it is a browser that was pointed here. A program that asks says so with the header no page can send. */
export const wantsPage = ({ method, headers }: Asked): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers[CSRF_HEADER] === undefined &&
  /\btext\/html\b/i.test(headers.accept ?? '');

/** The page in the encodings browsers take; nine megabytes as it is, two on the wire. */
interface Page {
  readonly etag: string;
  readonly policy: string;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** Answers with the page, which is made when somebody first wants it. */
export function createGraphiql(schema: GraphQLSchema) {
  let made: Promise<Page> | undefined;
  return async (request: Asked, response: ServerResponse): Promise<undefined> => {
    made ??= makePage(schema);
    const page = await made.catch(() => undefined);
    if (!page) return void response.writeHead(500).end('The page of GraphiQL could not be made.');
    const headers = headersOf(page);
    if (names(request.headers['if-none-match']).includes(page.etag)) return void response.writeHead(304, headers).end();
    const { encoding, body } = await encoded(page, request.headers['accept-encoding']);
    const more = { 'content-length': body.length, ...(encoding ? { 'content-encoding': encoding } : {}) };
    response.writeHead(200, { ...headers, ...more }).end(request.method === 'HEAD' ? undefined : body);
  };
}

async function makePage(schema: GraphQLSchema): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: 'sysgraph',
    endpoint: '/graphql',
    additionalHeaders: { [CSRF_HEADER]: '1' },
    subscriptionsProtocol: 'WS' as const,
    // A token typed into its headers is not to stay in the browser.
    shouldPersistHeaders: false,
    defaultTabs: understood(schema).map((query) => ({ query })),
  };
  const html = takingToken(renderGraphiQL(options), JSON.stringify(options));
  const bytes = Buffer.from(html);
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    promisify(gzip)(bytes),
  ]);
  return { etag: `"${digest(html)}"`, policy: policyOf(html), br, gzip: zipped };
}

/** The package has no place for what is known in the browser only, and writes its options down as they are. */
function takingToken(html: string, options: string): string {
  const parts = html.split(options);
  if (parts.length !== 2) throw new Error('GraphiQL writes its options in another way than it did');
  return parts.join(`(${withToken})(${options})`);
}

/** The examples that this schema understands. */
const understood = (schema: GraphQLSchema): string[] =>
  examples.filter((query) => validate(schema, parse(query)).length === 0);

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Only the script of this very page runs, and it reaches nobody but the gateway. */
function policyOf(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  return [
    "default-src 'none'",
    `script-src 'sha256-${digest(script)}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const headersOf = ({ etag, policy }: Page): OutgoingHttpHeaders => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
  vary: 'Accept, Accept-Encoding',
  // Weak, for it is one for all encodings.
  etag: `W/${etag}`,
});

async function encoded(page: Page, accepted: string | undefined): Promise<{ encoding?: string; body: Buffer }> {
  const encoding = (['br', 'gzip'] as const).find((each) => names(accepted).includes(each));
  return encoding ? { encoding, body: page[encoding] } : { body: await promisify(gunzip)(page.gzip) };
}

/** The items of a header that is a list, without what is refused and without weights. */
const names = (header = ''): string[] =>
  header
    .split(',')
    .filter((item) => !/;\s*q=0(\.0*)?\s*$/.test(item))
    .map((item) => item.split(';', 1)[0]!.trim().replace(/^W\//, ''));

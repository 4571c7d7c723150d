import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { CSRF_HEADER } from '../../server/guard.ts';
import { defaultOptions, type Options } from '../../server/options.ts';
import { type Credential, digestOf } from '../../server/viewer.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
}

export const JSON_BODY = { 'content-type': 'application/json' };
export const WITH_CSRF = { [CSRF_HEADER]: '1' };

export const optionsWith = (some: Partial<Options>): Options => ({ ...defaultOptions, port: 0, ...some });

/** Somebody whose token is their name. */
export const credential = (name: string): Credential => ({
  digest: digestOf(name),
  viewer: { name, scopes: ['READ', 'SENSITIVE'] },
});

/** node:http, because fetch lets nobody set the headers that matter here: Host and Origin. */
export function send(where: RequestOptions, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(where, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString(), bytes });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface ErrorAnswer {
  data?: unknown;
  errors: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
}

export const errorsOf = (answer: Answer): ErrorAnswer['errors'] => (JSON.parse(answer.text) as ErrorAnswer).errors;

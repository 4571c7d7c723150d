import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import { optionsWith, WITH_CSRF } from '../support/serving.ts';
import { toySchema } from '../support/toy.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({
    schema: toySchema(),
    context: () => ({}),
    options: optionsWith({}),
  });
});

afterAll(() => gateway.close());

/**
 * The specification lets a server ask for a header of its own against forged requests, and browsers make that
 * necessary: so the audit sends ours, as every client that uses GET does.
 */
const fetchFn = (url: string, init?: RequestInit) =>
  fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), ...WITH_CSRF } });

const audits = serverAudits({ url: () => gateway.url, fetchFn });

it('the audit has all its questions', () => {
  expect(audits).toHaveLength(61);
});

it.each(audits)('$id $name', async (audit) => {
  const result = await audit.fn();
  expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
});

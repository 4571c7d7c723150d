import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { compose } from '../../server/compose.ts';
import { examples } from '../../server/examples.ts';
import { type Gateway, startGateway } from '../../server/gateway.ts';
import { startActing } from '../support/acting.ts';
import { hasBrowser, openBrowser, visit } from '../support/browser.ts';
import { JSON_BODY, optionsWith, send, WITH_CSRF } from '../support/serving.ts';

const hasCpu = schema.getSubscriptionType()?.getFields().cpu !== undefined;
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
let gateway: Gateway;
let token: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const options = optionsWith({});
  const composed = await compose(options);
  token = composed.token.text;
  gateway = await startGateway({ ...composed, options });
  close = async () => {
    await gateway.close();
    await composed.close();
  };
});
afterAll(() => close());

const ask = (headers: object, method = 'GET', path = '/graphql') =>
  send({ host: '127.0.0.1', port: new URL(gateway.url).port, path, method, headers: { ...headers } });

async function systemOf(): Promise<{ hostname: string }> {
  const body = JSON.stringify({ query: '{ system { hostname } }' });
  const response = await fetch(gateway.url, { method: 'POST', headers: JSON_BODY, body });
  return (await response.json()).data.system;
}

describe('a browser that opens /graphql', () => {
  test('gets a page, as small as it can take it', async () => {
    const plain = await ask(HTML);
    expect([plain.status, plain.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(plain.text).toMatch(/^\s*<!doctype html>/);
    const sizes = { br: 0, gzip: 0 };
    for (const [name, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { headers, bytes } = await ask({ ...HTML, 'accept-encoding': name });
      expect(headers).toMatchObject({ 'content-encoding': name, 'content-length': String(bytes.length) });
      expect(decode(bytes).toString()).toBe(plain.text);
      sizes[name] = bytes.length;
    }
    expect(sizes.br).toBeLessThan(sizes.gzip);
    expect(sizes.gzip).toBeLessThan(plain.text.length / 3);
  });
  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['identity', undefined],
    [undefined, undefined],
  ])('which takes %s gets %s', async (accepted, encoding) => {
    const { headers } = await ask({ ...HTML, ...(accepted ? { 'accept-encoding': accepted } : {}) }, 'HEAD');
    expect(headers['content-encoding']).toBe(encoding);
  });
  test('gets it once', async () => {
    const { headers } = await ask(HTML, 'HEAD');
    for (const known of [headers.etag, `"other", ${headers.etag}`]) {
      const again = await ask({ ...HTML, 'if-none-match': known });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
    }
    expect((await ask({ ...HTML, 'if-none-match': '"other"' }, 'HEAD')).status).toBe(200);
  });
  test('is told that the page may reach nobody, and nobody may frame it', async () => {
    const { headers } = await ask(HTML, 'HEAD');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none';.*connect-src 'self';.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      vary: 'Accept, Accept-Encoding',
    });
  });
  test('gets the page, and no answer, where the address holds a query', async () => {
    const { text } = await ask(HTML, 'GET', `/graphql?query=${encodeURIComponent('{ system { hostname } }')}`);
    expect(text).toMatch(/^\s*<!doctype html>/);
  });
  test('gets none of it where a program asks', async () => {
    for (const headers of [{ ...HTML, ...WITH_CSRF }, { accept: 'application/json' }, {}])
      expect((await ask(headers)).headers['content-type'] ?? '').not.toContain('html');
    expect((await ask(HTML, 'POST')).headers['content-type']).not.toContain('html');
    expect((await ask(HTML, 'GET', '/')).status).toBe(404);
  });
});

test('the page opens with every example, once there are subscriptions', async () => {
  const { text } = await ask(HTML);
  const missing = examples.filter((query) => !text.includes(JSON.stringify({ query })));
  expect(missing.map((query) => /^subscription/m.test(query) && !hasCpu)).toEqual(missing.map(() => true));
});

describe.runIf(hasBrowser())('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  /** Tabs slide into their place and miss a click; the operation of a tab is known a moment after it was chosen. */
  const run = async (page: Page, tab: string, expected: RegExp): Promise<void> => {
    const chosen = page.locator('.graphiql-tab').filter({ hasText: tab });
    const attempt = async (): Promise<string> => {
      const shown = await answer(page).innerText();
      if (expected.test(shown)) return shown;
      const isChosen = (await chosen.getAttribute('aria-selected')) === 'true';
      await (isChosen ? page.locator('.graphiql-execute-button') : chosen).click({ timeout: 5_000 });
      return '';
    };
    await expect.poll(attempt, { timeout: 50_000, interval: 2_000 }).toMatch(expected);
  };
  /** Monaco keeps what it shows; the answer is in the text of the pane. */
  const answer = (page: Page) => page.locator('.graphiql-response .view-lines');

  test('a query runs by clicking, and the page asks nobody else', async () => {
    const { page, strangers, complaints } = await visit(browser, gateway.url);
    const { hostname } = await systemOf();
    await run(page, 'System', /"hostname"/);
    expect(await answer(page).innerText()).toContain(hostname);
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
    await page.context().close();
  });

  test('what needs the token is told why it is null without one', async () => {
    const { page } = await visit(browser, gateway.url);
    await run(page, 'Gateway', /"NOT_AUTHORIZED"/);
    const shown = await answer(page).innerText();
    expect(shown).toMatch(/"environment":\s*null/);
    expect(shown).not.toContain('"SENSITIVE"');
    await page.context().close();
  });

  test('the token behind the URL is taken from there, and all is shown', async () => {
    const { page, strangers, complaints } = await visit(browser, `${gateway.url}#token=${token}`);
    expect(page.url()).toBe(gateway.url);
    await run(page, 'Gateway', /"SENSITIVE"/);
    expect(await answer(page).innerText()).toMatch(/"environment":\s*\[/);
    // It is kept for the tab alone, and when that is loaded anew.
    const kept = await page.evaluate(() => [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.cookie,
    ]);
    expect(kept.map((text) => text.includes(token))).toEqual([false, true, false]);
    await page.reload();
    await run(page, 'Gateway', /"SENSITIVE"/);
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
    await page.context().close();
  });

  test('a token that comes to a page that is open is taken too', async () => {
    const { page } = await visit(browser, gateway.url);
    await page.goto(`${gateway.url}#token=${token}`);
    await expect.poll(() => page.url(), { timeout: 20_000 }).toBe(gateway.url);
    await run(page, 'Gateway', /"SENSITIVE"/);
    await page.context().close();
  });

  test('a token that is wrong is told of, and nothing is shown', async () => {
    const { page } = await visit(browser, `${gateway.url}#token=${'x'.repeat(43)}`);
    await run(page, 'Gateway', /does\snot\sknow\sthe\stoken/);
    expect(await answer(page).innerText()).not.toContain('"data"');
    await page.context().close();
  });

  test('a mutation runs with the token of a gateway that has actions on, and without it is refused', async () => {
    const acting = await startActing();
    const { page, complaints } = await visit(browser, `${acting.url.href}#token=${acting.token}`);
    await run(page, 'TrimHeap', /"trimHeap":\s*(true|false)/);
    expect(acting.records().at(-1)).toMatchObject({ who: 'local', action: 'trimHeap', outcome: 'DONE' });
    expect(complaints).toEqual([]);
    await page.context().close();
    const { page: other } = await visit(browser, acting.url.href);
    await run(other, 'TrimHeap', /"NOT_AUTHORIZED"/);
    await other.context().close();
    await acting.stop();
  });

  test.runIf(hasCpu)('a subscription says who asks', async () => {
    const greetings: string[] = [];
    const { page } = await visit(browser, `${gateway.url}#token=${token}`);
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => greetings.push(String(payload))));
    await run(page, 'Cpu', /"percent"/);
    expect(JSON.parse(greetings[0]!)).toEqual({
      type: 'connection_init',
      payload: { Authorization: `Bearer ${token}` },
    });
    await page.context().close();
  });

  test('the documentation tells what fields mean', async () => {
    const { page } = await visit(browser, gateway.url);
    await page.getByRole('button', { name: /documentation explorer/i }).click();
    const pane = page.locator('.graphiql-doc-explorer');
    await pane.getByRole('link', { name: 'Query', exact: true }).click();
    await pane.getByRole('link', { name: 'Process', exact: true }).first().click();
    const { description } = schema.getType('Process')!;
    await expect.poll(() => pane.innerText(), { timeout: 20_000 }).toContain(description);
    expect(await pane.innerText()).toContain('False once this very process is gone.');
    await page.context().close();
  });

  test.runIf(hasCpu)(
    'a subscription moves',
    async () => {
      const { page, strangers, complaints } = await visit(browser, gateway.url);
      await run(page, 'Cpu', /"percent"/);
      const seen = new Set<string>();
      await expect
        .poll(async () => seen.add((await answer(page).innerText()).match(/"at":\s*"([^"]+)"/)?.[1] ?? '').size, {
          timeout: 50_000,
        })
        .toBeGreaterThan(3);
      expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
      await page.context().close();
    },
    120_000,
  );
});

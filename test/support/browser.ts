// Debian's Chromium, with a profile of its own and nothing that it does unasked.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { needs } from './needs.ts';

const PATH = '/usr/bin/chromium';

/** Whether there is a browser; says how to get one if not. */
export const hasBrowser = (): boolean => needs('chromium', () => existsSync(PATH));

export interface Visit {
  readonly page: Page;
  /** What the page asked for, besides `url` and what it made itself. */
  readonly strangers: string[];
  /** What the page complained about. */
  readonly complaints: string[];
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Opens a page, and watches whom it asks: by HTTP, and by WebSocket. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const strangers: string[] = [];
  const complaints: string[] = [];
  const { host } = new URL(url);
  const watch = (asked: string): void => {
    if (!/^(blob|data):/.test(asked) && new URL(asked).host !== host) strangers.push(asked);
  };
  context.on('request', (request) => watch(request.url()));
  page.on('websocket', (socket) => watch(socket.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, strangers, complaints };
}

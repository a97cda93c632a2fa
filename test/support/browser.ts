import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser without a window. @throws {Error} that says how to get one */
export async function openBrowser(): Promise<Browser> {
  const path = process.env.KNELL_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error('there is no Chromium: apt-get install chromium, or set KNELL_CHROMIUM to one');
  }
  // As root there is no sandbox, and what is opened is knell's own page.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page that tells what went wrong in it: errors, and what its policy refused. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${error}`));
  page.on('console', (message) => {
    // A request that was refused, or a server that is away, is no fault of the page.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  return { page, context, faults };
}

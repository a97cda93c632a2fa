import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where pictures of the page go; git ignores it. */
export const PICTURE_FOLDER = join(import.meta.dirname, '..', '..', '.knell', 'pictures');

/** Takes a picture when all is drawn. `fullPage`: also of what lies below. */
export async function takePicture(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  mkdirSync(PICTURE_FOLDER, { recursive: true });
  await page.waitForLoadState('domcontentloaded');
  await page.locator('.loading').waitFor({ state: 'detached' });
  // What is drawn last: charts, and what was loaded when it was first shown.
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(PICTURE_FOLDER, `${name}.png`), fullPage });
}

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import type { Service } from '../../src/service/service.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { useNatsServer } from '../support/nats.ts';
import { createActors, run, startPageService, TOKEN } from '../support/page-fleet.ts';
import { takePicture } from '../support/picture-folder.ts';
import { nextAbort } from '../support/service.ts';

/*
 * From a failure that no rule knows to a rule that ends it, each step as a picture: `npm run page:pictures` writes them beside
 * those of the views.
 */

const nats = useNatsServer();
let service: Service;
let browser: Browser;
let stop: () => void;
let actors: ReturnType<typeof createActors>;
beforeAll(async () => {
  service = await startPageService(nats.server.url);
  browser = await openBrowser();
  actors = createActors(nats.connection);
  stop = await actors.obey();
  for (let n = 0; n < 3; n += 1) await actors.drift(run('builder', `e${n}`), 'License server refused the seat');
});
afterAll(async () => {
  stop();
  await browser.close();
  await service.stop();
});

async function sign(page: Page, confirm: string, token?: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your name, for the audit').fill('nina');
  await dialog.getByLabel('Why').fill('seats run out on Mondays');
  if (token !== undefined) await dialog.getByLabel(/^Token/).fill(token);
  await takePicture(page, `step-${confirm === 'Promote by force' ? '6' : '4'}-sign`, { fullPage: false });
  await dialog.getByRole('button', { name: confirm, exact: true }).click();
}

it('goes from Drift to a rule that is live', async () => {
  const { page } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await page.goto(`${service.httpUrl}/drift`);
  await page.getByText('License server').waitFor();
  await takePicture(page, 'step-1-drift');

  await page.getByRole('link', { name: 'Draft a rule' }).click();
  const editor = page.getByRole('combobox', { name: 'Rules file' });
  await page.getByText('What it becomes').waitFor();
  await takePicture(page, 'step-2-draft');

  const draft = await editor.inputValue();
  const decided = draft
    .replace(/title: .*/, "title: 'The license server gave no seat'")
    .replace(/category: .*/, 'category: config.invalid')
    .replace(/status: .*/, 'status: stable')
    .replace(/action: .*/, 'action: abort')
    .replace(/next: .*/, 'next: notify_owner')
    .replace(/remedy: .*/, "remedy: 'Buy a seat, or wait until one is given back.'")
    .replaceAll(/ # DECIDE.*/g, '');
  await editor.fill(decided);
  await page.getByText('The run would be ended').waitFor();
  await page.getByRole('button', { name: 'Run its examples' }).click();
  await page.getByText(/examples hold/).waitFor();
  await takePicture(page, 'step-3-decided');

  await page.getByRole('button', { name: 'Publish as candidate' }).click();
  await sign(page, 'Publish as candidate', TOKEN);
  await page.getByText(/The candidate is [0-9a-f]{12}/).waitFor();
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await page.getByText('Tried on').waitFor();
  await takePicture(page, 'step-5-candidate');

  await page.getByRole('button', { name: 'Promote by force' }).click();
  await sign(page, 'Promote by force');
  await page.getByText(/[0-9a-f]{12} is active\./).waitFor();
  await page.getByText('The last candidate').waitFor();
  await takePicture(page, 'step-7-active');

  const ended = nextAbort(nats.connection, run('builder', 'e9'));
  await actors.drift(run('builder', 'e9'), 'License server refused the seat');
  await ended;
  await page.goto(`${service.httpUrl}/runs/builder.e9.1`);
  await page.getByText('config.invalid').first().waitFor();
  await takePicture(page, 'step-8-ended');
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../../src/service/service.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { useNatsServer } from '../../support/nats.ts';
import { createActors, run, startPageService, TOKEN } from '../../support/page-fleet.ts';
import { nextAbort } from '../../support/service.ts';

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
});
afterAll(async () => {
  stop();
  await browser.close();
  await service.stop();
});

/** Fills in who acts and why, and with which token where it is asked for. */
async function sign(page: Page, confirm: string, token?: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your name, for the audit').fill('nina');
  await dialog.getByLabel('Why').fill('a test');
  if (token !== undefined) await dialog.getByLabel(/^Token/).fill(token);
  await dialog.getByRole('button', { name: confirm, exact: true }).click();
}

it('takes the fleet into shadow mode and back; a wrong token is refused, and asked for again', async () => {
  const { page, context, faults } = await openPage(browser);
  await page.goto(`${service.httpUrl}/`);
  await page.getByRole('button', { name: 'enforce' }).click();
  await sign(page, 'Shadow', 'wrong');
  await page.getByRole('dialog').getByText('Refused.').waitFor();
  await sign(page, 'Shadow', TOKEN);
  await page.getByText('Shadow mode: no run is ended.').waitFor();
  await page.getByRole('button', { name: 'shadow' }).click();
  await sign(page, 'Enforce');
  await page.getByRole('button', { name: 'enforce' }).waitFor();
  await page.getByText('Shadow mode: no run is ended.').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await context.close();
});

it('forgets what is held against a subscription', async () => {
  const { page, context } = await openPage(browser);
  const ended = nextAbort(nats.connection, run('forget', 'e1'));
  await actors.doom(run('forget', 'e1'), { subscription: 'team-forget' });
  await ended;
  await page.goto(`${service.httpUrl}/subscriptions?q=team-forget`);
  await page.getByRole('button', { name: 'Forget it' }).click();
  await sign(page, 'Forget it', TOKEN);
  await page.getByText('Nothing is held against team-forget any more.').waitFor();
  await page.getByRole('button', { name: 'Forget it' }).waitFor({ state: 'detached' });
  await context.close();
});

it('goes from an unknown failure on Drift to a rule that is live, and back again', async () => {
  const { page, context, faults } = await openPage(browser, { viewport: { width: 1280, height: 1000 } });
  await actors.drift(run('odd', 'e1'), 'Flux capacitor is out of plutonium');
  await page.goto(`${service.httpUrl}/drift`);
  await page.locator('li').filter({ hasText: 'Flux capacitor' }).getByRole('link', { name: 'Draft a rule' }).click();
  const editor = page.getByRole('combobox', { name: 'Rules file' });
  await expect.poll(() => editor.inputValue()).toContain('DECIDE: the cause');
  await page.getByText('Flux capacitor', { exact: false }).first().waitFor();

  // An error in the file is said while it is typed, and nothing can be published meanwhile.
  const draft = await editor.inputValue();
  await editor.fill(draft.replace('category: unknown.unmatched', 'category: no.such'));
  await page
    .getByRole('list', { name: 'Findings' })
    .getByText(/category/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Publish as candidate' }).isDisabled()).toBe(true);
  await editor.fill(draft.replace('category: unknown.unmatched', 'category: config.invalid'));
  await expect.poll(() => page.getByRole('button', { name: 'Publish as candidate' }).isEnabled()).toBe(true);
  await page.getByText('It would be recorded').waitFor();
  await page.getByRole('button', { name: 'Run its examples' }).click();
  await page.getByText(/examples hold|examples were run/).waitFor();

  await page.getByRole('button', { name: 'Publish as candidate' }).click();
  await sign(page, 'Publish as candidate', TOKEN);
  await page.getByText(/The candidate is [0-9a-f]{12}/).waitFor();
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await page.getByText('config.invalid').first().waitFor();
  await page.getByRole('button', { name: 'Promote by force' }).click();
  await sign(page, 'Promote by force');
  await page.getByText(/[0-9a-f]{12} is active\./).waitFor();
  // A page that is loaded anew while the rules change shows them all the same.
  await page.reload();
  await page.getByText('The last candidate').waitFor();
  await expect
    .poll(async () => {
      const report = (await (await fetch(`${service.httpUrl}/api/v1/rules`)).json()) as {
        workers: { source: string }[];
      };
      return report.workers[0]?.source;
    })
    .toBe('published');
  await actors.drift(run('odd', 'e2'), 'Flux capacitor is out of plutonium');
  await page.goto(`${service.httpUrl}/runs/odd.e2.1`);
  await page.getByText('config.invalid').first().waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('completes the words of a rules file from the keyboard', async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${service.httpUrl}/workbench`);
  await page.getByRole('button', { name: /Edit a cause/ }).click();
  const editor = page.getByRole('combobox', { name: 'Rules file' });
  await editor.fill('');
  // The words have come when the runtimes have.
  await page.getByRole('option', { name: 'claude-code', exact: true }).waitFor({ state: 'attached' });
  await editor.pressSequentially('category: auth.token');
  await page.locator('#offers').getByRole('option', { name: 'auth.token_expired' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await editor.inputValue()).toBe('category: auth.token_revoked');
  await context.close();
});

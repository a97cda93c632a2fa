import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/service/service.ts';
import { findingsOf } from '../../support/axe.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { useNatsServer } from '../../support/nats.ts';
import { createActors, run, startPageService } from '../../support/page-fleet.ts';
import { scriptFleet } from '../../support/page-script.ts';

const nats = useNatsServer();
let service: Service;
let browser: Browser;
let end: () => void;
beforeAll(async () => {
  service = await startPageService(nats.server.url);
  [browser, end] = await Promise.all([openBrowser(), scriptFleet(nats.connection, service, { healthy: 200 })]);
});
afterAll(async () => {
  end();
  await browser.close();
  await service.stop();
});

const VIEWS = [
  ['/', 'Verdicts'],
  ['/runs?agent=fleet-a', 'fleet-a.expired-token.1'],
  ['/runs/fleet-a.expired-token.1', 'auth.token_expired'],
  ['/subscriptions', 'Breaker open'],
  ['/rules', 'auth/token-expired'],
  ['/rules?rule=auth/token-expired', 'It is for'],
  ['/drift', 'Flux capacitor'],
  ['/workbench', 'Nothing here is stored'],
] as const;

describe.each(VIEWS)('%s', (path, text) => {
  it('shows what it is for, without a fault', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(service.httpUrl + path);
    await page.getByText(text).first().waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it.each(['light', 'dark'] as const)('has no serious finding of axe-core, %s', async (colorScheme) => {
    const { page, context } = await openPage(browser, { colorScheme });
    await page.goto(service.httpUrl + path);
    await page.getByText(text).first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await context.close();
  });

  it.each([400, 1_600])('never scrolls sideways at %i px', async (width) => {
    const { page, context } = await openPage(browser, { viewport: { width, height: 800 } });
    await page.goto(service.httpUrl + path);
    await page.getByText(text).first().waitFor();
    const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(over).toBe(0);
    await context.close();
  });
});

describe('what happens is shown while the page is open', () => {
  it('a verdict on Now, a run on Runs, and its end on Run', async () => {
    const { page, context, faults } = await openPage(browser);
    const list = await context.newPage();
    list.setDefaultTimeout(60_000);
    await page.goto(`${service.httpUrl}/`);
    await list.goto(`${service.httpUrl}/runs?agent=live`);
    await list.getByText('No run fits this filter.').waitFor();
    const actors = createActors(nats.connection);
    await actors.start(run('live', 'one'));
    await list
      .getByRole('row', { name: /live\.one\.1/ })
      .getByText(/^.running$/)
      .waitFor();
    await actors.doom(run('live', 'one'));
    await page.getByRole('link', { name: 'live.one.1' }).waitFor();
    await list
      .getByRole('row', { name: /live\.one\.1/ })
      .getByText(/^.ended$/)
      .waitFor();
    await page.getByRole('link', { name: 'live.one.1' }).click();
    await page.getByText('exited with SIGTERM').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the keyboard', () => {
  it('goes from view to view, walks a list and opens what is chosen', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${service.httpUrl}/`);
    await page.getByText('Verdicts').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    const list = page.getByRole('grid', { name: 'Runs' });
    await list.waitFor();
    await page.getByRole('row', { name: /fleet-g\.good\.1/ }).waitFor();
    await list.focus();
    for (const key of ['j', 'ArrowDown', 'k']) await page.keyboard.press(key);
    const chosen = await page.locator('.virtual-row.active .cell-run').textContent();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: chosen ?? '' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/runs/${chosen}`);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('walk through a list').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.title()).toBe(`${chosen} · knell`);
    await page.goBack();
    await list.waitFor();
    expect(await page.title()).toBe('Runs · knell');
    await page.keyboard.press('/');
    await page.keyboard.type('outage');
    await expect.poll(() => page.getByRole('status').filter({ hasText: /^24$/ }).count()).toBe(1);
    expect(page.url()).toContain('q=outage');
    await context.close();
  });
});

it('shows lines of a run that would mislead as text, and no secret', async () => {
  const { page, context, faults } = await openPage(browser);
  await page.goto(`${service.httpUrl}/runs/fleet-h.hostile.1`);
  await page.getByText('<script>document.title="owned"</script>').waitFor();
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain('‹U+202E›evil');
  expect(text).not.toContain('\u202e');
  expect(text).not.toContain('ghp_x');
  expect(text).toContain('my key is [redacted]');
  expect(await page.title()).toBe('fleet-h.hostile.1 · knell');
  expect(await page.locator('main script, main img, main b').count()).toBe(0);
  expect(await page.evaluate('({}).polluted')).toBeUndefined();
  await page.getByRole('row').filter({ hasText: 'long long' }).getByRole('gridcell').click();
  await page.getByText(/1000000 characters, cut/).waitFor();
  await page.goto(`${service.httpUrl}/runs?q=hostile`);
  await page.getByText('<b>team</b>‹U+202E›txt').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('runs nothing that does not come from its own address: the policy refuses it', async () => {
  const { page, context, faults } = await openPage(browser);
  await page.goto(`${service.httpUrl}/`);
  await page.getByText('Verdicts').waitFor();
  const refused = await page.evaluate(`(() => {
    const script = document.createElement('script');
    let how = '';
    try { script.text = 'window.owned = true'; document.head.append(script); } catch (error) { how = error.name; }
    try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.owned = true">'); } catch (error) { how += error.name; }
    return [how, window.owned];
  })()`);
  expect(refused).toEqual(['TypeErrorTypeError', undefined]);
  expect(faults.join()).toMatch(/Trusted/i);
  await context.close();
});

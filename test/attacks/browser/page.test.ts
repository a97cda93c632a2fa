import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openBrowser, openPage } from '../../support/browser.ts';
import { claude } from '../../support/claude-lines.ts';
import { allIsRead, attack, freshRun, print, target, tell } from '../attack.ts';

/** Each would leave a trace if it ran, loaded or opened anything. */
const HOSTILE = [
  '<script>window.owned = 1</script>',
  '<img src=x onerror="window.owned = 1">',
  '"><svg onload="window.owned = 1">',
  "';window.owned = 1;//",
  '<a href="javascript:window.owned = 1">click</a>',
  '<iframe srcdoc="<script>parent.owned = 1</script>"></iframe>',
  '{{constructor.constructor("window.owned = 1")()}}',
  '<link rel=stylesheet href="http://127.0.0.1:9/x.css"><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
];
const ALL = HOSTILE.join(' ');

const run = freshRun();
const name = `${run.agent}.${run.execution}.1`;
const strange = freshRun();
let browser: Browser | undefined;
let reason = '';

beforeAll(async () => {
  for (const each of [run, strange]) {
    await tell(each, {
      type: 'started',
      runtime: HOSTILE[0],
      subscription: HOSTILE[1],
      credential: { kind: 'oauth', fingerprint: HOSTILE[2] },
    });
  }
  await allIsRead();
  await print(run, [
    claude.init(),
    claude.says(ALL),
    claude.calls(ALL),
    claude.toolSays(ALL),
    claude.fails(`${ALL} OAuth token has expired`, 401),
  ]);
  await print(strange, [
    claude.init().replace('2.1.197', ALL.replaceAll('"', '\\"')),
    JSON.stringify({ type: 'system', subtype: ALL, error: `Flux ${ALL}` }),
  ]);
  await allIsRead();
  try {
    browser = await openBrowser();
  } catch (error) {
    reason = (error as Error).message;
  }
});
afterAll(() => browser?.close());

const get = async (path: string) => fetch(`${target.http}${path}`);

describe('markup and script in what agents print', () => {
  attack('through the API', 'JSON that no browser takes for a page', async () => {
    for (const path of ['/api/v1/runs', `/api/v1/runs/${name}`, '/api/v1/drift', '/api/v1/subscriptions']) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        200,
        expect.stringMatching(/^application\/json/),
      ]);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  attack('an address with script in it', 'answered without repeating it, under a policy that runs none', async () => {
    for (const path of [
      '/runs/<script>window.owned=1</script>',
      '/?q=<script>window.owned=1</script>',
      '/api/v1/runs/<script>x</script>',
    ]) {
      const answer = await get(encodeURI(path));
      expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'self'|default-src 'none'/);
      expect(await answer.text()).not.toContain('<script>window.owned');
    }
  });

  attack(
    'on every view of the page, in a real Chromium',
    'shown as text: nothing runs, loads, opens or leaves',
    async () => {
      if (!browser) throw new Error(reason);
      const { page, context, faults } = await openPage(browser);
      const elsewhere: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(target.http)) elsewhere.push(request.url());
      });
      page.on('dialog', (dialog) => elsewhere.push(`dialog ${dialog.message()}`));
      page.on('popup', (popup) => elsewhere.push(`popup ${popup.url()}`));
      let shown = '';
      for (const path of [
        '/',
        '/runs',
        `/runs/${name}`,
        '/subscriptions',
        '/rules',
        '/drift',
        `/runs?q=${encodeURIComponent(ALL)}`,
        '/workbench',
      ]) {
        await page.goto(`${target.http}${path}`);
        await page
          .locator('main')
          .getByText(path.startsWith('/runs/') ? 'OAuth token has expired' : /./)
          .first()
          .waitFor();
        shown += await page.locator('body').innerText();
        expect(await page.evaluate('window.owned')).toBeUndefined();
        expect(
          await page.locator('body script:not([src]), body iframe, img[src="x"], a[href^="javascript:"]').count(),
        ).toBe(0);
      }
      expect(shown).toContain('<img src=x onerror=');
      expect(elsewhere).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    },
  );

  attack("the page in another site's frame", 'no browser shows it there', async () => {
    const { headers } = await get('/');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
  });
});

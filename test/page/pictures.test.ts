import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Service } from '../../src/service/service.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { useNatsServer } from '../support/nats.ts';
import { createActors, run, startPageService, TOKEN } from '../support/page-fleet.ts';
import { scriptFleet } from '../support/page-script.ts';
import { takePicture } from '../support/picture-folder.ts';

/*
 * Pictures of every view for people to look at: `npm run page:pictures` writes them into `.knell/pictures`. Both themes, three
 * widths, an empty, a busy and a broken fleet. `KNELL_PICTURES=run,busy` takes only those whose name has one of the words.
 */

const WIDTHS = [400, 1000, 1600] as const;
const THEMES = ['light', 'dark'] as const;
const WORDS = process.env.KNELL_PICTURES?.split(',');
const ADDRESSES: Readonly<Record<string, string>> = {
  now: '/',
  runs: '/runs',
  run: '/runs/fleet-a.expired-token.1',
  'run-suspected': '/runs/fleet-c.banner.1',
  'run-hostile': '/runs/fleet-h.hostile.1',
  subscriptions: '/subscriptions',
  rules: '/rules',
  'rules-one': '/rules?rule=auth/token-expired',
  drift: '/drift',
  workbench: '/workbench',
};

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function pictures(url: string, state: string, names: readonly string[], prepare?: (page: Page) => Promise<void>) {
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      const { page, context } = await openPage(browser, { colorScheme: theme, viewport: { width, height: 900 } });
      for (const name of names) {
        const title = `${name}-${state}-${theme}-${width}`;
        if (WORDS && !WORDS.some((word) => title.includes(word))) continue;
        await page.goto(url + ADDRESSES[name]);
        await page.getByText('live', { exact: true }).waitFor();
        await prepare?.(page);
        await takePicture(page, title, { fullPage: name !== 'runs' });
      }
      await context.close();
    }
  }
}

describe('an empty fleet', () => {
  const nats = useNatsServer();
  let service: Service;
  beforeAll(async () => {
    service = await startPageService(nats.server.url);
  });
  afterAll(() => service.stop());
  it('is shown', () =>
    pictures(service.httpUrl as string, 'empty', ['now', 'runs', 'subscriptions', 'rules', 'drift', 'workbench']));
});

describe('a busy fleet', () => {
  const nats = useNatsServer();
  let service: Service;
  let end: () => void;
  beforeAll(async () => {
    service = await startPageService(nats.server.url);
    end = await scriptFleet(nats.connection, service, { healthy: 10_000 });
  });
  afterAll(async () => {
    end();
    await service.stop();
  });
  it('is shown', () =>
    pictures(
      service.httpUrl as string,
      'busy',
      Object.keys(ADDRESSES).filter((name) => name !== 'workbench'),
    ));
  it('is worked on at the workbench', () =>
    pictures(service.httpUrl as string, 'busy', ['workbench'], async (page) => {
      await page.getByRole('textbox', { name: 'Log' }).fill(WORKBENCH_LOG);
      await page.getByRole('button', { name: /Edit a cause/ }).click();
      await page.getByText('What it becomes').waitFor();
    }));
});

describe('a broken fleet', () => {
  const nats = useNatsServer();
  let service: Service;
  let end: () => void;
  beforeAll(async () => {
    service = await startPageService(nats.server.url, { lookEveryMs: 500 });
    end = await scriptFleet(nats.connection, service, { healthy: 50 });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ mode: 'shadow', by: 'nina', why: 'new rules, first day' });
    await fetch(`${service.httpUrl}/api/v1/mode`, { method: 'POST', headers, body });
    await createActors(nats.connection).doom(run('fleet-s', 'in-shadow'));
  });
  afterAll(async () => {
    end();
    await service.stop().catch(() => undefined);
  });
  it('in shadow mode is shown', () => pictures(service.httpUrl as string, 'shadow', ['now', 'runs']));
  it('without its server, and gone itself, is shown', async () => {
    const opened = [];
    for (const colorScheme of THEMES) {
      for (const width of WIDTHS) {
        const { page, context } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
        await page.goto(`${service.httpUrl}/`);
        await page.getByText('live', { exact: true }).waitFor();
        await page.getByText('Verdicts').waitFor();
        opened.push({ page, context, name: `${colorScheme}-${width}` });
      }
    }
    await nats.server.stop();
    for (const { page, name } of opened) {
      await page.getByText('is not reading as it should').waitFor();
      await takePicture(page, `now-broken-${name}`);
    }
    await service.stop();
    for (const { page, context, name } of opened) {
      await page.getByText('knell does not answer.').waitFor();
      await takePicture(page, `now-away-${name}`);
      await context.close();
    }
  });
});

describe('a service that shows nothing without its token', () => {
  const nats = useNatsServer();
  it('is shown', async () => {
    const service = await startPageService(nats.server.url, { http: { host: '0.0.0.0', port: 0, token: TOKEN } });
    for (const colorScheme of THEMES) {
      for (const width of WIDTHS) {
        const { page, context } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
        await page.goto((service.httpUrl as string).replace('0.0.0.0', '127.0.0.1'));
        await page.getByText('knell asks for its token').waitFor();
        await takePicture(page, `now-locked-${colorScheme}-${width}`);
        await context.close();
      }
    }
    await service.stop();
  });
});

const WORKBENCH_LOG = [
  '2026-11-28T10:00:00.000000000Z stdout F {"type":"system","subtype":"init","cwd":"/app","session_id":"s1","tools":["Bash"],"model":"claude-sonnet-4-5","apiKeySource":"none","claude_code_version":"2.1.197"}',
  '2026-11-28T10:00:04.000000000Z stdout F {"type":"assistant","message":{"model":"claude-sonnet-4-5","content":[{"type":"text","text":"The log says: OAuth token has expired"}]},"parent_tool_use_id":null}',
  '2026-11-28T10:00:09.000000000Z stdout F {"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"OAuth token has expired","terminal_reason":"api_error"}',
].join('\n');

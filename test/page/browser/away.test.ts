import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedServer } from '../../../src/nats/embedded-server.ts';
import type { Service } from '../../../src/service/service.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { useNatsServer } from '../../support/nats.ts';
import { createActors, run, startPageService, TOKEN } from '../../support/page-fleet.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
const nats = useNatsServer();

it('says that knell is away, keeps what was known, and goes on by itself when it is back', async () => {
  let service: Service = await startPageService(nats.server.url);
  const port = Number(new URL(service.httpUrl as string).port);
  const actors = createActors(nats.connection);
  await actors.start(run('known', 'before'));
  const { page, context, faults } = await openPage(browser);
  await page.goto(`${service.httpUrl}/runs`);
  await page.getByText('known.before.1').waitFor();
  await service.stop();
  await page.getByText('knell does not answer.').waitFor();
  expect(await page.getByText('known.before.1').count()).toBe(1);
  await actors.start(run('known', 'meanwhile'));
  service = await startPageService(nats.server.url, { http: { host: '127.0.0.1', port, token: TOKEN } });
  await page.getByText('known.meanwhile.1').waitFor();
  await page.getByText('knell does not answer.').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await context.close();
  await service.stop();
});

it('says that the NATS server is away while the service is there', async () => {
  const server = await startEmbeddedServer();
  const service = await startPageService(server.url, { lookEveryMs: 500 });
  const { page, context } = await openPage(browser);
  await page.goto(`${service.httpUrl}/`);
  await page.getByText('live', { exact: true }).waitFor();
  await server.stop();
  await page.getByText('knell is not reading as it should').waitFor();
  await context.close();
  await service.stop();
});

it('asks for the token where what agents print is not open to all, and goes on with it', async () => {
  const service = await startPageService(nats.server.url, { http: { host: '0.0.0.0', port: 0, token: TOKEN } });
  const url = (service.httpUrl as string).replace('0.0.0.0', '127.0.0.1');
  const { page, context } = await openPage(browser);
  await page.goto(`${url}/runs`);
  await page.getByText('knell asks for its token').waitFor();
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('did not take this token').waitFor();
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('known.before.1').waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  await context.close();
  await service.stop();
});

import { expect, it } from 'vitest';
import { useNatsServer } from '../../support/nats.ts';
import { startPageService, TOKEN } from '../../support/page-fleet.ts';
import { recordingLogger } from '../../support/recording-logger.ts';

const nats = useNatsServer();

it('acts are refused unread to who has guessed too often, reads from this machine are not, and the audit has each guess', async () => {
  const log = recordingLogger();
  const service = await startPageService(nats.server.url, { log: log.logger });
  const act = (token: string) =>
    fetch(`${service.httpUrl}/api/v1/mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ mode: 'shadow', by: 'nina', why: 'a test' }),
    });
  for (let n = 0; n < 10; n += 1) expect((await act(`guess-${n}`)).status).toBe(401);
  const refused = await act(TOKEN);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'TOKENS_GUESSED']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const health = await fetch(`${service.httpUrl}/api/v1/health`, { headers: { authorization: 'Bearer guess-11' } });
  expect([health.status, ((await health.json()) as { mode: string }).mode]).toEqual([200, 'enforce']);

  await act('guess-12');
  const guesses = log.lines.filter(({ audit }) => audit === 'token guessed');
  expect(guesses.map(({ from, wait_s }) => [from, wait_s !== undefined])).toEqual([
    ...Array(10).fill(['127.0.0.1', false]),
    ['127.0.0.1', true],
  ]);
  expect(log.lines.filter(({ refused: code }) => code !== undefined)).toHaveLength(10);
  expect(JSON.stringify(log.lines)).not.toContain('guess-');
  await service.stop();
});

import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LiveEvent } from '../../../src/contracts/api/live-event.ts';
import { Now } from '../../../src/contracts/api/now.ts';
import { RuleDetail } from '../../../src/contracts/api/rules.ts';
import { RunLines, RunReport } from '../../../src/contracts/api/run-report.ts';
import { RunPage } from '../../../src/contracts/api/run-row.ts';
import { SubscriptionStatuses } from '../../../src/contracts/api/subscriptions.ts';
import type { Service } from '../../../src/service/service.ts';
import { useNatsServer } from '../../support/nats.ts';
import { createActors, run, startPageService, TOKEN } from '../../support/page-fleet.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { nextAbort } from '../../support/service.ts';

const nats = useNatsServer();
const log = recordingLogger();
let service: Service;
let actors: ReturnType<typeof createActors>;
let stopObeying: () => void;

beforeAll(async () => {
  service = await startPageService(nats.server.url, { log: log.logger });
  actors = createActors(nats.connection);
  stopObeying = await actors.obey();
  await actors.start(run('calm', 'r1'), { subscription: 'team-1' });
  const ended = nextAbort(nats.connection, run('doomed', 'r1'));
  await actors.doom(run('doomed', 'r1'));
  await ended;
  // Ended and acknowledged: a host may answer before the state that knows the command is stored.
  await vi.waitFor(async () => expect((await get<Now>('/now')).saved.counted).toBe(1), { timeout: 120_000 });
});
afterAll(async () => {
  stopObeying();
  await service.stop();
});

const url = (path: string): string => `${service.httpUrl}/api/v1${path}`;
const get = async <T>(path: string): Promise<T> => (await fetch(url(path))).json() as Promise<T>;
const post = (path: string, body: unknown, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('reading', () => {
  it('tells of the fleet', async () => {
    const now = Now.parse(await get('/now'));
    expect([now.runs.ended, now.runs.running]).toEqual([1, 1]);
    expect(now.saved).toMatchObject({ counted: 1, not_counted: 0 });
    expect(now.saved.slot_hours).toBeGreaterThan(0.9);
    expect(now.verdicts.map((row) => row.run)).toEqual(['doomed.r1.1']);
    expect(now.health).toMatchObject({ ready: true, mode: 'enforce', may_act: true, signed: false });
  });

  it.each([
    ['agent=doomed', ['doomed.r1.1']],
    ['category=auth', ['doomed.r1.1']],
    ['category=auth.token_expired&state=ended', ['doomed.r1.1']],
    ['rule=auth/token-expired', ['doomed.r1.1']],
    ['subscription=team-1', ['calm.r1.1']],
    ['q=CALM%20running', ['calm.r1.1']],
    ['until=2020-01-01T00:00:00Z', []],
  ])('lists the runs with %s', async (query, runs) => {
    const page = RunPage.parse(await get(`/runs?${query}`));
    expect(page.rows.map((row) => row.run)).toEqual(runs);
  });

  it('lists page after page', async () => {
    const first = await get<RunPage>('/runs?limit=1');
    const second = await get<RunPage>(`/runs?limit=1&after=${encodeURIComponent(first.next ?? '')}`);
    expect([...first.rows, ...second.rows].map((row) => row.run).sort()).toEqual(['calm.r1.1', 'doomed.r1.1']);
    expect(second.next).toBeNull();
  });

  it('says of a run why it ended, as `knell why` does', async () => {
    await expect
      .poll(async () => (await get<RunReport>('/runs/doomed.r1.1')).timeline.map(({ what }) => what))
      .toEqual([
        'started',
        'first evidence',
        'abort command',
        'acknowledged: terminated by tap',
        'exited with SIGTERM',
      ]);
    const report = RunReport.parse(await get('/runs/doomed.r1.1'));
    expect(report).toMatchObject({ outcome: 'aborted', row: { category: 'auth.token_expired', phase: 'ended' } });
    expect(report.why).toMatch(/^knell ended the run: The token or login has expired\./);
    expect(report.evidence[0]?.lines.filter((line) => line.is_evidence)).toHaveLength(1);
    expect(report.records[0]).toMatchObject({ schema: 'knell.failure/v1', disposition: 'aborted' });
  });

  it('shows the lines with who spoke', async () => {
    const { lines, total } = RunLines.parse(await get('/runs/doomed.r1.1/lines'));
    expect(lines.map(({ speaker }) => speaker)).toEqual(['runtime', 'narration', 'narration', 'tool', 'runtime']);
    expect(lines.map(({ is_evidence }) => is_evidence)).toEqual([false, false, false, false, true]);
    expect(total).toBe(5);
  });

  it('says of a cause where it is written, what its file says of itself, and what it costs', async () => {
    const { entry, origin } = RuleDetail.parse(await get('/rules/entries/auth/token-expired'));
    expect(origin).toMatchObject({ file: 'causes/auth.yaml', line: 8, says: expect.stringMatching(/^Who may use/) });
    expect(entry.cost?.lines).toBeGreaterThan(0);
    expect(entry.cost?.microseconds).toBeGreaterThanOrEqual(0);
  });

  it('tells of the subscription whose token is refused', async () => {
    await expect
      .poll(async () => SubscriptionStatuses.parse(await get('/subscriptions?q=team-max')).subscriptions[0])
      .toMatchObject({
        answer: 'refused',
        record: { id: 'team-max', breaker: { state: 'open', category: 'auth.token_expired' } },
      });
  });

  it.each([
    ['/runs/nobody.e1.1', 404, 'NOT_FOUND'],
    ['/runs/..%2f..%2fetc', 404, 'NOT_FOUND'],
    ['/runs?limit=0', 400, 'BAD_REQUEST'],
    ['/runs?since=yesterday', 400, 'BAD_REQUEST'],
    ['/drift/zz/draft', 400, 'BAD_REQUEST'],
    ['/rules/candidate', 404, 'NOT_FOUND'],
    ['/rules/entries/no/such', 404, 'NOT_FOUND'],
    ['/nothing', 404, 'NOT_FOUND'],
  ])('answers %s with %i', async (path, status, code) => {
    const response = await fetch(url(path));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });
});

it('is described by OpenAPI 3.1, with every path that is answered', async () => {
  const document = await get<{ openapi: string; paths: Record<string, object>; components: { schemas: object } }>(
    '/openapi.json',
  );
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['RunPage', 'RunReport', 'Now', 'LiveEvent', 'HttpError']),
  );
  expect(Object.keys(document.paths).sort()).toMatchInlineSnapshot(`
    [
      "/api/v1/drift",
      "/api/v1/drift/{fingerprint}/draft",
      "/api/v1/events",
      "/api/v1/health",
      "/api/v1/mode",
      "/api/v1/mode/release",
      "/api/v1/now",
      "/api/v1/rules",
      "/api/v1/rules/candidate",
      "/api/v1/rules/entries/{pack}/{id}",
      "/api/v1/rules/promote",
      "/api/v1/rules/rollback",
      "/api/v1/runs",
      "/api/v1/runs/{run}",
      "/api/v1/runs/{run}/lines",
      "/api/v1/subscriptions",
      "/api/v1/subscriptions/clear",
      "/api/v1/workbench",
      "/api/v1/workbench/file",
      "/api/v1/workbench/words",
    ]
  `);
  // Whatever stands there can be taken in by a reader of such documents again.
  expect(() => new OpenAPIHono().getOpenAPI31Document(document as never)).not.toThrow();
});

describe('the stream of events', () => {
  it('tells how knell is, and of a run within a second of its verdict', async () => {
    const stop = new AbortController();
    const response = await fetch(url('/events'), { signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const seen = new Set<string>();
    const told = run('told', 'live');
    let rest = '';
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let isDoomed = false;
    while (!seen.has('verdict')) {
      const { value = '' } = await reader.read();
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = LiveEvent.parse(JSON.parse(block.replace(/^event: .*\n/, '').replace(/^data: /, '')));
        seen.add(event.type);
        if (event.type === 'runs' && event.rows.some((row) => row.run === 'told.live.1' && row.category))
          seen.add('verdict');
      }
      if (seen.has('health') && !isDoomed) {
        isDoomed = true;
        await actors.doom(told);
      }
    }
    stop.abort();
    expect([...seen]).toEqual(expect.arrayContaining(['health', 'runs']));
  });
});

describe('acting', () => {
  const by = { by: 'nina', why: 'a test' };
  it.each([
    ['without the token', {}, 401, 'TOKEN_WANTED'],
    ['with a wrong one', { authorization: 'Bearer wrong' }, 401, 'TOKEN_WANTED'],
    ['from another site', { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }, 403, 'OTHER_ORIGIN'],
    ['across sites', { authorization: `Bearer ${TOKEN}`, 'sec-fetch-site': 'cross-site' }, 403, 'OTHER_ORIGIN'],
  ])(
    'is refused %s, whatever is sent, and stands in the audit',
    async (_what, headers: Record<string, string>, status, code) => {
      log.lines.length = 0;
      for (const path of [
        '/mode',
        '/mode/release',
        '/rules/candidate',
        '/rules/promote',
        '/rules/rollback',
        '/subscriptions/clear',
      ]) {
        const response = await post(path, { nonsense: true }, headers);
        expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
          path,
          status,
          code,
        ]);
      }
      expect(log.lines.filter(({ audit, refused }) => audit !== undefined && refused === code)).toHaveLength(6);
    },
  );

  it('is refused in pieces of no stated length, and nothing is logged as a fault', async () => {
    log.lines.length = 0;
    const body = new Blob([JSON.stringify({ mode: 'shadow' })]).stream();
    const response = await fetch(url('/mode'), { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([411, 'LENGTH_WANTED']);
    expect(log.lines.filter(({ err }) => err !== undefined)).toEqual([]);
  });

  it('wants to know who acts, and why', async () => {
    const response = await post('/mode', { mode: 'shadow' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { reasons: string[] }).reasons.join()).toContain('by:');
  });

  it('sets the mode of the fleet and back, and writes a line of audit for each', async () => {
    log.lines.length = 0;
    expect((await post('/mode', { mode: 'shadow', ...by })).status).toBe(200);
    await expect.poll(async () => (await get<{ mode: string }>('/health')).mode).toBe('shadow');
    expect((await post('/mode', { mode: 'enforce', ...by })).status).toBe(200);
    await expect.poll(async () => (await get<{ mode: string }>('/health')).mode).toBe('enforce');
    expect(log.lines.filter(({ audit }) => audit === 'mode set')).toEqual([
      expect.objectContaining({ by: 'nina', why: 'a test', about: '{"mode":"shadow"}' }),
      expect.objectContaining({ by: 'nina', why: 'a test', about: '{"mode":"enforce"}' }),
    ]);
  });

  it('refuses to release a rule that is not held, and to roll back where nothing was before', async () => {
    expect((await post('/mode/release', { rule: 'no/such', ...by })).status).toBe(404);
    expect((await post('/rules/rollback', by)).status).toBe(409);
  });

  it('forgets what is held against a subscription', async () => {
    await expect
      .poll(
        async () =>
          (await get<SubscriptionStatuses>('/subscriptions?q=team-max')).subscriptions[0]?.record.breaker.state,
      )
      .toBe('open');
    expect((await post('/subscriptions/clear', { id: 'team-max', ...by })).status).toBe(200);
    await expect
      .poll(
        async () =>
          (await get<SubscriptionStatuses>('/subscriptions?q=team-max')).subscriptions[0]?.record.breaker.state,
      )
      .toBe('closed');
    expect((await post('/subscriptions/clear', { id: 'no-such', ...by })).status).toBe(404);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { ANSWERS, type AnswerName, DELEGATED_WORK } from './stub/answers.ts';
import { type StubProvider, type StubProviderOptions, startStubProvider } from './stub-provider.ts';

let stub: StubProvider | undefined;
afterEach(async () => {
  await stub?.stop();
  stub = undefined;
});

async function start(answer: AnswerName, options: StubProviderOptions = {}) {
  stub = await startStubProvider(ANSWERS[answer], options);
  return stub;
}

const post = (path: string, body: unknown) =>
  fetch(`${stub?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The data of each server-sent event, parsed. */
const events = (text: string) =>
  text
    .split('\n\n')
    .map((block) => /^data: (.*)$/m.exec(block)?.[1])
    .filter((data): data is string => data !== undefined)
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as Record<string, unknown>)));

const user = { role: 'user', content: 'Say done' };
const GEMINI = '/v1beta/models/gemini-2.5-pro';

/** A minimal request in each dialect, with a shell tool. */
const ASK = {
  anthropic: {
    path: '/v1/messages?beta=true',
    body: {
      model: 'm',
      messages: [user],
      tools: [{ name: 'Bash', input_schema: { properties: { command: { type: 'string' } } } }],
    },
  },
  responses: {
    path: '/v1/responses',
    body: {
      model: 'm',
      input: [user],
      tools: [{ type: 'function', name: 'exec_command', parameters: { properties: { cmd: { type: 'string' } } } }],
    },
  },
  chat: {
    path: '/v1/chat/completions',
    body: {
      model: 'm',
      messages: [user],
      tools: [{ function: { name: 'bash', parameters: { properties: { command: { type: 'string' } } } } }],
    },
  },
  google: {
    path: `${GEMINI}:generateContent`,
    body: {
      contents: [{ role: 'user', parts: [{ text: 'Say done' }] }],
      tools: [
        {
          functionDeclarations: [
            { name: 'run_shell_command', parameters: { properties: { command: { type: 'STRING' } } } },
          ],
        },
      ],
    },
  },
} as const;
type Door = keyof typeof ASK;
const doors = Object.keys(ASK) as Door[];

describe('a fault of the provider', () => {
  it.each<[AnswerName, Door, number, unknown]>([
    ['401', 'anthropic', 401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }],
    ['401-expired', 'anthropic', 401, { error: { type: 'authentication_error' } }],
    ['401-revoked', 'anthropic', 403, { error: { type: 'permission_error' } }],
    ['403', 'anthropic', 403, { error: { type: 'permission_error' } }],
    ['402-credit', 'anthropic', 400, { error: { type: 'invalid_request_error' } }],
    ['429', 'anthropic', 429, { error: { type: 'rate_limit_error' } }],
    ['500', 'anthropic', 500, { error: { type: 'api_error' } }],
    ['529', 'anthropic', 529, { error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ['404-model', 'anthropic', 404, { error: { type: 'not_found_error', message: 'model: m' } }],
    ['400-context', 'anthropic', 400, { error: { type: 'invalid_request_error' } }],
    ['401', 'responses', 401, { error: { code: 'invalid_api_key' } }],
    ['401-expired', 'responses', 401, { error: { code: 'token_expired' } }],
    ['401-revoked', 'responses', 401, { error: { code: 'token_revoked' } }],
    ['403', 'responses', 403, { error: { code: 'unsupported_country_region_territory' } }],
    ['402-credit', 'chat', 429, { error: { code: 'insufficient_quota' } }],
    ['429', 'chat', 429, { error: { code: 'rate_limit_exceeded' } }],
    ['429-usage', 'responses', 429, { error: { type: 'usage_limit_reached' } }],
    ['500', 'chat', 500, { error: { type: 'server_error' } }],
    ['529', 'chat', 503, { error: { code: 'server_is_overloaded' } }],
    ['404-model', 'chat', 404, { error: { code: 'model_not_found' } }],
    ['400-context', 'responses', 400, { error: { code: 'context_length_exceeded' } }],
    ['401', 'google', 400, { error: { status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }],
    ['401-expired', 'google', 401, { error: { status: 'UNAUTHENTICATED' } }],
    ['403', 'google', 403, { error: { status: 'PERMISSION_DENIED' } }],
    ['429', 'google', 429, { error: { status: 'RESOURCE_EXHAUSTED' } }],
    ['500', 'google', 500, { error: { status: 'INTERNAL' } }],
    ['529', 'google', 503, { error: { status: 'UNAVAILABLE' } }],
    ['404-model', 'google', 404, { error: { status: 'NOT_FOUND' } }],
  ])('%s has the status and the body that %s clients know', async (answer, door, status, body) => {
    await start(answer);
    const response = await post(ASK[door].path, ASK[door].body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject(body as object);
  });

  it('tells of a used-up window in the headers that subscription clients read', async () => {
    await start('429-usage', { now: () => 1_700_000_000_500 });
    const response = await post(ASK.anthropic.path, ASK.anthropic.body);
    expect(response.status).toBe(429);
    expect(response.headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
    expect(response.headers.get('anthropic-ratelimit-unified-reset')).toBe(String(1_700_000_000 + 12_540));
  });

  it('warns of a nearly used-up window in the headers of a good answer', async () => {
    await start('200-quota-warning', { now: () => 1_700_000_000_000 });
    const response = await post(ASK.anthropic.path, ASK.anthropic.body);
    expect(response.status).toBe(200);
    expect(response.headers.get('anthropic-ratelimit-unified-status')).toBe('allowed_warning');
    expect(response.headers.get('anthropic-ratelimit-unified-5h-utilization')).toBe('0.92');
  });

  it('comes after a first good turn where it is to come midway', async () => {
    await start('401-midway');
    const sideQuestion = { model: 'm', messages: [user] };
    expect((await post(ASK.chat.path, sideQuestion)).status).toBe(200);
    expect((await post(ASK.chat.path, ASK.chat.body)).status).toBe(200);
    expect((await post(ASK.chat.path, ASK.chat.body)).status).toBe(401);
    expect((await post(ASK.chat.path, ASK.chat.body)).status).toBe(401);
  });

  it('heals after as many requests as its name promises', async () => {
    await start('529-heals');
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) {
      statuses.push((await post(ASK.anthropic.path, ASK.anthropic.body)).status);
    }
    expect(statuses).toEqual([529, 529, 200, 200]);
  });

  it.each(doors)('resets the connection of a %s client', async (door) => {
    await start('reset');
    await expect(post(ASK[door].path, ASK[door].body)).rejects.toThrow('fetch failed');
  });

  it('begins a streamed answer and cuts it', async () => {
    await start('cut');
    const response = await post(ASK.anthropic.path, { ...ASK.anthropic.body, stream: true });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('never answers when it stalls, and lets go of the client when it is stopped', async () => {
    const { stop } = await start('stall');
    const pending = post(ASK.anthropic.path, ASK.anthropic.body).then(
      () => 'answered',
      () => 'dropped',
    );
    // A question that is answered, after the stalled one has been taken.
    expect((await post('/v1/messages/count_tokens', {})).status).toBe(200);
    await stop();
    expect(await pending).toBe('dropped');
  });
});

describe('an answer of the model', () => {
  it('is a whole message in each dialect', async () => {
    await start('200');
    const said = 'All done: the change is in and the tests pass.';
    const expected: Record<Door, object> = {
      anthropic: { type: 'message', stop_reason: 'end_turn', content: [{ type: 'text', text: said }] },
      responses: { object: 'response', status: 'completed', output: [{ content: [{ text: said }] }] },
      chat: { choices: [{ message: { content: said }, finish_reason: 'stop' }] },
      google: { candidates: [{ content: { parts: [{ text: said }] }, finishReason: 'STOP' }] },
    };
    for (const door of doors) {
      const response = await post(ASK[door].path, ASK[door].body);
      expect(await response.json(), door).toMatchObject(expected[door]);
    }
  });

  it.each<[Door, string, unknown, unknown]>([
    ['anthropic', ASK.anthropic.path, { type: 'message_start' }, { type: 'message_stop' }],
    ['responses', ASK.responses.path, { type: 'response.created' }, { type: 'response.completed' }],
    ['chat', ASK.chat.path, { object: 'chat.completion.chunk' }, '[DONE]'],
    [
      'google',
      `${GEMINI}:streamGenerateContent?alt=sse`,
      { candidates: [{ index: 0 }] },
      { candidates: [{ finishReason: 'STOP' }] },
    ],
  ])('is streamed to a %s client that asks for it', async (door, path, first, last) => {
    await start('200');
    const response = await post(path, { ...ASK[door].body, stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const seen = events(await response.text());
    expect(seen[0]).toMatchObject(first as object);
    if (typeof last === 'string') expect(seen.at(-1)).toBe(last);
    else expect(seen.at(-1)).toMatchObject(last as object);
  });

  it('can be a refusal', async () => {
    await start('refusal');
    const expected: Record<Door, object> = {
      anthropic: { stop_reason: 'refusal' },
      responses: { status: 'completed', output: [] },
      chat: { choices: [{ finish_reason: 'content_filter' }] },
      google: { candidates: [{ finishReason: 'SAFETY' }] },
    };
    for (const door of doors) {
      expect(await (await post(ASK[door].path, ASK[door].body)).json(), door).toMatchObject(expected[door]);
    }
  });

  it('calls the shell that the client offers, with arguments of its schema', async () => {
    await start('tool-loop');
    const command = 'echo still looking';
    const expected: Record<Door, object> = {
      anthropic: { content: [{ type: 'tool_use', name: 'Bash', input: { command } }] },
      responses: {
        output: [{ type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: command }) }],
      },
      chat: { choices: [{ message: { tool_calls: [{ function: { arguments: JSON.stringify({ command }) } }] } }] },
      google: { candidates: [{ content: { parts: [{ functionCall: { args: { command } } }] } }] },
    };
    for (const door of doors) {
      expect(await (await post(ASK[door].path, ASK[door].body)).json(), door).toMatchObject(expected[door]);
    }
  });

  it('goes on with its script by the results in the conversation, and ends it in quoting prose', async () => {
    await start('quotes');
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] };
    const kinds: string[] = [];
    let text = '';
    for (let results = 0; results <= 3; results++) {
      const messages = [user, ...Array.from({ length: results }, () => result)];
      const body = (await (await post('/v1/messages', { ...ASK.anthropic.body, messages })).json()) as {
        content: { type: string; text?: string }[];
      };
      kinds.push(body.content.at(-1)?.type ?? '');
      text = body.content[0]?.text ?? '';
    }
    expect(kinds).toEqual(['tool_use', 'tool_use', 'tool_use', 'text']);
    expect(text.split('\n')).toContain('Login expired · Please run /login');
  });

  it('answers a side question, which offers no tools, with text', async () => {
    await start('tool-loop');
    const response = await post('/v1/messages', { model: 'm', messages: [user] });
    expect(await response.json()).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text' }] });
  });

  it('gives a subagent what it alone is meant to get', async () => {
    await start('subagent-401');
    const work = {
      ...ASK.anthropic.body,
      messages: [{ role: 'user', content: [{ type: 'text', text: DELEGATED_WORK }] }],
    };
    expect((await post(ASK.anthropic.path, ASK.anthropic.body)).status).toBe(200);
    expect((await post(ASK.anthropic.path, work)).status).toBe(401);
    expect((await post(ASK.anthropic.path, ASK.anthropic.body)).status).toBe(200);
  });
});

describe('what clients ask around a turn', () => {
  it.each([
    ['HEAD', '/', 200],
    ['POST', '/v1/messages/count_tokens', 200],
    ['POST', `${GEMINI}:countTokens`, 200],
    ['GET', '/v1/models', 200],
    ['GET', '/api/anything', 404],
  ])('%s %s is answered %i whatever fault is played', async (method, path, status) => {
    const { url, seen } = await start('401');
    const response = await fetch(`${url}${path}`, { method });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    expect(seen).toEqual([{ method, path, status }]);
  });

  it('gets the fault too where the client has a service of its own', async () => {
    await start('401', { everyPath: true });
    expect((await post('/api/internal', {})).status).toBe(401);
  });

  it('survives a body that is not JSON', async () => {
    const { url } = await start('200');
    const response = await fetch(`${url}/v1/messages`, { method: 'POST', body: Buffer.from([0xff, 0x7b]) });
    expect(await response.json()).toMatchObject({ type: 'message' });
  });
});

it('lets a model think before it says anything, and answers side questions at once', async () => {
  stub = await startStubProvider({ replies: [{ kind: 'steps', steps: [{ says: 'Thought.', thinksMs: 60_000 }] }] });
  const { path, body } = ASK.chat;
  const { tools: _, ...aside } = body;
  expect(await (await post(path, aside)).text()).toContain('Thought.');
  const waiting = post(path, body).catch(() => 'cut off');
  await stub.stop();
  stub = undefined;
  expect(await waiting).toBe('cut off');
});

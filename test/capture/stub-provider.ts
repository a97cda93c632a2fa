import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delegateInput, findDelegateTool, findShellTool, shellInput } from './stub/agent-tools.ts';
import { type Answer, DELEGATED_WORK, type Replies, type Reply, type Step } from './stub/answers.ts';
import { anthropicMessages } from './stub/anthropic.ts';
import { windowHeaders } from './stub/anthropic-faults.ts';
import { faultResponse } from './stub/faults.ts';
import { googleGenerate } from './stub/google.ts';
import { openaiChat } from './stub/openai-chat.ts';
import { openaiResponses } from './stub/openai-responses.ts';
import { type Endpoint, isObject, type JsonObject, type Turn, type TurnRequest, type WireAnswer } from './stub/turn.ts';

const ENDPOINTS: readonly Endpoint[] = [anthropicMessages, openaiResponses, openaiChat, googleGenerate];

/** What a client asked for, for the log of a capture. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The HTTP status answered; 0 where nothing was. */
  readonly status: number;
}

export interface StubProvider {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** Closes it and every connection, stalled ones included. */
  stop(): Promise<void>;
}

export interface StubProviderOptions {
  /** Left out: any free port. Always on the loopback interface. */
  port?: number;
  /** The clock for reset times, in milliseconds of the epoch. */
  now?: () => number;
  /** Every path gets the answer where that is a fault, a reset or a stall: for clients of a service of their own. */
  everyPath?: boolean;
}

/**
 * Starts a model provider that plays one answer to every request for a model's turn: Anthropic messages, OpenAI
 * responses and chat completions, Google generateContent; streamed or whole, as the request asks.
 * Questions around it (models, token counts) are always answered well.
 */
export async function startStubProvider(answer: Answer, options: StubProviderOptions = {}): Promise<StubProvider> {
  const { port = 0, now = Date.now, everyPath = false } = options;
  const seen: SeenRequest[] = [];
  let turns = 0;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const path = new URL(request.url ?? '/', 'http://stub').pathname;
      const endpoint = request.method === 'POST' ? ENDPOINTS.find((candidate) => candidate.matches(path)) : undefined;
      const failsAnyway = everyPath && answer.replies[0].kind !== 'steps';
      let status: number;
      if (endpoint || failsAnyway) {
        const speaks = endpoint ?? anthropicMessages;
        const turn = speaks.read(body, path);
        const ofSubagent = answer.toSubagent !== undefined && turn.task.includes(DELEGATED_WORK);
        const reply = ofSubagent ? answer.toSubagent : replyNumber(answer.replies, turns);
        // A side question, which offers no tools, does not move the main conversation on.
        if (!ofSubagent && turn.tools.length > 0) turns += 1;
        status = answerTurn(response, speaks, turn, reply, now());
      } else {
        status = answerAround(response, request.method ?? 'GET', path);
      }
      seen.push({ method: request.method ?? 'GET', path, status });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function replyNumber(replies: Replies, index: number): Reply {
  return replies[Math.min(index, replies.length - 1)] ?? replies[0];
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {}; // Not JSON, or the client went away: the answer does not depend on it.
  }
}

function answerTurn(response: ServerResponse, endpoint: Endpoint, request: TurnRequest, reply: Reply, nowMs: number) {
  switch (reply.kind) {
    case 'stall':
      return 0;
    case 'reset':
      response.socket?.resetAndDestroy();
      return 0;
    case 'fault': {
      const refused = faultResponse(endpoint.dialect, reply.fault, { model: request.model, nowMs });
      return sendJson(response, refused.status, refused.body, refused.headers);
    }
    case 'cut':
    case 'stall-midway': {
      const [first = ''] = endpoint.write(
        { text: 'Let me look at', refused: false },
        { ...request, stream: true },
      ).parts;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(first, () => {
        if (reply.kind === 'cut') response.socket?.resetAndDestroy();
      });
      return 200;
    }
    case 'refusal':
      return send(response, endpoint.write({ text: '', refused: true }, request));
    case 'steps': {
      const headers = reply.window ? windowHeaders(reply.window, nowMs) : {};
      const answer = () => send(response, endpoint.write(turnOf(reply, request), request), headers);
      const { thinksMs } = stepOf(reply, request) ?? {};
      if (thinksMs === undefined) return answer();
      const thinking = setTimeout(answer, thinksMs);
      response.once('close', () => clearTimeout(thinking));
      return 200;
    }
  }
}

type Steps = Extract<Reply, { kind: 'steps' }>;

/** The step that a conversation has come to; undefined where it is over, and for a side question, which offers no tools. */
function stepOf(reply: Steps, request: TurnRequest): Step | undefined {
  return findShellTool(request.tools) ? reply.steps[request.toolResults] : undefined;
}

function turnOf(reply: Steps, request: TurnRequest): Turn {
  const last = reply.steps.at(-1) ?? {};
  const shell = findShellTool(request.tools);
  // A request without tools is a side question (a title, a summary), whatever the conversation holds.
  if (!shell) return { text: last.says ?? 'Look into the report', refused: false };
  const step = stepOf(reply, request) ?? (reply.repeatLast ? last : { says: last.says ?? 'Done.' });
  const text = step.says ?? '';
  const delegate = step.delegates === undefined ? undefined : findDelegateTool(request.tools);
  if (step.delegates !== undefined && delegate) {
    return { text, call: { name: delegate.name, input: delegateInput(delegate, step.delegates) }, refused: false };
  }
  if (step.runs !== undefined) {
    return { text, call: { name: shell.name, input: shellInput(shell, step.runs) }, refused: false };
  }
  return { text: text || 'Done.', refused: false };
}

function send(response: ServerResponse, answer: WireAnswer, headers: Readonly<Record<string, string>> = {}): number {
  response.writeHead(200, {
    'content-type': answer.contentType,
    'request-id': 'req_011CStub000000000000000',
    ...headers,
  });
  for (const part of answer.parts) response.write(part);
  response.end();
  return 200;
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
  return status;
}

/** What clients ask around a turn: token counts, lists of models; anything else does not exist here. */
function answerAround(response: ServerResponse, method: string, path: string): number {
  if (method === 'HEAD') return sendJson(response, 200, {});
  if (/\/messages\/count_tokens$/.test(path)) return sendJson(response, 200, { input_tokens: 1_200 });
  if (/:countTokens$/.test(path)) return sendJson(response, 200, { totalTokens: 1_200 });
  if (method === 'GET' && /\/models$/.test(path)) {
    const data = [{ id: 'stub-model', object: 'model', created: 1_700_000_000, owned_by: 'stub' }];
    return sendJson(response, 200, { object: 'list', data });
  }
  return sendJson(response, 404, { error: { message: `There is no ${path} here.`, type: 'not_found_error' } });
}

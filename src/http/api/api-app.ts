import type { HttpBindings } from '@hono/node-server';
import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HttpError } from '../../contracts/api/acts.ts';
import type { Logger } from '../../logging/logger.ts';
import { type AccessRefusal, type AccessRules, type AskedBy, obstacleToActing, obstacleToReading } from '../access.ts';
import { CLOSED_HEADERS } from '../security-headers.ts';
import { WorkbenchError } from '../workbench/workbench.ts';

export type ApiEnv = { Bindings: HttpBindings };
export type ApiApp = OpenAPIHono<ApiEnv>;

/** Why a request can't be met, with what the client reads. */
export class ApiProblem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 411 | 413 | 429 | 503;
  readonly code: HttpError['code'];
  readonly reasons: readonly string[] | undefined;
  /** After how many seconds to ask again. */
  readonly waitS: number | undefined;
  constructor(
    status: ApiProblem['status'],
    code: HttpError['code'],
    message: string,
    reasons?: readonly string[],
    waitS?: number,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.reasons = reasons;
    this.waitS = waitS;
  }
}

const ERROR = { description: 'The request could not be met', content: { 'application/json': { schema: HttpError } } };

/** What a request may have besides its path. */
interface Asked {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
}

/** A route that reads. */
export function reading<R extends z.ZodType, Q extends Asked = Record<never, never>>(
  path: string,
  summary: string,
  answer: R,
  request?: Q,
) {
  return createRoute({
    method: 'get',
    path,
    summary,
    tags: ['reading'],
    request: (request ?? {}) as Q,
    responses: { 200: { description: summary, content: { 'application/json': { schema: answer } } }, default: ERROR },
  });
}

/** A route that is posted to; `acting`: it changes something, and asks for the token. */
export function posting<B extends z.ZodType, R extends z.ZodType>(
  path: string,
  summary: string,
  body: B,
  answer: R,
  tag: 'acting' | 'reading' = 'acting',
) {
  return createRoute({
    method: 'post',
    path,
    summary,
    tags: [tag],
    ...(tag === 'acting' && { security: [{ token: [] }] }),
    request: { body: { required: true, content: { 'application/json': { schema: body } } } },
    responses: { 200: { description: summary, content: { 'application/json': { schema: answer } } }, default: ERROR },
  });
}

/** An app whose answers are closed to other sites, whose reads ask who reads, and whose failures are answered as values. */
export function createApiApp(access: AccessRules, log: Pick<Logger, 'warn'>): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook(result, c) {
      if (result.success) return undefined;
      const reasons = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`);
      return tell(c, new ApiProblem(400, 'BAD_REQUEST', `the request does not fit: ${reasons[0]}`, reasons));
    },
  });
  app.use('*', async (c, next) => {
    for (const [name, value] of Object.entries(CLOSED_HEADERS)) c.header(name, value);
    const obstacle = obstacleToReading(access, askedBy(c));
    if (obstacle) throw problemOfAccess(obstacle);
    await next();
  });
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.code === 'UNAVAILABLE')
      log.warn({ err: error, path: c.req.path }, 'a request of the page could not be met');
    return tell(c, problem);
  });
  app.notFound((c) => tell(c, new ApiProblem(404, 'NOT_FOUND', 'there is no such address: see /api/v1/openapi.json')));
  return app;
}

/** @throws {ApiProblem} when the request may not act */
export function mustBeAllowedToAct(c: Context<ApiEnv>, access: AccessRules): void {
  const obstacle = obstacleToActing(access, askedBy(c));
  if (obstacle) throw problemOfAccess(obstacle);
}

function problemOfAccess({ status, code, message, waitS }: AccessRefusal): ApiProblem {
  return new ApiProblem(status, code, message, undefined, waitS);
}

export function askedBy(c: Context<ApiEnv>): AskedBy {
  return {
    address: c.env.incoming.socket.remoteAddress,
    authorization: c.req.header('authorization'),
    host: c.req.header('host'),
    origin: c.req.header('origin'),
    fetchSite: c.req.header('sec-fetch-site'),
  };
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof WorkbenchError) {
    if (error.code === 'BUSY') return new ApiProblem(429, 'BUSY', error.message);
    if (error.code === 'TOO_LONG') return new ApiProblem(413, 'TOO_LONG', error.message);
    return new ApiProblem(400, 'BAD_REQUEST', error.message);
  }
  const { code } = error as { code?: unknown };
  if (code === 'RULES_RACED' || code === 'RULES_SERIAL')
    return new ApiProblem(409, 'REFUSED', (error as Error).message);
  if ((error as { status?: unknown }).status === 400)
    return new ApiProblem(400, 'BAD_REQUEST', 'the request can not be read');
  // The details stand in the log: an error's words may hold what the client must not see.
  return new ApiProblem(503, 'UNAVAILABLE', 'what this is read from does not answer; the log of knell says why');
}

function tell(c: Context, { status, code, message, reasons, waitS }: ApiProblem) {
  const body: HttpError = { schema: 'knell.http-error/v1', code, message, ...(reasons && { reasons: [...reasons] }) };
  if (waitS !== undefined) c.header('retry-after', `${waitS}`);
  if (status === 401) c.header('www-authenticate', 'Bearer realm="knell"');
  return c.json(body, status, CLOSED_HEADERS);
}

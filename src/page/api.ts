import type { ActDone, HttpError } from '../contracts/api/acts.ts';
import { observable } from './observable.ts';

/** Why the service did not answer as asked. */
export class ApiFailure extends Error {
  readonly code: HttpError['code'] | 'AWAY';
  readonly reasons: readonly string[];
  constructor(code: ApiFailure['code'], message: string, reasons: readonly string[] = []) {
    super(message);
    this.code = code;
    this.reasons = reasons;
  }
}

const TOKEN = 'knell.token';
const NAME = 'knell.name';

/** Kept for this tab only. */
export const token = observable(sessionStorage.getItem(TOKEN) ?? '');
export const actorName = observable(sessionStorage.getItem(NAME) ?? '');
token.watch((value) => sessionStorage.setItem(TOKEN, value));
actorName.watch((value) => sessionStorage.setItem(NAME, value));

/** Whether the service asks for the token before it shows anything. */
export const isLocked = observable(false);

export function requestHeaders(): Record<string, string> {
  return token.get() === '' ? {} : { authorization: `Bearer ${token.get()}` };
}

/** @throws {ApiFailure} */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { headers: requestHeaders(), ...(signal && { signal }) });
}

/** @throws {ApiFailure} */
export async function post<T = ActDone>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { ...requestHeaders(), 'content-type': 'application/json' };
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal && { signal }) });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiFailure('AWAY', 'knell does not answer');
  }
  const body = (await response.json().catch(() => undefined)) as T | HttpError | undefined;
  if (response.ok && body !== undefined) return body as T;
  const failure = body as HttpError | undefined;
  if (response.status === 401 && init.method === undefined) isLocked.set(true);
  throw new ApiFailure(
    failure?.code ?? 'UNAVAILABLE',
    failure?.message ?? `knell answered ${response.status}`,
    failure?.reasons,
  );
}

import { describe, expect, it } from 'vitest';
import { retryInText, saysRetriesOver } from '../../../src/decode/failure/retry-wording.ts';

describe('retryInText', () => {
  it("takes LiteLLM's count of its retries for their end", () => {
    expect(saysRetriesOver('LiteLLM Retried: 3 times, LiteLLM Max Retries: 3')).toBe(true);
    expect(retryInText('LiteLLM Retried: 3 times, LiteLLM Max Retries: 3')).toBeUndefined();
  });

  it('takes what is not queued again for no retry', () => {
    expect(retryInText('job 7 FAILED (APITimeoutError), not requeued')).toBeUndefined();
    expect(retryInText('job 7 failed and will not be requeued')).toBeUndefined();
    expect(retryInText('job 7 FAILED, requeued')).toEqual({});
  });

  it.each([
    ['Retrying in 8s…', { delayMs: 8_000 }],
    ['API Error · Retrying in 1 seconds… (attempt 3/10)', { attempt: 3, max: 10, delayMs: 1_000 }],
    ['Reconnecting... 2/5', { attempt: 2, max: 5 }],
    ['Attempt 1 failed with status 429. Retrying with backoff...', {}],
    ['4 retries left', {}],
    ['session.retry message="Upstream overloaded"', {}],
    ['daily quota exhausted on key 1, using key 2', {}],
    ['Retrying failed request', {}],
    ['agent exited with code 1; restarting with --resume', {}],
    ['agent gone, resuming session 4', {}],
    ['连接中断，正在重试', {}],
    ['Neuer Versuch in 5 s', { delayMs: 5_000 }],
    ['再接続しています（2/5）', { attempt: 2, max: 5 }],
    ['Повторная попытка', {}],
    ['run 7 handed over to key #2', {}],
    ['lane 2 replaced by lane 5', {}],
    ['job 8812 requeued, next attempt in 60 s', { delayMs: 60_000 }],
    ['key #1 was refused, switching to key #2', {}],
    ['oauth token expired, requesting a new one', {}],
    ['upstream busy, retrying attempt=2 max_attempts=5', { attempt: 2, max: 5 }],
    ['{"m":"Please try again later.\\nRetrying in 5 s"}', { delayMs: 5_000 }],
    ["model 'large' not found, fallback 'medium' in use", {}],
    ['{"message":"Please try again later"} · Retrying in 5 s (attempt 4/10)', { attempt: 4, max: 10, delayMs: 5_000 }],
  ])('reads %s', (text, retrying) => {
    expect(retryInText(text)).toEqual(retrying);
  });

  it("takes Kubernetes' event for no word of a client's", () => {
    expect(retryInText('Warning  BackOff  2m  kubelet  failed container a')).toBeUndefined();
    expect(retryInText('503, backoff 4s')).toBeDefined();
  });

  it.each([
    'exceeded retry limit, last status: 429 Too Many Requests',
    'Failed after 3 attempts. Last error: Bad Gateway',
    'retried 5 times (total retry wait time: 27.99 seconds)',
    'Max retries exceeded with url: /v1',
    'It will not be retried.',
    '第 3 次重试失败，任务终止',
    '返回 429 时等待 60 秒后重试。',
    'Neuer Versuch fehlgeschlagen',
    'no retry or tool fallback attempted.',
    'retrying failed',
    'try 10 of 10; agent terminated',
    'outcome=provider_failure attempt 6/6',
    'Task aborted after retry 3/3',
    'worker gave 1 after 64 s of retries',
    'Free usage is over [retrying in 21h 14m attempt #1]',
  ])('knows that the retries are over: %s', (text) => {
    expect(retryInText(text)).toBeUndefined();
  });

  it.each([
    'Please try again later.',
    'You can retry in a minute.',
    'Rate limit reached. Try again in 1.4s.',
    'Retrying the request may help.',
    '{"m":"busy.\\nPlease try again later"}',
    'all keys are in cooldown',
    'agent exited with code 1, restarting failed',
    'attempt=2 max_attempts=5',
  ])('takes advice for no retry: %s', (text) => {
    expect(retryInText(text)).toBeUndefined();
  });
});

it('knows words that the retries are over beside what failed, and a retry from them', () => {
  expect(saysRetriesOver('401 Unauthorized, retried 3 times')).toBe(true);
  expect(saysRetriesOver('will not retry: key refused')).toBe(true);
  expect(saysRetriesOver('401 Unauthorized, seen 3 times')).toBe(false);
  expect(saysRetriesOver('retrying: key refused')).toBe(false);
  expect(retryInText('key cooldown: 4 s')).toEqual({});
});

import { expect, it } from 'vitest';
import { paceWarnings } from '../../src/logging/pace-warnings.ts';
import { recordingLogger } from '../support/recording-logger.ts';

/** Warnings, and the lines of the log that came of them, at times in the test's hands. */
function paced() {
  const { logger, lines } = recordingLogger();
  const at = { ms: 0 };
  return { warn: paceWarnings(logger, () => at.ms), lines, at };
}

it('tells what repeats at once, then ever more seldom, up to once a minute, with how often it came since', () => {
  const { warn, lines, at } = paced();
  for (; at.ms < 600_000; at.ms += 1_000) warn({ err: new Error('503') }, 'could not be read');
  expect(lines.map(({ times }) => times)).toEqual([undefined, undefined, 2, 4, 8, 16, 32, ...Array(8).fill(60)]);
  expect(lines[0]).toMatchObject({ level: 'warn', msg: 'could not be read', err: { message: '503' } });
});

it('tells another warning, and another reason, at once', () => {
  const { warn, lines } = paced();
  for (const code of ['503', 'TIMEOUT', '503', 'TIMEOUT']) warn({ err: { code } }, 'could not be read');
  warn({ reason: 'no leader' }, 'could not be stored');
  expect(lines.map(({ msg, err, reason }) => [msg, (err as { code?: string } | undefined)?.code ?? reason])).toEqual([
    ['could not be read', '503'],
    ['could not be read', 'TIMEOUT'],
    ['could not be stored', 'no leader'],
  ]);
});

it('tells JetStream’s own words on an error, and what is about another stream or consumer, at once', () => {
  const { warn, lines } = paced();
  const apiError = (description: string) => ({ code: '503', api_error: { description } });
  for (const words of ['no leader', 'no space left', 'no leader', 'no space left'])
    warn({ err: apiError(words) }, 'no');
  for (const durable of ['a', 'b', 'a']) warn({ durable }, 'asked anew');
  expect(
    lines.map(({ msg, err, durable }) => [msg, (err as { api_error?: object } | undefined)?.api_error ?? durable]),
  ).toEqual([
    ['no', { description: 'no leader' }],
    ['no', { description: 'no space left' }],
    ['asked anew', 'a'],
    ['asked anew', 'b'],
  ]);
});

it('is paced also where each reason is another', () => {
  const { warn, lines, at } = paced();
  for (; at.ms < 60_000; at.ms += 10) warn({ reason: `message ${at.ms}` }, 'could not be read');
  expect(lines.length).toBeLessThan(30);
});

it('tells at once what comes again after a quiet minute, with what had not been told before', () => {
  const { warn, lines, at } = paced();
  for (const ms of [0, 10, 20, 70_000]) {
    at.ms = ms;
    warn({}, 'could not be read');
  }
  expect(lines.map(({ times }) => times)).toEqual([undefined, 3]);
});

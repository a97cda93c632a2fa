import { describe, expect, it } from 'vitest';
import { readFailure } from '../../../src/decode/failure/read-failure.ts';
import { someCauses } from './build-causes.ts';

const resolve = (causes: ReturnType<typeof someCauses>, message: string, status?: number, runtime = 'generic') => {
  const resolved = causes.resolve(readFailure({ message, status }), runtime);
  return resolved && [resolved.cause.rule.rule.id, resolved.by];
};

describe('the order in which a failure is told', () => {
  const causes = someCauses(
    { id: 'words', any: [{ message: 'expired' }], precedence: 50 },
    { id: 'special', any: [{ message: 'trial expired' }], precedence: 80 },
    { id: 'coarse', any: [{ coarse: true, message: 'login failed' }] },
    { id: 'code', any: [{ code: ['insufficient_quota', 'authentication_failed', 'Exception'] }] },
    { id: 'class', any: [{ code: 'BadRequestError' }] },
    { id: 'refused', any: [{ status: [401, 403] }] },
    { id: 'limited', any: [{ status: 429 }] },
    { id: 'server', any: [{ status: 500 }] },
  );

  it.each([
    ['its own words first', 'expired', 401, ['words', 'words']],
    ['the highest precedence among words', 'the trial expired', undefined, ['special', 'words']],
    ['a code before a status', '{"error":{"code":"insufficient_quota"}}', 401, ['code', 'code']],
    ['a decisive status before coarse words', 'login failed', 403, ['refused', 'status']],
    ['coarse words before another status', 'login failed', 429, ['coarse', 'words']],
    ['a decisive status before a class', 'BadRequestError', 401, ['refused', 'status']],
    ['a class before another status', 'BadRequestError', 429, ['class', 'code']],
    ['a status as the floor', 'no words', 429, ['limited', 'status']],
    ['any 5xx as one', 'no words', 598, ['server', 'status']],
    [
      'a decisive status before what Claude Code says of any refusal',
      '{"error":{"code":"authentication_failed"}}',
      403,
      ['refused', 'status'],
    ],
    ['an unknown exception as a crash', 'OddError', undefined, ['code', 'status']],
    ['nothing where nothing is known', 'odd', undefined, undefined],
  ])('%s', (_, message, status, told) => {
    expect(resolve(causes, message, status)).toEqual(told);
  });

  it('does not read advice as the cause', () => {
    expect(resolve(causes, 'no words. Please check whether it expired.', 429)).toEqual(['words', 'words']);
    const both = someCauses(
      { id: 'key', any: [{ message: 'invalid key' }], precedence: 10 },
      { id: 'login', any: [{ message: 'run /login' }], precedence: 90 },
    );
    expect(resolve(both, 'invalid key · please run /login')).toEqual(['key', 'words']);
    expect(resolve(both, 'please run /login')).toEqual(['login', 'words']);
  });

  it('takes the status of a refusal whose body nobody knows before the advice behind it', () => {
    const both = someCauses(
      { id: 'refused', any: [{ status: 401 }] },
      { id: 'login', any: [{ message: 'run /login' }], precedence: 90 },
    );
    const body = '{"error":{"message":"el token descansa"}}';
    expect(resolve(both, `401 ${body} · Please run /login`)).toEqual(['refused', 'status']);
    expect(resolve(both, '401 · Please run /login')).toEqual(['login', 'words']);
    expect(resolve(both, `${body} · Please run /login`)).toEqual(['login', 'words']);
  });

  it('takes the words named first among equals', () => {
    const equals = someCauses({ id: 'b', any: [{ message: 'second' }] }, { id: 'a', any: [{ message: 'first' }] });
    expect(resolve(equals, 'first, then second')).toEqual(['a', 'words']);
  });
});

describe('conditions', () => {
  it('asks for status, code, runtime and an answer with the words', () => {
    const causes = someCauses(
      { id: 'answered', any: [{ message: 'closed', status: 502 }], precedence: 90 },
      { id: 'coded', any: [{ message: 'closed', code: 'ECONNRESET' }], precedence: 80 },
      { id: 'own', any: [{ message: 'closed', runtime: 'codex' }], precedence: 70 },
      { id: 'unreached', any: [{ message: 'closed', answered: false }], precedence: 60 },
    );
    expect(resolve(causes, 'closed', 502)?.[0]).toBe('answered');
    expect(resolve(causes, 'closed ECONNRESET')?.[0]).toBe('coded');
    expect(resolve(causes, 'closed', undefined, 'codex')?.[0]).toBe('own');
    expect(resolve(causes, 'closed')?.[0]).toBe('unreached');
    expect(resolve(causes, 'closed', 418)).toBeUndefined();
  });

  it('matches line by line of a message of several', () => {
    expect(resolve(someCauses({ any: [{ message: '^second$' }] }), 'first\nsecond')?.[0]).toBe('cause-0');
  });
});
